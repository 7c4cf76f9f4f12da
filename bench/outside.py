"""What others' checkers say of our pages and books: Lighthouse on five pages, DAISY Ace on each kind of edition.

`python bench/outside.py FOLDER`, where FOLDER has the two programs, of which nothing is installed with Variorum:
`npm install --ignore-scripts lighthouse @daisy/ace-cli @daisy/ace-axe-runner-puppeteer` (with `PUPPETEER_SKIP_DOWNLOAD=1`; they
use the system's Chromium). Lighthouse is run as it is by default: a phone on a slow line.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from variorum.library import Library

ROOT = Path(__file__).parents[1]
SAMPLES = [ROOT / "tests" / "samples" / name for name in ("first-minute", "ao3-html", "picture")]
STORY, DRAWING, PAGE = "What the Lamp Was For", "The Lamp Before Rain", "The Shore Road"


def main() -> None:
    tools = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        with Library(place / "library", create=True) as library:
            library.add(SAMPLES)
            works = {found.title: library.work(found.work) for found in library.find("")}
            books = {
                "a story": library.publish_bytes(works[STORY], "epub"),
                "a story with a picture": library.publish_bytes(works[PAGE], "epub"),
                "a picture": library.publish_bytes(works[DRAWING], "epub"),
            }
            library.publish_together("", place / "all.epub", title="Everything")
            books["several works"] = (place / "all.epub").read_bytes()
        for name, data in books.items():
            print(f"Ace, {name}: {ace(tools, place, data)}", flush=True)
        command = [sys.executable, "-m", "variorum", "--library", str(place / "library"), "serve", "--port", "0"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            home = re.search(r"http://\S+?(?=/)", server.stdout.readline())
            assert home is not None
            at = f"/works/{works[STORY].work}"
            for path in ("/", at, f"{at}/read", f"{at}/changes", "/statistics"):
                print(f"Lighthouse, {path}: {lighthouse(tools, place, home[0] + path)}", flush=True)
        finally:
            server.terminate()
            server.wait()


def ace(tools: Path, place: Path, book: bytes) -> str:
    """What Ace found, or that it found nothing."""
    (place / "book.epub").write_bytes(book)
    out = place / "ace"
    shutil.rmtree(out, ignore_errors=True)
    run(tools, "ace-cli", "-f", "-o", str(out), str(place / "book.epub"))
    report = json.loads((out / "report.json").read_text("utf-8"))
    found = [test["earl:test"]["dct:title"] for page in report["assertions"] for test in page["assertions"]]
    return f"{report['earl:assertedBy']['doap:release']['doap:revision']}, {', '.join(found) or 'nothing'}"


def lighthouse(tools: Path, place: Path, url: str) -> str:
    """The four scores, and what took a point away."""
    out = place / "lighthouse.json"
    run(
        tools, "lighthouse", url, "--quiet", "--chrome-flags=--headless=new --no-sandbox", "--output=json", f"--output-path={out}"
    )
    report = json.loads(out.read_text("utf-8"))
    scores = {name: round(of["score"] * 100) for name, of in report["categories"].items()}
    wrong = [
        audit["id"]
        for of in report["categories"].values()
        for ref in of["auditRefs"]
        if ref["weight"] and (audit := report["audits"][ref["id"]])["score"] is not None and audit["score"] < 0.9
    ]
    return f"{report['lighthouseVersion']}, {scores} {' '.join(wrong)}"


def run(tools: Path, program: str, *arguments: str) -> None:
    chromium = shutil.which("chromium") or ""
    more = {"CHROME_PATH": chromium, "PUPPETEER_EXECUTABLE_PATH": chromium}
    subprocess.run(
        [str(tools / "node_modules" / ".bin" / program), *arguments],
        cwd=tools,
        env={**os.environ, **more},
        check=False,
        stdout=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    main()
