"""States that there are not are refused by the database too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0004_only_states"),
        ("opportunities", "0002_price_of_a_unit"),
        ("projects", "0002_only_states"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="opportunity",
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
                name="opportunity_state",
            ),
        ),
    ]
