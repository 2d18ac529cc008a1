"""A notice knows its enterprise, so that present membership decides who reads it."""

import django.db.models.deletion
from django.db import migrations, models

OWNERS = """
UPDATE notifications_notice AS notice SET enterprise_id = found.enterprise_id
  FROM (SELECT 'enterprise' AS subject, id, id AS enterprise_id FROM enterprises_enterprise
        UNION ALL SELECT 'project', id, owner_id FROM projects_project
        UNION ALL SELECT 'opportunity', id, enterprise_id FROM opportunities_opportunity) AS found
 WHERE found.subject = notice.subject AND found.id = notice.subject_id;
DELETE FROM notifications_notice WHERE enterprise_id IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""


def _enterprise(*, null: bool = False) -> "models.ForeignKey[object, object]":
    return models.ForeignKey(
        null=null,
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to="enterprises.enterprise",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0001_initial"),
        ("projects", "0001_initial"),
        ("opportunities", "0001_initial"),
        ("notifications", "0001_initial"),
    ]
    operations = [
        migrations.AddField("notice", "more", models.PositiveIntegerField(default=0, db_default=0)),
        migrations.AddField("notice", "enterprise", _enterprise(null=True)),
        migrations.RunSQL(OWNERS, migrations.RunSQL.noop),
        migrations.AlterField("notice", "enterprise", _enterprise()),
    ]
