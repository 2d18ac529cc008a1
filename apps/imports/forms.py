"""The form with which a file is sent."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.imports.models import Job


class UploadForm(forms.Form):
    """A file of records and what is to become of its rows."""

    use_required_attribute = False
    kind = forms.ChoiceField(label=_("What is in the file"), widget=forms.RadioSelect, choices=Job.Kind.choices)
    file = forms.FileField(label=_("File"), help_text=_("CSV, XLSX or JSON Lines, at most 25 MB."))
    submit = forms.BooleanField(
        label=_("Submit the new rows for review at once"), required=False, help_text=_("Otherwise they stay drafts.")
    )
