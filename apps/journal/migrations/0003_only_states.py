"""States that there are not are refused by the database too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_append_only"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("queued", "running", "done", "dead"))), name="delivery_state"
            ),
        ),
    ]
