#!/usr/bin/env python3
"""Peers of rescue beside it, on the same items, in the same run, scored by the corpus's own score.py.

usage: python bench/peers.py CORPUS PEER_PYTHON [--items N]

CORPUS is the folder of the rescue corpus. PEER_PYTHON is an interpreter with what could be installed of
``ftfy FanFicFare trafilatura jusText lxml_html_clean nltk numpy``, apart from ours so that none of them is ever a dependency. pandoc and calibre's
ebook-convert are run as processes where they are found. Each peer sees the text of an item and gives its reading of it.
``--items N``: so many items of each kind, drawn by a fixed shuffle (calibre and TextTiling take a minute a megabyte).
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SHOWN = re.compile(r"(\S+)\s+(\S+)\s+(.+?)\s+P (\S+) R (\S+) F1 (\S+)")


# ---------------------------------------------------------------- what runs in the peers' interpreter


def blocks_of(page: str) -> list[dict[str, Any]]:
    """The paragraphs of clean HTML: what stands between block tags, markup taken out."""
    pieces = re.split(r"(?i)</?(?:p|div|h[1-6]|hr|blockquote|li|ul|ol|body|html|head|pre|table|tr|td|br)\b[^>]*>", page)
    texts = [html.unescape(re.sub(r"<[^>]*>", "", piece)) for piece in pieces]
    return [{"text": " ".join(text.split()), "spans": []} for text in texts if text.strip()]


def fanficfare(text: str) -> dict[str, Any]:
    from fanficfare.htmlheuristics import replace_br_with_p

    return {"blocks": blocks_of(replace_br_with_p(f"<div>{text}</div>"))}


def trafilatura(text: str) -> dict[str, Any]:
    import trafilatura as peer

    found = peer.extract(f"<html><body>{text}</body></html>", favor_recall=True, include_comments=False, output_format="txt")
    return {"blocks": [{"text": line, "spans": []} for line in (found or "").split("\n") if line.strip()]}


def justext(text: str) -> dict[str, Any]:
    import justext as peer

    found = peer.justext(f"<html><body>{text}</body></html>", peer.get_stoplist("English"))
    return {"blocks": [{"text": p.text, "spans": []} for p in found if not p.is_boilerplate]}


def ftfy(text: str) -> dict[str, Any]:
    import ftfy as peer

    return {"text": peer.fix_text(text)}


def ftfy_quotes_kept(text: str) -> dict[str, Any]:
    import ftfy as peer

    keep = {"uncurl_quotes": False, "fix_latin_ligatures": False, "fix_character_width": False, "normalization": None}
    return {"text": peer.fix_text(text, **keep, fix_line_breaks=False, unescape_html=True)}


def texttiling(text: str) -> dict[str, Any]:
    import nltk

    stops = ["the", "a", "an", "and", "of", "to", "in", "it", "was", "is", "he", "she", "they", "i", "you", "that", "had"]
    tiler = nltk.tokenize.TextTilingTokenizer(w=10, k=3, stopwords=stops)
    marked = re.sub(r"([.!?][\"”’]?) ", r"\1\n\n", text)
    places, breaks = 0, []
    try:
        for tile in tiler.tokenize(marked):
            places += len(re.sub(r"\n\n", " ", tile))
            lead = len(text[places:]) - len(text[places:].lstrip())
            breaks.append(places + lead)
    except ValueError:
        return {"breaks": []}
    return {"breaks": breaks[:-1]}


def pandoc(text: str) -> dict[str, Any]:
    done = subprocess.run(
        ["pandoc", "-f", "html", "-t", "html", "--wrap=none"], input=text, capture_output=True, text=True, check=True
    )
    return {"blocks": blocks_of(done.stdout)}


def calibre(text: str) -> dict[str, Any]:
    """The lines of a wrapped text as calibre's heuristics join them: paragraph starts."""
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "a.txt", Path(folder) / "b.txt"
        source.write_text(text, "utf-8")
        command = ["ebook-convert", str(source), str(made), "--enable-heuristics", "--txt-output-formatting=plain"]
        subprocess.run(command, capture_output=True, check=True, timeout=300)
        paragraphs = [p for p in re.split(r"\n\s*\n", made.read_text("utf-8")) if p.strip()]
    # It makes quotation marks and dashes its own: letters and digits alone are compared, in order.
    starts = [key for key in map(_letters, paragraphs) if key]
    found, position = [], 0
    for number, line in enumerate(text.split("\n")):
        key = _letters(line)
        ahead = next((n for n in range(position, min(position + 12, len(starts))) if key and _same(key, starts[n])), None)
        if ahead is not None:
            found.append(number)
            position = ahead + 1
    return {"para_start": found}


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _same(line: str, paragraph: str) -> bool:
    return paragraph.startswith(line[:24]) if len(line) < len(paragraph) else line.startswith(paragraph)


PEERS: dict[str, tuple[str, str, Callable[[str], dict[str, Any]]]] = {
    "FanFicFare replace_br_with_p": ("html", "fanficfare", fanficfare),
    "trafilatura (recall)": ("html", "trafilatura", trafilatura),
    "jusText": ("html", "justext", justext),
    "pandoc": ("html", "pandoc", pandoc),
    "ftfy as it comes": ("mojibake", "ftfy", ftfy),
    "ftfy, quotes kept": ("mojibake", "ftfy", ftfy_quotes_kept),
    "TextTiling on sentences": ("flat", "nltk", texttiling),
    "calibre heuristics": ("mail", "ebook-convert", calibre),
}


def child(name: str) -> None:
    """Predictions of one peer for the items on standard input."""
    predict = PEERS[name][2]
    for line in sys.stdin:
        item = json.loads(line)
        try:
            found = predict(item["text"])
        except Exception as error:
            print(f"{name}: {item['id']}: {type(error).__name__}", file=sys.stderr)
            found = {}
        print(json.dumps({"id": item["id"], **found}))


# ---------------------------------------------------------------- what runs in ours


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("python")
    arguments.add_argument("--items", type=int, default=60)
    arguments.add_argument("--kind", choices=["html", "mojibake", "flat", "mail"], help="this one alone")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for kind in dict.fromkeys(kind for kind, _, _ in PEERS.values() if given.kind in (None, kind)):
            chosen = _choose(given.corpus, kind, given.items, Path(folder))
            ours = [sys.executable, str(HERE / "rescue.py"), kind]
            _measure("variorum", kind, ours, chosen, given.corpus)
            for name, (of, needs, _) in PEERS.items():
                if of == kind and _there(given.python, needs):
                    _measure(name, kind, [given.python, str(HERE / "peers.py"), "--child", name], chosen, given.corpus)


def _there(python: str, needs: str) -> bool:
    if needs in ("pandoc", "ebook-convert"):
        return shutil.which(needs) is not None
    return subprocess.run([python, "-c", f"import {needs}"], capture_output=True, check=False).returncode == 0


def _choose(corpus: Path, kind: str, count: int, folder: Path) -> Path:
    """Some items of a kind, by a fixed shuffle, in a folder the scorer can read."""
    with gzip.open(corpus / f"{kind}.jsonl.gz", "rt", encoding="utf-8") as lines:
        items = list(lines)
    chosen = folder / f"{kind}.jsonl"
    chosen.write_text("".join(random.Random(kind).sample(items, min(count, len(items)))), "utf-8")
    return chosen


def _measure(name: str, kind: str, command: list[str], chosen: Path, corpus: Path) -> None:
    items = [json.loads(line) for line in chosen.read_text("utf-8").splitlines()]
    asked = "".join(json.dumps({"id": item["id"], "text": item["text"]}) + "\n" for item in items)
    began = time.monotonic()
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    used = time.monotonic() - began
    predictions = chosen.with_suffix(".predictions")
    predictions.write_text(done.stdout, "utf-8")
    score = [sys.executable, str(corpus / "score.py"), kind, str(predictions), str(chosen.parent)]
    said = subprocess.run(score, capture_output=True, text=True, check=True).stdout
    size = sum(len(item["text"]) for item in items) / 1e6
    for line in said.splitlines():
        found = SHOWN.match(line)
        if found and (found[2] == "ALL" or kind in ("mail", "mojibake", "html")) and "lines" not in found[3]:
            print(f"{name:30s} {kind:9s} {found[2]:16s} {found[3]:38s} P {found[4]} R {found[5]} F1 {found[6]}")
    print(f"{name:30s} {kind:9s} {used / size:.1f} s wall a MB, start included ({len(items)} items)")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2])
    else:
        main()
