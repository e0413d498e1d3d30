"""One lab's temporary folder and processes, all gone when it ends, however it ends."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class House:
    """A context: `with House(...) as house`. Whatever it starts, it ends."""

    def __init__(self, name, keep=False):
        self.name, self.keep = name, keep
        self.children = []

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix=f"demarche-lab-{self.name}-"))
        # Servers that give up their rights must still get in.
        self.folder.chmod(0o711)
        for number in INTERRUPTS:
            signal.signal(number, _interrupt)
        return self

    def __exit__(self, kind, value, trace):
        # An impatient second interrupt must not leave a server behind.
        for number in INTERRUPTS:
            signal.signal(number, signal.SIG_IGN)
        for child in reversed(self.children):
            end(child)
        if self.keep:
            print(f"kept: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
        for number in INTERRUPTS:
            signal.signal(number, signal.default_int_handler)

    def start(self, arguments, user=None, **options):
        """Starts a server in the foreground, as another user where that is asked for."""
        if user and os.getuid() == 0:
            entry = pwd.getpwnam(user)
            options.update(user=entry.pw_uid, group=entry.pw_gid, extra_groups=[])
        # A group of its own: what the server starts is ended with it.
        child = subprocess.Popen(arguments, preexec_fn=os.setpgrp, **options)
        self.children.append(child)
        return child

    def stop(self, child):
        """Ends one server, so that its logs are whole."""
        end(child)
        self.children.remove(child)

    def give(self, path, user):
        """Hands a folder to another user, where we may."""
        if os.getuid() == 0:
            shutil.chown(path, user, pwd.getpwnam(user).pw_gid)


def end(child, patience_seconds=10):
    """Asks a server to end, then ends it with all it started."""
    if child.stdin:
        child.stdin.close()
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            pass
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    child.wait()


def wait_for(what, holds, patience_seconds=60):
    """Waits until something holds; a server that never comes up ends the run."""
    end_at = time.monotonic() + patience_seconds
    while not holds():
        if time.monotonic() > end_at:
            raise TimeoutError(f"waited {patience_seconds} s for {what}")
        time.sleep(0.0005)


def _interrupt(number, frame):
    raise KeyboardInterrupt
