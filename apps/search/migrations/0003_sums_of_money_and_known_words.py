"""Entries carry sums of money; the words of published rows are kept for what is misspelt."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0002_saved_searches")]
    operations = [
        migrations.AddField("entry", "budget_min", models.FloatField(null=True)),
        migrations.AddField("entry", "budget_max", models.FloatField(null=True)),
        migrations.AddField("entry", "currency", models.CharField(db_default="", max_length=3)),
        migrations.CreateModel(
            name="KnownWord",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("lexeme", models.CharField(max_length=64)),
                ("rows", models.PositiveIntegerField()),
            ],
        ),
    ]
