"""Settings of the site that browsers visit: those of the tests, and a language that reads right to left."""

from config.settings.test import *  # noqa: F403
from config.settings.test import ROOT

LANGUAGES = [("en", "English"), ("zh-hans", "Simplified Chinese"), ("ar", "Arabic")]
LOCALE_PATHS = [ROOT / "var" / "pseudo", ROOT / "locale"]
# One process serves one site: what it reads of the thesaurus does not change.
TAXONOMY_RECHECK_SECONDS = 3600
