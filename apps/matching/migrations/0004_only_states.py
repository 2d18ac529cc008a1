"""States that there are not are refused by the database too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0003_partitions_closed"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("requested", "running", "done", "abandoned"))), name="run_state"
            ),
        ),
    ]
