"""Builds the program where needed, and runs `demarche examine` on a lab's logs."""

import os
import shutil
import subprocess
from pathlib import Path

from lab.needs import NotRun

ROOT = Path(__file__).resolve().parents[2]


def program(given):
    """The program to try: the one given, else one built from this tree without SQL."""
    if given:
        return Path(given).resolve()
    cargo = os.environ.get("CARGO") or shutil.which("cargo")
    if not cargo:
        raise NotRun("cargo is missing; install a Rust toolchain, or give --program PATH")
    build = [cargo, "build", "--quiet", "--locked", "--no-default-features", "-p", "demarche"]
    subprocess.run(build, cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    return target / "debug" / "demarche"


def examine(demarche, logs, case, mappings=()):
    """Examines the logs as a reader of the README would; keys go to a folder of the lab's own."""
    shutil.rmtree(case, ignore_errors=True)
    arguments = [str(demarche), "examine", str(logs), "--case", str(case)]
    for mapping in mappings:
        arguments += ["--mapping", str(mapping)]
    home = case.parent / "home"
    home.mkdir(exist_ok=True)
    own = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "APPDATA": str(home)}
    done = subprocess.run(arguments, env={**os.environ, **own}, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)}: exit code {done.returncode}\n{done.stderr[-2000:]}")
