"""Versions of the weights of matching, of which at most one is applied."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0008_compared_runs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WeightSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "origin",
                    models.CharField(
                        choices=[("hand", "Set by hand"), ("learned", "Learned")], max_length=7, verbose_name="origin"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("applied", "Applied"), ("retired", "Not applied any more")],
                        db_default="draft",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("weights", models.JSONField(verbose_name="weights")),
                ("note", models.CharField(blank=True, db_default="", max_length=200, verbose_name="note")),
                ("evaluation", models.JSONField(null=True)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="made"),
                ),
                ("applied_at", models.DateTimeField(null=True, verbose_name="applied")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "version of the weights",
                "verbose_name_plural": "versions of the weights",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("draft", "applied", "retired"))), name="weightset_state"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "applied")), fields=("state",), name="one_applied_weightset"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("evaluation__isnull", True), ("origin", "hand")),
                            models.Q(("evaluation__isnull", False), ("origin", "learned")),
                            _connector="OR",
                        ),
                        name="weightset_learned_with_evaluation",
                    ),
                ],
            },
        ),
    ]
