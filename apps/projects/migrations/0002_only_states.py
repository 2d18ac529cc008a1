"""States that there are not are refused by the database too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0004_only_states"),
        ("projects", "0001_initial"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "draft",
                            "submitted",
                            "returned",
                            "published",
                            "declined",
                            "withdrawn",
                            "expired",
                            "fulfilled",
                        ],
                    )
                ),
                name="project_state",
            ),
        ),
    ]
