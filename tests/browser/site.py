"""A site of its own for browsers: a fresh database with the demonstration data, and a server on this machine.

`python -m tests.browser.site PORT`, with OWNER_DATABASE_URL and REDIS_URL in the environment; says "Ready" when
it serves.
"""

import os
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "test_voltbridge_browser"
PASSWORD = "correct horse battery"
OWNER = "owner@example.org"
ADMINISTRATOR = "administrator@example.org"


def fresh_database() -> None:
    """An empty database, which the environment then names."""
    owner: dict[str, Any] = dict(conninfo_to_dict(os.environ["OWNER_DATABASE_URL"]))
    name = DATABASE + os.environ.get("TEST_DATABASE_SUFFIX", "") + os.environ.get("PYTEST_XDIST_WORKER", "")
    with psycopg.connect(make_conninfo(**owner), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    address = make_conninfo(**(owner | {"dbname": name}))
    os.environ |= {"DATABASE_URL": address, "OWNER_DATABASE_URL": address}


def load() -> None:
    """The demonstration data, published, indexed and matched, an owner of an enterprise, and an administrator."""
    from django.core.management import call_command  # noqa: PLC0415 - after django.setup()

    call_command("migrate", verbosity=0)
    call_command("load_reference", stdout=StringIO())
    call_command("load_scheme", stdout=StringIO())
    _import_all()
    _cast()
    call_command("reindex", stdout=StringIO())
    call_command("match", full=True, stdout=StringIO())


def _import_all() -> None:
    from apps.imports.services import run_file  # noqa: PLC0415
    from apps.journal.intake import Terms  # noqa: PLC0415

    folder = ROOT / "apps" / "imports" / "demonstration"
    for kind in ("enterprises", "projects", "opportunities"):
        for path in sorted(folder.glob(f"{kind}-*.jsonl")):
            run_file(kind=kind, path=path, terms=Terms(publish=True, demonstration=True))


def _cast() -> None:
    from apps.accounts.models import User  # noqa: PLC0415
    from tests.factories.enterprises import a_developer  # noqa: PLC0415
    from tests.factories.listings import a_published_request  # noqa: PLC0415
    from tests.factories.people import a_person  # noqa: PLC0415

    enterprise = a_developer(a_person("Joana Prado", email=OWNER), stages=["integration"])
    a_published_request(
        enterprise, language="pt-BR", title="Bateria de fluxo de vanádio para usina solar no Ceará",
        technologies=["vanadium-flow"], power_mw_min=10.0, power_mw_max=50.0, energy_mwh_min=40.0, energy_mwh_max=200.0,
        summary="Procuramos fornecedor de um sistema de fluxo de vanádio com garantia de vinte anos e operação local.",
    )  # fmt: skip
    administrator = a_person("Administrator", email=ADMINISTRATOR)
    User.objects.filter(pk=administrator.pk).update(is_staff=True, is_superuser=True)


def serve(port: int) -> None:
    """Answer until somebody stops the process."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler  # noqa: PLC0415
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadedWSGIServer(("127.0.0.1", port), Quiet)
    server.set_app(get_wsgi_application())
    print(f"Ready http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


def main() -> None:
    """Make the site and serve it."""
    sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.browser.settings"
    fresh_database()
    import django  # noqa: PLC0415 - when the environment names the database

    from tests.browser import pseudo  # noqa: PLC0415

    pseudo.write(ROOT / "locale", ROOT / "var" / "pseudo")
    django.setup()
    load()
    serve(int(sys.argv[1]))


if __name__ == "__main__":
    main()
