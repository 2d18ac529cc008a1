"""The thesaurus in Django's admin: edits are held to the rules of SKOS and seen by every process."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.taxonomy import models, rules, selectors, services
from apps.taxonomy.scheme import Concept, Label, Scheme, in_order


def _refuse(scheme: Scheme) -> None:
    """Raise what is wrong with a scheme that was not wrong before."""
    if found := set(rules.problems(scheme)) - set(rules.problems(selectors.stored())):
        raise ValidationError(sorted(found))


def _with(concept: Concept) -> Scheme:
    return services.overlaid(selectors.stored(), Scheme("", (concept,)))


class ConceptForm(forms.ModelForm[models.Concept]):
    """Holds the tree to its rules."""

    class Meta:
        model = models.Concept
        fields = ("key", "kind", "definition", "broader", "related", "matches", "notations", "deprecated")

    def clean(self) -> dict[str, Any]:
        """Refuse a key that is none, a tree with a cycle and a related concept that is not there or above or below."""
        data = super().clean() or self.cleaned_data
        key = data.get("key") or self.instance.key  # which is not edited once it is there
        if key and {"kind", "broader", "related"} <= data.keys():
            known = selectors.stored().by_key.get(key)
            labels = known.labels if known else (Label("en", "preferred", key),)
            broader = tuple(sorted(one.key for one in data["broader"]))
            _refuse(_with(Concept(key, data["kind"], "", broader, labels, related=tuple(data["related"]))))
        return data


class LabelFormSet(forms.BaseInlineFormSet[models.Label, models.Concept, Any]):
    """Holds the labels to S13, S14 and the rule about words of two concepts."""

    def clean(self) -> None:
        """Refuse labels that clash with each other or with those of another concept."""
        super().clean()
        if any(self.errors):
            return
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        labels = in_order(Label(row["language"], row["kind"], row["text"]) for row in rows)
        known = selectors.stored().by_key.get(self.instance.key)
        _refuse(_with(Concept(self.instance.key, self.instance.kind, "", known.broader if known else (), labels)))


class LabelInline(admin.TabularInline[models.Label, models.Concept]):
    """The words of a concept."""

    model = models.Label
    formset = LabelFormSet
    extra = 1


class Versioned(admin.ModelAdmin[Any]):
    """What is saved or deleted here changes the scheme."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        services.mark_changed(actor=request.user.pk)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        services.mark_changed(actor=request.user.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        services.mark_changed(actor=request.user.pk)


@admin.register(models.Concept)
class ConceptAdmin(Versioned):
    """Concepts with their labels. One that listings may name is deprecated, never deleted."""

    form = ConceptForm
    inlines = (LabelInline,)
    list_display = ("key", "kind", "deprecated")
    list_filter = ("kind", "deprecated", "groups")
    search_fields = ("key", "labels__text")
    filter_horizontal = ("broader",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("key",) if obj else ()


class GroupLabelInline(admin.TabularInline[models.GroupLabel, models.Group]):
    """The names of a group."""

    model = models.GroupLabel
    extra = 1


@admin.register(models.Group)
class GroupAdmin(Versioned):
    """Groups of the industry."""

    inlines = (GroupLabelInline,)
    filter_horizontal = ("members",)


@admin.register(models.AmbiguousLabel)
class AmbiguousLabelAdmin(Versioned):
    """Words that truly mean two things."""

    list_display = ("text", "language")
    list_filter = ("language",)
    search_fields = ("text",)
