"""States that there are not are refused by the database too."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0003_warnings_as_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="enterprise",
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
                name="enterprise_state",
            ),
        ),
    ]
