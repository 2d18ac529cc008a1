"""The form on which a translation is written."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.forms import RecordForm
from apps.translations.rules import RECORD, direction


class TranslationForm(RecordForm):
    """The texts of a translation, in its language and direction."""

    record = RECORD
    sections = ((_("Translation"), ("title", "summary")),)

    def __init__(self, *args: Any, language: str = "en", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {"lang": language, "dir": direction(language)}
        self.fields["summary"].widget.attrs["rows"] = 16
