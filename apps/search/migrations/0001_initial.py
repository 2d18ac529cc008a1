"""The tables of search."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.CreateModel(
            name="Rebuilding",
            fields=[
                ("subject", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("after", models.BigIntegerField(default=0)),
                ("done", models.BooleanField(default=False)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=12)),
                ("subject_id", models.BigIntegerField()),
                ("published_at", models.DateTimeField()),
                ("length", models.PositiveIntegerField()),
                ("power_mw_min", models.FloatField(null=True)),
                ("power_mw_max", models.FloatField(null=True)),
                ("energy_mwh_min", models.FloatField(null=True)),
                ("energy_mwh_max", models.FloatField(null=True)),
                ("facets", models.BinaryField()),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["vector"], gin_pending_list_limit=1024, name="entry_vector"
                    ),
                    models.Index(fields=["-published_at", "-id"], name="entry_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("subject", "subject_id"), name="one_entry_for_each_row")
                ],
            },
        ),
        migrations.RunSQL(
            [
                "ALTER TABLE search_entry SET (toast_tuple_target = 8160)",
                "ALTER TABLE search_entry ALTER COLUMN vector SET STATISTICS 1000",
            ],
            migrations.RunSQL.noop,
        ),
    ]
