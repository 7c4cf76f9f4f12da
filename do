#!/usr/bin/env python3
"""All the set-up there is: ./do run · ./do test · ./do variorum ...

Needs Python >= 3.11 and git, nothing else. Makes .venv beside this file (with uv where it is present, else
with venv and pip), installs Variorum into it, and remembers what it did, so that the second time is quick.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
SAMPLE = HERE / "sample-library"
USAGE = """usage: ./do COMMAND

  run [--port N]     build the sample library (once) and open the reader on it
  test [ARGS]        everything: lint, types, layers, tests (ARGS go to pytest)
  check              lint, types and layers only
  variorum ...       the command line, on your own library (./do variorum add FOLDER)
  lock               write .ci/requirements*.txt anew from pyproject.toml (needs uv)
"""


def main(argv: list[str]) -> int:
    if sys.version_info < (3, 11):
        return complain("Variorum needs Python 3.11 or later; this is " + sys.version.split()[0] + ".")
    if not argv or argv[0] in {"-h", "--help", "help"}:
        print(USAGE, end="")
        return 0
    command, rest = argv[0], argv[1:]
    commands = {"run": run, "test": test, "check": check, "variorum": variorum, "lock": lock}
    if command not in commands:
        print(USAGE, end="", file=sys.stderr)
        return 2
    try:
        return commands[command](rest)
    except subprocess.CalledProcessError as error:
        return complain(f"{' '.join(map(str, error.cmd[:4]))} … failed with exit code {error.returncode}.")
    except KeyboardInterrupt:
        return 130


def complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


# ---------------------------------------------------------------- the environment


def environment(extra: str) -> None:
    """Makes sure .venv holds Variorum with this extra; does nothing when nothing changed since the last time."""
    wanted = stamp(extra)
    mark = VENV / f".variorum-{extra or 'plain'}"
    if PYTHON.exists() and mark.exists() and mark.read_text() == wanted:
        return
    print(f"Setting up {VENV.name} (the first time takes a minute) …", file=sys.stderr, flush=True)
    uv = shutil.which("uv")
    if not PYTHON.exists():
        make(uv)
    lockfile = locked_for(extra)
    target = str(HERE) + (f"[{extra}]" if extra else "")
    installer = [uv, "pip", "install", "--python", str(PYTHON)] if uv else [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    quiet = [*installer, "--quiet"]
    if lockfile.exists():
        # Exact versions with their hashes; where this Python or system has no such wheel, the ranges of pyproject.toml.
        locked = subprocess.run([*quiet, "--require-hashes", "-r", str(lockfile)], cwd=HERE, capture_output=True, text=True)
        if locked.returncode:
            print("The locked versions do not fit this machine; taking the newest that pyproject.toml allows.", file=sys.stderr)
    subprocess.run([*quiet, "--editable", target], cwd=HERE, check=True)
    # The compiled kernel, where there are a C compiler and Python's headers; elsewhere numpy does the same, slower.
    subprocess.run([*quiet, "--no-deps", str(HERE / "kernel")], cwd=HERE, capture_output=True)
    mark.write_text(wanted)


def make(uv: str | None) -> None:
    if uv:
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(VENV)], check=True)
        return
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        raise SystemExit("This Python has no venv module. On Debian and Ubuntu: apt install python3-venv") from None
    venv.create(VENV, with_pip=True, clear=VENV.exists())


def locked_for(extra: str) -> Path:
    """The exact versions, with hashes and without addresses, that were tested together."""
    return HERE / ".ci" / f"requirements{'-' + extra if extra else ''}.txt"


def stamp(extra: str) -> str:
    seed = f"{sys.version} {extra} {HERE}".encode()
    for path in (HERE / "pyproject.toml", locked_for(extra), *sorted((HERE / "kernel").glob("src/*.[ch]"))):
        seed += path.read_bytes() if path.exists() else b""
    return hashlib.sha256(seed).hexdigest()


# ---------------------------------------------------------------- the commands


def run(rest: list[str]) -> int:
    environment("")
    samples = HERE / "tests" / "samples" / "first-minute"
    if not (SAMPLE / "variorum.json").exists():
        print("Building the sample library …", file=sys.stderr, flush=True)
        for step in sorted(samples.iterdir()):
            command = ["--library", str(SAMPLE), "add", str(step), "--source", step.name.split("-", 1)[1].replace("-", " ")]
            done = subprocess.run([str(PYTHON), "-m", "variorum", *command], capture_output=True, text=True)
            # Exit code 1 means "done, with problems": one of the sample files is a log-in page, as in every pile.
            if done.returncode not in {0, 1}:
                print(done.stderr, file=sys.stderr)
                return done.returncode
    hint = "./do variorum add FOLDER"
    return call([str(PYTHON), "-m", "variorum", "--library", str(SAMPLE), "serve", "--hint", hint, *rest])


def variorum(rest: list[str]) -> int:
    environment("")
    return call([str(PYTHON), "-m", "variorum", *rest])


def check(_rest: list[str]) -> int:
    environment("test")
    steps = (
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
    )
    for step in steps:
        tool = shutil.which(step[0], path=str(PYTHON.parent))
        if tool is None:
            return complain(f"{step[0]} is not in {VENV.name}")
        print("·", *step, flush=True)
        code = call([tool, *step[1:]])
        if code:
            return code
    return 0


def test(rest: list[str]) -> int:
    code = check([])
    if code:
        return code
    # All of it runs on as many cores as there are, four at most; a few chosen tests run here, where a debugger works.
    spread = [] if rest else ["--numprocesses", str(max(1, min(os.cpu_count() or 1, 4))), "--dist", "worksteal"]
    return call([str(PYTHON), "-m", "pytest", *spread, *rest])


def lock(_rest: list[str]) -> int:
    uv = shutil.which("uv")
    if uv is None:
        return complain("./do lock needs uv.")
    command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
    for extra in ("", "test"):
        chosen = ["--extra", extra] if extra else []
        out = ["--no-emit-index-url", "--output-file", str(locked_for(extra))]
        subprocess.run([*command, *chosen, *out, "pyproject.toml"], cwd=HERE, check=True)
    return 0


def call(command: list[str]) -> int:
    """Runs a program in the foreground and gives its exit code; Ctrl-C reaches it and not a traceback of ours."""
    process = subprocess.Popen(command, cwd=os.getcwd() if "variorum" in command else HERE)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
