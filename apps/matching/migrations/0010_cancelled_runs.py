"""A run can be cancelled, and what a range of offers found lies in a row for each block of requests."""

from django.db import migrations, models

STATES = ("requested", "running", "done", "abandoned", "cancelled")


class Migration(migrations.Migration):
    dependencies = [("matching", "0009_weight_sets")]
    operations = [
        migrations.AlterField(
            "run",
            "state",
            models.CharField(
                choices=[(state, state.capitalize()) for state in STATES],
                db_default="requested",
                max_length=9,
                verbose_name="state",
            ),
        ),
        migrations.RemoveConstraint("run", "run_state"),
        migrations.AddConstraint(
            "run", models.CheckConstraint(condition=models.Q(("state__in", STATES)), name="run_state")
        ),
        migrations.AddField("run", "tidied", models.BooleanField(db_default=False)),
        migrations.RunSQL(
            "DELETE FROM matching_part", ""
        ),  # a run at work while the platform is migrated fails and is asked for anew
        migrations.RemoveConstraint("part", "one_part_for_each_range"),
        migrations.AddField("part", "block", models.PositiveIntegerField(default=0), preserve_default=False),
        migrations.AddConstraint(
            "part", models.UniqueConstraint(fields=("run", "block", "start"), name="one_part_for_each_range")
        ),
    ]
