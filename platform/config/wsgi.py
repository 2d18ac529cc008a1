"""The WSGI entry point."""

import gc
import logging
import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()


def _warm() -> None:
    """Read what searches stand on, and the encoder where there is one, before the first visitor waits for them.

    All of it stays, so the collector need not look at it again: that would take most of a second, with somebody waiting.
    """
    from django.conf import settings  # noqa: PLC0415 - settings are ready only now
    from django.db import connection  # noqa: PLC0415

    from apps.search import embeddings, encoder, spelling, statistics  # noqa: PLC0415
    from apps.taxonomy.selectors import tagger  # noqa: PLC0415

    try:
        for language in settings.ALL_LANGUAGES:
            tagger().tag(language, language)
        spelling.vocabulary()
        statistics.frequencies()
        if embeddings.is_on():
            encoder.load(settings.EMBEDDINGS_DIR)
    except Exception as error:  # noqa: BLE001 - a database that is not there yet is told of by /readyz
        logging.getLogger(__name__).info("not warmed up: %s", error)
    finally:
        connection.close()
        gc.collect()
        gc.freeze()


threading.Thread(target=_warm, name="warm-up", daemon=True).start()
