"""The thesaurus: concepts, their labels in every language, groups, and words known to be ambiguous."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.taxonomy.rules import TEXT_LIMIT, ConceptKind, LabelKind


class Concept(models.Model):
    """A thing of the field that listings are about."""

    key = models.SlugField(_("key"), max_length=64, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=ConceptKind.choices)
    definition = models.TextField(_("definition"), blank=True, db_default="")
    broader = models.ManyToManyField(
        "self", symmetrical=False, related_name="narrower", blank=True, verbose_name=_("broader")
    )
    related = ArrayField(models.SlugField(max_length=64), verbose_name=_("related"), default=list, blank=True)
    matches = ArrayField(
        models.CharField(max_length=TEXT_LIMIT), verbose_name=_("same in other vocabularies"), default=list, blank=True
    )
    notations = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("codes of classifications"),
        default=list,
        blank=True,
        help_text=_("such as cpc:Y02E60/10 and hs:850760"),
    )
    deprecated = models.BooleanField(_("deprecated"), default=False, db_default=False)

    class Meta:
        verbose_name = _("concept")
        verbose_name_plural = _("concepts")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ConceptKind.values), name="concept_kind"),
        ]

    def __str__(self) -> str:
        return self.key


class LabelFields(models.Model):
    """A word in a language."""

    language = models.CharField(_("language"), max_length=20, help_text=_("BCP 47 tag, such as zh-Hans"))
    text = models.CharField(_("text"), max_length=TEXT_LIMIT)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.text} ({self.language})"


class Label(LabelFields):
    """A word for a concept: one preferred in a language (SKOS S14), and no word twice in it (S13)."""

    concept = models.ForeignKey(Concept, models.CASCADE, related_name="labels", verbose_name=_("concept"))
    kind = models.CharField(_("kind"), max_length=12, choices=LabelKind.choices)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["language", "-kind", "text"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=LabelKind.values), name="label_kind"),
            models.UniqueConstraint("concept", "language", condition=Q(kind="preferred"), name="label_one_preferred"),
            models.UniqueConstraint("concept", "language", Lower("text"), name="label_once"),
        ]


class Group(models.Model):
    """A group of the industry, named by the concepts that head it."""

    key = models.SlugField(_("key"), max_length=64, unique=True)
    members = models.ManyToManyField(Concept, related_name="groups", blank=True, verbose_name=_("members"))

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class GroupLabel(LabelFields):
    """The name of a group in a language."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="labels", verbose_name=_("group"))

    class Meta:
        verbose_name = _("name of a group")
        verbose_name_plural = _("names of groups")
        constraints = [models.UniqueConstraint("group", "language", name="group_label_once")]


class AmbiguousLabel(LabelFields):
    """A word that truly means more than one concept in its language; each of them then weighs less."""

    class Meta:
        verbose_name = _("ambiguous label")
        verbose_name_plural = _("ambiguous labels")
        constraints = [models.UniqueConstraint("language", Lower("text"), name="ambiguous_once")]


class SchemeVersion(models.Model):
    """The one row that tells every process whether the scheme it remembers is still the present one."""

    number = models.PositiveIntegerField(_("number"), default=0)
    stamp = models.UUIDField(_("stamp"), default=uuid.uuid4)
    shipped = models.CharField(_("checksum of the shipped files loaded last"), max_length=64, blank=True, db_default="")
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("version of the scheme")
        verbose_name_plural = _("version of the scheme")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="scheme_version_one_row")]

    def __str__(self) -> str:
        return str(self.number)
