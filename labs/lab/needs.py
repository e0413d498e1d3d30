"""What a lab needs on this machine, and how it is had."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

# The exit code that means: nothing was run, so nothing was shown.
NOT_RUN = 77


class NotRun(Exception):
    """Something the lab needs cannot be had here; the text says what and why."""


def program(name, package, folders=()):
    """The path of a program, installed with apt where it is missing and that is possible."""
    found = _find(name, folders)
    if not found:
        install(package)
        found = _find(name, folders)
    if not found:
        raise NotRun(f"{name} is missing, and installing {package} did not bring it")
    return found


def install(*packages):
    """Installs Debian packages, or says why that cannot be done."""
    what = " ".join(packages)
    if not shutil.which("apt-get"):
        raise NotRun(f"{what} is missing and this machine has no apt-get; install it by hand")
    if os.getuid() != 0:
        raise NotRun(f"{what} is missing; install it with: sudo apt-get install {what}")
    print(f"installing {what}", flush=True)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for arguments in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", *arguments], env=environment, capture_output=True, text=True, timeout=600
        )
        if done.returncode != 0:
            lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
            raise NotRun(f"{what} cannot be installed: {lines[-1]}")


def node_modules(folder):
    """Node and the packages that a lock file names, kept in the user's cache."""
    node = program("node", "nodejs")
    lock = (folder / "package-lock.json").read_bytes()
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    kept = base / "demarche-labs" / hashlib.sha256(lock).hexdigest()[:16]
    if not (kept / "complete").exists():
        npm = program("npm", "npm")
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(folder / name, kept / name)
        print("installing the packages of the token issuer with npm ci", flush=True)
        done = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=kept, capture_output=True, text=True, timeout=600,
        )
        if done.returncode != 0:
            lines = done.stderr.strip().splitlines() or ["no reason given"]
            raise NotRun(f"the packages of the token issuer cannot be had: {lines[-1]}")
        (kept / "complete").touch()
    return node, kept


def _find(name, folders):
    return shutil.which(name) or next(
        (str(place) for folder in folders for place in sorted(Path("/").glob(f"{folder}/{name}"))),
        None,
    )
