"""New entries wait in a list of the usual size; the index of lexemes is not built anew for that."""

from typing import ClassVar

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("search", "0005_plain_parts_of_saved_searches")]

    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER INDEX entry_vector RESET (gin_pending_list_limit)",
                    "ALTER INDEX entry_vector SET (gin_pending_list_limit = 1024)",
                )
            ],
            state_operations=[
                migrations.RemoveIndex(model_name="entry", name="entry_vector"),
                migrations.AddIndex(
                    model_name="entry",
                    index=django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="entry_vector"),
                ),
            ],
        )
    ]
