"""Whether what an entry is made of has changed: the versions, as PostgreSQL numbers them, of all rows that it is read from."""

from collections.abc import Collection

from django.db import connection

# A row as it is now is told from any other by the transaction that wrote it and by where it lies.
_READ = {
    "opportunity": """
SELECT one.id, concat_ws(' ', one.xmin, one.ctid, owner.xmin, owner.ctid, project.xmin, project.ctid, (
           SELECT string_agg(concat(text.xmin, text.ctid), ' ' ORDER BY text.id)
             FROM translations_translation text WHERE text.subject = 'opportunity' AND text.subject_id = one.id))
  FROM opportunities_opportunity one
  JOIN enterprises_enterprise owner ON owner.id = one.enterprise_id
  LEFT JOIN projects_project project ON project.id = one.project_id
 WHERE one.id = ANY(%s)""",
    "project": """
SELECT one.id, concat_ws(' ', one.xmin, one.ctid, owner.xmin, owner.ctid)
  FROM projects_project one LEFT JOIN enterprises_enterprise owner ON owner.id = one.owner_id
 WHERE one.id = ANY(%s)""",
    "enterprise": """
SELECT one.id, concat_ws(' ', one.xmin, one.ctid, (
           SELECT string_agg(concat(claim.xmin, claim.ctid), ' ' ORDER BY claim.id)
             FROM enterprises_claim claim WHERE claim.enterprise_id = one.id))
  FROM enterprises_enterprise one
 WHERE one.id = ANY(%s)""",
}


def of(subject: str, ids: Collection[int]) -> dict[int, str]:
    """What tells the present state of each of these rows, and of those that its entry takes words from, from any other."""
    with connection.cursor() as cursor:
        cursor.execute(_READ[subject], [list(ids)])
        found: dict[int, str] = dict(cursor.fetchall())
    return found
