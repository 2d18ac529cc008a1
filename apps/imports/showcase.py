"""The demonstration: invented enterprises, projects and listings in ten languages, and people to sign in as."""

from dataclasses import dataclass
from pathlib import Path

from allauth.account.models import EmailAddress
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.services import consent
from apps.enterprises.models import Enterprise, Membership
from apps.imports import services
from apps.imports.models import Job
from apps.journal.intake import Terms
from apps.journal.models import Delivery

FOLDER = Path(__file__).parent / "demonstration"
TERMS = Terms(publish=True, demonstration=True)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented: whom they act for (external ids of enterprises), and whether they moderate."""

    role: str
    email: str
    name: str
    language: str
    owns: tuple[str, ...] = ()
    moderates: bool = False


PEOPLE = (
    Person("cell maker", "maker@demo.example", "林小雨（演示）", "zh-hans", ("demo-zh-Hans-e01", "demo-zh-Hans-e02")),
    Person("developer", "developer@demo.example", "Ana Demonstração", "en", ("demo-pt-e01",)),
    Person("grid operator", "grid@demo.example", "Айгерим Демо", "en", ("demo-ru-e01",)),
    Person("financier", "finance@demo.example", "Demo Financier", "en", ("demo-ar-e01", "demo-en-e01")),
    Person("moderator", "moderator@demo.example", "Demo Moderator", "en", moderates=True),
    Person("stranger", "stranger@demo.example", "Demo Stranger", "en"),
)


def files() -> list[tuple[str, Path]]:
    """(kind, file) in the order in which rows name each other."""
    return [(kind, path) for kind in services.KINDS for path in sorted(FOLDER.glob(f"{kind}-*.jsonl"))]


def load() -> int:
    """Take in the files that have changed since they were last loaded; returns how many rows were new or changed."""
    known = set(Job.objects.filter(state=Job.State.DONE, user=None).values_list("kind", "checksum"))
    fresh = [(kind, path) for kind, path in files() if (kind, services.checksum(path)) not in known]
    jobs = [services.run_file(kind=kind, path=path, terms=TERMS) for kind, path in fresh]
    refused = [f"{job.file_name}: {error}" for job in jobs for error in job.errors.all()]
    if refused:
        raise ValueError("\n".join(refused))
    return sum(job.created_rows + job.changed_rows for job in jobs)


@transaction.atomic
def invite_people(password: str) -> None:
    """Make the demonstration's people, with confirmed addresses and this password."""
    for person in PEOPLE:
        user = User.objects.filter(email=person.email).first() or User.objects.create_user(
            person.email, name=person.name, language=person.language, is_moderator=person.moderates, demonstration=True
        )
        user.set_password(password)
        user.save(update_fields=["password"])
        EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
        consent(user=user)
        for enterprise in Enterprise.objects.filter(external_id__in=person.owns):
            Membership.objects.get_or_create(enterprise=enterprise, user=user, defaults={"role": Membership.Role.OWNER})


def waiting() -> int:
    """How many deliveries are still to be done."""
    return Delivery.objects.filter(state__in=[Delivery.State.QUEUED, Delivery.State.RUNNING]).count()
