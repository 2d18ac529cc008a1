"""Where a checkout keeps what changes, and under which account its embedded servers run."""

import contextlib
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil

ROOT = Path(__file__).resolve().parents[3]
Done = subprocess.CompletedProcess[bytes]


class Failure(Exception):
    """What stops the command; its text is the one line that the person reads."""


@dataclass(frozen=True)
class Account:
    """Who runs the servers: PostgreSQL refuses root, so root hands them to `nobody`, anybody else keeps them."""

    uid: int
    gid: int

    @classmethod
    def unprivileged(cls) -> "Account":
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    def run(self, command: list[str | Path], output: int | IO[bytes], data: Path | None = None) -> Done:
        """Run a command under this account, in its data folder or the root's, away from the caller's locale."""
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        options: dict[str, Any] = {"cwd": "/", "env": environment}
        if data:
            options = {"cwd": data, "env": environment | {"PGDATA": str(data)}}
        if os.geteuid() != self.uid:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        done: Done = subprocess.run(
            command, check=False, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, **options
        )
        return done

    def can_enter(self, folder: Path) -> bool:
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", folder], subprocess.DEVNULL).returncode == 0

    def own(self, path: Path) -> Path:
        """Hand a file or folder to this account."""
        os.chown(path, self.uid, self.gid)
        return path

    def reachable(self, program: Path, parts: list[Path], copies: Path) -> Path:
        """The program, or its copy among copies of the `parts` that it consists of, where this account cannot enter."""
        if self.can_enter(program.parent):
            return program
        base = parts[0].parent
        state = f"{parts[0]}{parts[0].stat().st_mtime_ns}"
        copy = copies / f"programs-{hashlib.sha256(os.fsencode(state)).hexdigest()[:12]}"
        if not copy.exists():
            unfinished = Path(tempfile.mkdtemp(dir=copies))
            for part in parts:
                (shutil.copytree if part.is_dir() else shutil.copy2)(part, unfinished / part.name)
            _open(unfinished)
            unfinished.rename(copy)
        return copy / program.relative_to(base)


def _open(folder: Path) -> None:
    """Let everybody read the folder and run what can be run in it."""
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | 0o444 | (0o111 if mode & 0o100 else 0))


def home(root: Path = ROOT) -> Path:
    """The folder of all that changes: `var/`, or a private one where `var/` is somebody else's."""
    for folder in (root / "var", *_elsewhere(root)):
        if _private(folder):
            return folder
    raise Failure(f"There is no folder to keep data in: {root / 'var'} belongs to somebody else.")


def data(folder: Path, account: Account, root: Path = ROOT) -> Path:
    """Where the servers' data lie: in that folder, or in a private one that their account can enter."""
    for place in (folder, *_elsewhere(root)):
        if _private(place) and account.can_enter(place):
            return place
    raise Failure(f"The account that runs the servers can enter neither {folder} nor any other folder.")


def _elsewhere(root: Path) -> Iterator[Path]:
    name = f"voltbridge-{hashlib.sha256(os.fsencode(root)).hexdigest()[:8]}"
    if os.geteuid() == 0:
        yield Path("/var/lib") / name
        return
    yield Path(os.environ.get("XDG_DATA_HOME") or Path(pwd.getpwuid(os.geteuid()).pw_dir, ".local/share")) / name
    yield Path("/var/tmp") / f"{name}-{os.geteuid()}"  # noqa: S108 - made private, and refused when another made it


def _private(folder: Path) -> bool:
    """Make the folder if it can be made; say whether it is this user's own."""
    try:
        folder.mkdir(mode=0o700, parents=True)
        if os.geteuid() == 0:
            folder.chmod(0o711)  # the servers' account passes through to its own data
    except FileExistsError:
        pass
    except OSError:
        return False
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def sockets(place: Path, account: Account) -> Path | None:
    """The servers' folder of sockets as noted beside their data, or nothing when it has gone."""
    note = place / "sockets"
    try:
        found = note.readlink().lstat()
    except OSError:
        return None
    private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700 and found.st_uid == account.uid
    return note.readlink() if private else None


def make_sockets(place: Path, account: Account) -> Path:
    """A new folder of sockets: short, for a socket's path has at most 107 bytes."""
    made = account.own(Path(tempfile.mkdtemp(prefix="voltbridge-", dir="/tmp")))
    forget_sockets(place)
    (place / "sockets").symlink_to(made)
    return made


def forget_sockets(place: Path) -> None:
    note = place / "sockets"
    if note.is_symlink():
        shutil.rmtree(note.readlink(), ignore_errors=True)
        note.unlink()


def alive(note: Path, names: frozenset[str]) -> psutil.Process | None:
    """The process whose number stands in the file's first line, when it still is one of these programs."""
    try:
        process = psutil.Process(int(note.read_text().split("\n", 1)[0]))
        return process if process.name() in names and lives(process) else None
    except (OSError, ValueError, psutil.Error):
        return None


def lives(process: psutil.Process) -> bool:
    """Whether it still runs; one that ended and that nobody has asked after, as in many a container, does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def end(processes: list[psutil.Process], seconds: float) -> None:
    """Ask the processes to end; kill what has not after so many seconds."""
    for ask, patience in ((psutil.Process.terminate, seconds), (psutil.Process.kill, 5.0)):
        for process in filter(lives, processes):
            with contextlib.suppress(psutil.NoSuchProcess):
                ask(process)
        deadline = time.monotonic() + patience
        while any(map(lives, processes)) and time.monotonic() < deadline:
            time.sleep(0.02)


def secret(path: Path) -> str:
    """A secret made once, never half-written, and kept for its owner alone."""
    if not path.exists():
        descriptor, made = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # somebody else was first: theirs it is
            os.link(made, path)
        Path(made).unlink()
    return path.read_text()
