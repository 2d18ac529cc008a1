"""Who was registered without an external id is known by the public one; nobody takes another's."""

import django.db.models.functions.comparison
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

_NAME = "UPDATE enterprises_enterprise SET external_id = 'vb-' || id WHERE external_id IS NULL OR external_id = ''"


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0004_only_states"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(_NAME, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="enterprise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("external_id", None),
                    models.Q(("external_id__regex", "^vb-[0-9]+$"), _negated=True),
                    (
                        "external_id",
                        django.db.models.functions.text.Concat(
                            models.Value("vb-"), django.db.models.functions.comparison.Cast("id", models.CharField())
                        ),
                    ),
                    _connector="OR",
                ),
                name="enterprise_external_id_vb_is_its_own",
            ),
        ),
    ]
