"""The matches: a table partitioned by run, and the three things the application may do with a partition.

The application's role owns no table. The functions run as the role that migrates (SECURITY DEFINER), with a fixed search path, and
take nothing but a run's number, so they can neither name another table nor be led to one.
"""

from django.db import migrations

FORWARD = """
CREATE TABLE matching_match (
    run_id integer NOT NULL,
    owner bigint NOT NULL,
    other bigint NOT NULL,
    score double precision NOT NULL CHECK (score > 0 AND score <= 1),
    confidence real NOT NULL CHECK (confidence > 0 AND confidence <= 1),
    reasons bytea NOT NULL,
    PRIMARY KEY (run_id, owner, other)
) PARTITION BY LIST (run_id);
CREATE INDEX matching_match_other ON matching_match (other);
CREATE SEQUENCE matching_change;
ALTER TABLE matching_part ALTER COLUMN lists SET STORAGE EXTERNAL;
INSERT INTO matching_current (id, run_id) VALUES (1, NULL);

CREATE FUNCTION matching_open_partition(run integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE part text := 'matching_match_' || run;
BEGIN
    IF run IS NULL OR run < 1 THEN RAISE EXCEPTION 'no run %', run; END IF;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.matching_match INCLUDING CONSTRAINTS, CHECK (run_id = %s))', part, run);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON public.%I TO %I', part, session_user);
END $$;

CREATE FUNCTION matching_attach_partition(run integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET maintenance_work_mem = '256MB' AS $$
DECLARE part text := 'matching_match_' || run;
BEGIN
    IF run IS NULL OR run < 1 THEN RAISE EXCEPTION 'no run %', run; END IF;
    EXECUTE format('ALTER TABLE public.%I ADD PRIMARY KEY (run_id, owner, other)', part);
    EXECUTE format('CREATE INDEX ON public.%I (other)', part);
    EXECUTE format('ALTER TABLE public.matching_match ATTACH PARTITION public.%I FOR VALUES IN (%s)', part, run);
    EXECUTE format('ANALYZE public.%I', part);
END $$;

CREATE FUNCTION matching_drop_partition(run integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF run IS NULL OR run < 1 THEN RAISE EXCEPTION 'no run %', run; END IF;
    IF EXISTS (SELECT 1 FROM public.matching_current WHERE run_id = run) THEN
        RAISE EXCEPTION 'run % is the current one', run;
    END IF;
    EXECUTE format('DROP TABLE IF EXISTS public.%I', 'matching_match_' || run);
END $$;
"""
BACKWARD = """
DROP FUNCTION matching_open_partition(integer);
DROP FUNCTION matching_attach_partition(integer);
DROP FUNCTION matching_drop_partition(integer);
DROP TABLE matching_match;
DROP SEQUENCE matching_change;
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
