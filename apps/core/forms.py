"""Web forms made from records: the form asks, the record decides."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.choices import flatten_choices
from django.utils.translation import gettext_lazy as _

from apps.core.lifecycle import Conflict
from apps.core.records import Field, Record, empty

Choices = Callable[[], Sequence[tuple[str, Any]]]


class RecordForm(forms.Form):
    """A form over (some of) the fields of a record, in the order of its sections.

    Every value reaches the record as it was typed, so that the page, the API and the importer refuse the same things
    with the same words; nothing is stripped or lost on the way.
    """

    use_required_attribute = False  # a browser would speak its own language, and stop at fields that are folded away
    record: ClassVar[Record]
    given: ClassVar[frozenset[str]] = frozenset({"external_id"})
    sections: ClassVar[Sequence[tuple[Any, Sequence[str]]]] = ()
    choices: ClassVar[Mapping[str, Choices]] = {}
    values: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for _title, names in self.sections:
            for name in names:
                offered = _offered(self.choices[name], self.initial.get(name)) if name in self.choices else None
                self.fields[name] = form_field(self.record.by_name[name], offered, self.given)

    def section_fields(self) -> list["Section"]:
        """The sections with their fields, for the template."""
        return [Section(title, [self[name] for name in names]) for title, names in self.sections]

    def clean(self) -> dict[str, Any]:
        """Hand what was typed to the record; `values` holds what it made of it."""
        typed = {name: value for name, value in self.cleaned_data.items() if not self.errors.get(name)}
        self.values, problems = self.record.clean(typed, given=self.given)
        for problem in problems:
            name = problem.field.partition(".")[0]
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, problem.message)
        return self.cleaned_data


class RowForm(RecordForm):
    """A row of a list of records (a reference, a certificate); one that was left empty, or emptied, does not count."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_permitted = True

    def has_changed(self) -> bool:
        return any(self.data.get(self.add_prefix(name), "") for name in self.fields)

    def clean(self) -> dict[str, Any]:
        return super().clean() if self.has_changed() else self.cleaned_data


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under one heading; `open` where something is stated or wrong in one of them."""

    title: Any
    fields: list[forms.BoundField]

    @property
    def stated(self) -> int:
        return sum(1 for field in self.fields if field.value() not in (None, "", []))

    @property
    def wrong(self) -> int:
        return sum(1 for field in self.fields if field.errors)


class Picker(forms.CheckboxSelectMultiple):
    """Several of a list (templates/forms/picker.html): each once, the first of a family with the family's name."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> list[Any]:
        seen: set[str] = set()
        groups = []
        for family, options, index in super().optgroups(name, value, attrs):
            fresh = [option for option in options if option["value"] not in seen]
            seen.update(option["value"] for option in fresh)
            for option in fresh[:1]:
                option["family"] = family
            groups.append((family, fresh, index))
        return groups


class ListInput(forms.TextInput):
    """A list of plain words on one line."""

    def format_value(self, value: Any) -> str | None:
        shown: str | None = super().format_value("; ".join(value) if isinstance(value, list) else value)
        return shown


class NumberInput(forms.TextInput):
    """A number that may carry a unit; a stored one is shown without an empty fraction."""

    def format_value(self, value: Any) -> str | None:
        whole = isinstance(value, float | Decimal) and value == int(value) and abs(int(value)) < 10**15
        shown: str | None = super().format_value(int(value) if whole else value)
        return shown


def _offered(choices: Choices, stored: Any) -> Choices:
    """The choices, and what is stored already though it is not among them: saving a form must not lose it."""

    def offered() -> list[tuple[str, Any]]:
        listed = list(choices())
        flat: Iterable[tuple[Any, Any]] = flatten_choices(listed)
        known = {key for key, _label in flat}
        others = stored if isinstance(stored, list) else [stored]
        return [*listed, *((value, value) for value in others if value and value not in known)]

    return offered


def form_field(item: Field, choices: Choices | None, given: frozenset[str] = frozenset()) -> forms.Field:
    """The form's field for a record's field."""
    common: dict[str, Any] = {
        "required": item.required and item.name not in given, "label": item.label, "help_text": item.help,
    }  # fmt: skip
    if choices and item.kind == "list":
        return forms.MultipleChoiceField(choices=choices, widget=Picker, **common)
    if choices:
        return forms.ChoiceField(choices=lambda: [("", "—"), *choices()], **common)
    if item.unit and not item.help:
        common["help_text"] = _("in %(unit)s, or write another unit") % {"unit": _UNITS.get(item.unit, item.unit)}
    widget = _widget(item)
    return forms.CharField(strip=False, widget=widget, **common)


# What people read where pint, which converts units, has words of its own.
_UNITS = {"degC": "°C", "hour": _("hours"), "year": _("years")}


def _widget(item: Field) -> forms.Widget:
    if item.kind == "long_text":
        return forms.Textarea(attrs={"rows": 8, "dir": "auto"})
    if item.kind == "date":
        return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})  # what browsers expect, in every language
    if item.kind in ("number", "integer"):
        return NumberInput(attrs={"inputmode": "text" if item.unit else "decimal", "class": "number"})
    if item.kind == "list":
        return ListInput(attrs={"placeholder": _("separate by ;"), "dir": "auto"})
    if item.kind == "url":
        return forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"})
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


def version_shown(form: forms.Form, present: int) -> int:
    """The version that the page carries on: the one first seen, until its reader has been told of a newer one."""
    told = form.has_error(NON_FIELD_ERRORS, "conflict")
    return version_seen(form.data) if form.is_bound and not told else present


def conflict(error: Conflict) -> ValidationError:
    """What a form says when its row was changed meanwhile; what was typed stays."""
    return ValidationError(str(error), code="conflict")
