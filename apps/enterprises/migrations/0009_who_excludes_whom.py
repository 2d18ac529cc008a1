"""An enterprise that takes another id is looked for among those whom others exclude."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0008_invitations_taken_back")]
    operations = [
        migrations.AddIndex(
            "enterprise",
            GinIndex(
                fields=["excluded_enterprises"], name="enterprise_excludes", condition=~Q(excluded_enterprises=[])
            ),
        ),
    ]
