"""Web forms made from records: the form asks, the record decides."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.records import Field, Record, empty

Choices = Callable[[], Sequence[tuple[str, Any]]]


class RecordForm(forms.Form):
    """A form over (some of) the fields of a record, in the order of its sections.

    Every value reaches the record as it was typed, so that the page, the API and the importer refuse the same things
    with the same words; nothing is stripped or lost on the way.
    """

    record: ClassVar[Record]
    given: ClassVar[frozenset[str]] = frozenset({"external_id"})
    sections: ClassVar[Sequence[tuple[Any, Sequence[str]]]] = ()
    choices: ClassVar[Mapping[str, Choices]] = {}
    values: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for _title, names in self.sections:
            for name in names:
                self.fields[name] = form_field(self.record.by_name[name], self.choices.get(name))

    def section_fields(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The sections with their fields, for the template."""
        return [(title, [self[name] for name in names]) for title, names in self.sections]

    def clean(self) -> dict[str, Any]:
        """Hand what was typed to the record; `values` holds what it made of it."""
        typed = {name: value for name, value in self.cleaned_data.items() if not self.errors.get(name)}
        self.values, problems = self.record.clean(typed, given=self.given)
        for problem in problems:
            name = problem.field.partition(".")[0]
            self.add_error(name if name in self.fields else None, problem.message)
        return self.cleaned_data


class RowForm(RecordForm):
    """A row of a list of records (a reference, a certificate); one that was left empty does not count."""

    def has_changed(self) -> bool:
        return any(self.data.get(self.add_prefix(name), "") for name in self.fields)

    def clean(self) -> dict[str, Any]:
        return super().clean() if self.has_changed() else self.cleaned_data


def form_field(item: Field, choices: Choices | None) -> forms.Field:
    """The form's field for a record's field."""
    common: dict[str, Any] = {"required": False, "label": item.label, "help_text": item.help}
    if choices and item.kind == "list":
        return forms.MultipleChoiceField(choices=choices, **common)
    if choices:
        return forms.ChoiceField(choices=lambda: [("", "—"), *choices()], **common)
    if item.unit and not item.help:
        common["help_text"] = _("in %(unit)s, or write another unit") % {"unit": item.unit}
    widget = _widget(item)
    return forms.CharField(strip=False, widget=widget, **common)


def _widget(item: Field) -> forms.Widget:
    if item.kind == "long_text":
        return forms.Textarea(attrs={"rows": 8, "dir": "auto"})
    if item.kind == "date":
        return forms.DateInput(attrs={"type": "date"})
    if item.kind in ("number", "integer"):
        return forms.TextInput(attrs={"inputmode": "decimal", "class": "number"})
    if item.kind == "list":
        return forms.TextInput(attrs={"placeholder": _("separate by ;")})
    return forms.TextInput(attrs={"dir": "auto"} if item.kind == "text" else {})


def initial(record: Record, row: Mapping[str, Any], entered: Mapping[str, Any]) -> dict[str, Any]:
    """What a form shows of a stored record: quantities as they were entered."""
    shown: dict[str, Any] = {}
    for item in record.fields:
        value = row.get(item.name, empty(item.kind))
        if item.name in entered:
            value = f"{entered[item.name]['number']} {entered[item.name]['unit']}"
        shown[item.name] = value
    return shown


def version_seen(posted: Mapping[str, Any]) -> int:
    """The version that the page was made from; 0, which no row has, where the form does not say."""
    text = str(posted.get("version", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
