"""Settings of the site that browsers visit: those of the tests, and a language that reads right to left."""

from django.utils.translation import gettext_lazy as _

from config.settings import test
from config.settings.test import *  # noqa: F403

LANGUAGES = [*test.LANGUAGES, ("ar", _("Arabic"))] if "ar" not in dict(test.LANGUAGES) else test.LANGUAGES
LOCALE_PATHS = [test.ROOT / "var" / "pseudo", test.ROOT / "locale"]
# One process serves one site: neither its files nor what it reads of the thesaurus change.
WHITENOISE_AUTOREFRESH = False
TAXONOMY_RECHECK_SECONDS = 3600
