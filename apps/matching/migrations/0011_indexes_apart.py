"""The two indexes of a partition are made apart, so that two workers can make them at once; attaching finds both there."""

from django.db import migrations

_HEAD = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
_CHECKED = "IF run IS NULL OR run < 1 THEN RAISE EXCEPTION 'no run %', run; END IF;"
_ATTACHED = """
    EXECUTE format('ALTER TABLE public.matching_match ATTACH PARTITION public.%I FOR VALUES IN (%s)', part, run);
    EXECUTE format('ANALYZE public.%I', part);
END $$;
"""
FORWARD = f"""
CREATE FUNCTION matching_index_owner(run integer) RETURNS void {_HEAD} SET maintenance_work_mem = '256MB' AS $$
DECLARE part text := 'matching_match_' || run;
BEGIN
    {_CHECKED}
    EXECUTE format('CREATE UNIQUE INDEX IF NOT EXISTS %I ON public.%I (run_id, owner, other)', part || '_pkey', part);
END $$;
CREATE FUNCTION matching_index_other(run integer) RETURNS void {_HEAD} SET maintenance_work_mem = '256MB' AS $$
DECLARE part text := 'matching_match_' || run;
BEGIN
    {_CHECKED}
    EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON public.%I (other)', part || '_other_idx', part);
END $$;
REVOKE ALL ON FUNCTION matching_index_owner(integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION matching_index_other(integer) FROM PUBLIC;
CREATE OR REPLACE FUNCTION matching_attach_partition(run integer) RETURNS void {_HEAD} AS $$
DECLARE part text := 'matching_match_' || run;
BEGIN
    {_CHECKED}
    EXECUTE format('ALTER TABLE public.%I ADD CONSTRAINT %I PRIMARY KEY USING INDEX %I', part, part || '_pkey', part || '_pkey');
    {_ATTACHED}
"""
BACKWARD = f"""
DROP FUNCTION matching_index_owner(integer);
DROP FUNCTION matching_index_other(integer);
CREATE OR REPLACE FUNCTION matching_attach_partition(run integer) RETURNS void {_HEAD} SET maintenance_work_mem = '256MB' AS $$
DECLARE part text := 'matching_match_' || run;
BEGIN
    {_CHECKED}
    EXECUTE format('ALTER TABLE public.%I ADD PRIMARY KEY (run_id, owner, other)', part);
    EXECUTE format('CREATE INDEX ON public.%I (other)', part);
    {_ATTACHED}
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0010_cancelled_runs")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
