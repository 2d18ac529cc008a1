"""A run keeps how it compares with the lists that were shown before it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matching", "0007_marks_and_visits")]
    operations = [
        migrations.AddField("run", "followed", models.BigIntegerField(db_default=0)),
        migrations.AddField("run", "behind", models.BooleanField(db_default=False)),
        migrations.AddField("run", "compared", models.PositiveIntegerField(null=True, verbose_name="lists compared")),
        migrations.AddField(
            "run", "disagreements", models.PositiveIntegerField(null=True, verbose_name="lists that disagreed")
        ),
    ]
