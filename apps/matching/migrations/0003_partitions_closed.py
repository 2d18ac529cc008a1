"""Nobody but the owner makes or drops partitions, until a role is granted it (config.runner.roles).

PostgreSQL lets everybody execute a new function, and these run with the rights of the role that migrates.
"""

from django.db import migrations

NAMES = ("matching_open_partition", "matching_attach_partition", "matching_drop_partition")
FORWARD = "".join(f"REVOKE ALL ON FUNCTION {name}(integer) FROM PUBLIC;\n" for name in NAMES)
BACKWARD = "".join(f"GRANT EXECUTE ON FUNCTION {name}(integer) TO PUBLIC;\n" for name in NAMES)


class Migration(migrations.Migration):
    dependencies = [("matching", "0002_partitions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
