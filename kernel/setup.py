"""Builds the kernel: plain C against CPython and the buffer protocol, nothing else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from setuptools import Extension, setup

HERE = Path(__file__).parent
# No fused multiply-add: fractions must come out as they do in numpy, bit for bit.
FLAGS = [] if os.name == "nt" else ["-std=c11", "-O3", "-ffp-contract=off", "-fvisibility=hidden", "-Wall", "-Wextra"]
if os.environ.get("VARIORUM_KERNEL_SANITISE"):
    FLAGS += ["-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]
LINK = ["-fsanitize=address,undefined"] if os.environ.get("VARIORUM_KERNEL_SANITISE") else []

setup(
    py_modules=[],
    ext_modules=[
        Extension(
            "variorum_kernel",
            sources=sorted(os.path.relpath(path, HERE) for path in (HERE / "src").glob("*.c")),
            depends=["src/kernel.h", "src/align.h"],
            extra_compile_args=FLAGS,
            extra_link_args=LINK + (["-s"] if sys.platform == "linux" and not LINK else []),
        )
    ],
)
