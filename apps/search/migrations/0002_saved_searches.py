"""People's saved searches, and what they were told of."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="created"
                    ),
                ),
                (
                    "updated",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="updated"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("kind", models.CharField(max_length=12)),
                ("question", models.CharField(blank=True, db_default="", max_length=400)),
                ("language", models.CharField(blank=True, db_default="", max_length=12)),
                ("filters", models.JSONField(default=dict)),
                ("digest", models.CharField(max_length=64)),
                (
                    "frequency",
                    models.CharField(
                        choices=[("instant", "at once"), ("daily", "every morning"), ("weekly", "on Monday mornings")],
                        max_length=7,
                        verbose_name="how often",
                    ),
                ),
                ("paused", models.BooleanField(db_default=False, default=False, verbose_name="paused")),
                ("version", models.PositiveIntegerField(db_default=1, default=1)),
                ("since", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("next_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_searches",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "saved search",
                "verbose_name_plural": "saved searches",
            },
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject_id", models.BigIntegerField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "search",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="search.savedsearch"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="savedsearch",
            index=models.Index(condition=models.Q(("paused", False)), fields=["next_at"], name="saved_search_due"),
        ),
        migrations.AddIndex(
            model_name="savedsearch",
            index=models.Index(
                condition=models.Q(("frequency", "instant"), ("paused", False)),
                fields=["kind", "id"],
                name="saved_search_instant",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.UniqueConstraint(fields=("user", "digest"), name="saved_once"),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.CheckConstraint(
                condition=models.Q(("frequency__in", ("instant", "daily", "weekly"))), name="saved_search_frequency"
            ),
        ),
        migrations.AddConstraint(
            model_name="told",
            constraint=models.UniqueConstraint(fields=("search", "subject_id"), name="told_once_for_each_search"),
        ),
    ]
