"""A worker of its own process, as `make run` has them: does the deliveries of imports until it is killed or none is left."""

import os
import sys

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    django.setup()

from django.conf import settings

from apps.imports import uploads
from apps.journal import deliveries
from apps.journal.models import Delivery


def main(folder: str) -> None:
    settings.IMPORT_DIR = folder
    queued = Delivery.objects.filter(handler=uploads.HANDLER, state=Delivery.State.QUEUED)
    print("ready", flush=True)
    while pk := queued.values_list("pk", flat=True).first():
        deliveries.deliver(pk)


if __name__ == "__main__":
    main(sys.argv[1])
