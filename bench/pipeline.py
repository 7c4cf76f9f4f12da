#!/usr/bin/env python3
"""CPU seconds a megabyte of all that is done with a text: recognised, opened, mended; by kind of damage.

usage: python bench/pipeline.py CORPUS

CORPUS is the folder of the rescue corpus. Items of a kind are opened one by one as a library opens them (``prepare``);
what recognising alone costs is measured on one document of about a megabyte a kind.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from variorum.intake import FORMATS, Sniff, Task
from variorum.preparing import prepare

KINDS = ("mail", "html", "notes", "chapters", "markup", "mojibake", "inline", "flat", "composite")


def main() -> None:
    for kind in KINDS:
        with gzip.open(Path(sys.argv[1]) / f"{kind}.jsonl.gz", "rt", encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for line in lines][::4]
        name = "page.html" if kind == "html" else "text.txt"
        size = sum(map(len, texts)) / 1e6
        began = time.process_time()
        for text in texts:
            prepare(Task(name, "sha256:0", text.encode()))
        used = time.process_time() - began
        whole = "\n\n".join(texts)[:1_000_000].encode()
        began = time.process_time()
        for _ in range(5):
            sniff = Sniff(name, whole)
            max(form.detect(sniff).confidence for form in FORMATS)
        alone = (time.process_time() - began) / 5
        print(f"{kind:10s} prepare {used / size:.2f} CPU s/MB   recognising {alone / (len(whole) / 1e6):.4f} CPU s/MB")


if __name__ == "__main__":
    main()
