"""Warnings about registry numbers are codes: the sentences that were stored are in the languages of their writers."""

from typing import Any

from django.db import migrations, models


def name_warnings(apps: Any, schema_editor: Any) -> None:
    """What a number was warned of follows from the answers about it, whatever the sentence's language."""
    warned = apps.get_model("enterprises", "Identifier").objects.exclude(warning="")
    warned.filter(syntax_ok=False).update(warning="form")
    left = warned.exclude(warning="form")
    left.filter(scheme__iexact="USCC", value__regex="^[0-9]*000$").update(warning="rounded")
    left.exclude(warning="rounded").update(warning="check_digit")


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0002_invitation_language")]

    operations = [
        migrations.RunPython(name_warnings, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="identifier",
            name="warning",
            field=models.CharField(
                blank=True,
                choices=[
                    ("rounded", "It ends in 000: a spreadsheet may have rounded it."),
                    ("check_digit", "The check digit does not hold; please look at it again."),
                    ("form", "It is not formed as numbers of this registry are."),
                ],
                db_default="",
                max_length=12,
                verbose_name="warning",
            ),
        ),
    ]
