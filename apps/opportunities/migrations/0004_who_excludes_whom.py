"""An enterprise that takes another id is looked for among those whom others exclude."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0003_only_states")]
    operations = [
        migrations.AddIndex(
            "opportunity",
            GinIndex(
                fields=["excluded_enterprises"], name="opportunity_excludes", condition=~Q(excluded_enterprises=[])
            ),
        ),
    ]
