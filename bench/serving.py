"""What the reader costs: `python bench/serving.py`.

A library with a 100,000-word work (once in 40 chapters, once as a single one), one of 400,000 words likewise, and 1,000 small works
(``--small N``). Prints how long `serve`
takes until it accepts, the server's CPU milliseconds a page (from the system's account of its process, 20 requests each),
and the CPU milliseconds of `find` inside the process. Beside them, in the same run, Starlette alone sending the same bytes.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

import piles

from variorum.library import Library

SMALL = int(sys.argv[sys.argv.index("--small") + 1]) if "--small" in sys.argv else 1000
_TICK = os.sysconf("SC_CLK_TCK")
_FLOOR = """
import sys
from pathlib import Path
import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
body = Path(sys.argv[1]).read_bytes()
app = Starlette(routes=[Route("/", lambda request: HTMLResponse(body))])
config = uvicorn.Config(app, port=int(sys.argv[2]), log_level="warning", access_log=False)
uvicorn.Server(config).run()
"""


def cpu(pid: int) -> float:
    """CPU seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def book(title: str, chapters: int, words: int, language: piles.Language) -> str:
    """An AO3 download of about so many words."""
    parts = [language.paragraphs(words * 6 // chapters) for _ in range(chapters)]
    if chapters == 1:
        return piles.page(1, title, parts[0])
    body = "".join(
        f'<div class="meta group"><h2 class="heading">Chapter {n}: Part {n}</h2></div><div class="userstuff">'
        + "".join(f"<p>{p}</p>" for p in part)
        + "</div>"
        for n, part in enumerate(parts, 1)
    )
    whole = piles.page(2, title, parts[0])
    begin = whole.index('<div id="chapters"')
    return whole[:begin] + f'<div id="chapters" class="userstuff">{body}</div>' + whole[whole.index('<div id="afterword">') :]


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read()


def packed(url: str) -> int:
    """The bytes of an answer as a browser gets it, compressed."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return len(answer.read())


def first_visit(home: str, path: str) -> int:
    """The bytes a browser gets that has never been here: the page, and every style sheet and script it names."""
    page = fetch(home + path).decode()
    files = set(re.findall(r'(?:href|src)="/(static/[^"]+)"', page))
    seen: set[str] = set()
    while files - seen:
        name = min(files - seen)
        seen.add(name)
        if name.endswith(".js"):
            there = name.rpartition("/")[0]
            files |= {
                f"{there}/{found}"
                for found in re.findall(r'from "\./(\w+\.js)"|import "\./(\w+\.js)"', fetch(home + name).decode())
                for found in found
                if found
            }
    return packed(home + path) + sum(packed(home + name) for name in seen)


def measure(pid: int, url: str, times: int = 20) -> tuple[float, int]:
    """CPU milliseconds of the server a request, and the bytes of the answer."""
    size = len(fetch(url))
    before = cpu(pid)
    for _ in range(times):
        fetch(url)
    return (cpu(pid) - before) * 1000 / times, size


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        language = piles.Language(7)
        pile = folder / "pile"
        pile.mkdir()
        (pile / "chapters.html").write_text(book("The Long One in Chapters", 40, 100_000, language))
        (pile / "single.html").write_text(book("The Long One", 1, 100_000, language))
        (pile / "longest.html").write_text(book("The Longest", 80, 400_000, language))
        (pile / "longest-single.html").write_text(book("The Longest in One", 1, 400_000, language))
        for number in range(SMALL):
            (pile / f"{number:04}.html").write_text(piles.page(number + 10, f"Work {number}", language.paragraphs(2500)))
        with Library(folder / "library", create=True) as library:
            library.add([pile])
            works = {w.title: w.work for w in library.find()}
            for query in ("", "the", "river lamp", "fandom:'Fandom 7' the", "words:>500 -the"):
                spent = []
                for _ in range(20):
                    start = time.process_time()
                    library.find(query, limit=20)
                    spent.append((time.process_time() - start) * 1000)
                print(f"find {query!r:28} {statistics.median(spent):6.1f} CPU ms (median of 20, {len(works)} works)")
        start = time.perf_counter()
        command = [sys.executable, "-m", "variorum", "--library", str(folder / "library"), "serve", "--port", "0"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        home = re.search(r"http://\S+", server.stdout.readline())
        assert home is not None
        print(f"serve accepts after {time.perf_counter() - start:.2f} s wall, {cpu(server.pid):.2f} CPU s")
        pages = {
            "one chapter of 40": f"works/{works['The Long One in Chapters']}/read/3",
            "100,000 words on one page": f"works/{works['The Long One']}/read",
            "first chapter of 400,000 words": f"works/{works['The Longest']}/read/1",
            "first part of 400,000 words": f"works/{works['The Longest in One']}/read/1",
            "the work's page": f"works/{works['The Long One']}",
            "the shelf": "",
            "a search": "?" + urllib.parse.urlencode({"q": "the"}),
        }
        largest = b""
        for name, path in pages.items():
            before = cpu(server.pid)
            fetch(home[0] + path)
            first = (cpu(server.pid) - before) * 1000
            spent, size = measure(server.pid, home[0] + path)
            largest = max(largest, fetch(home[0] + path), key=len)
            wire, all_ = packed(home[0] + path), first_visit(home[0], path)
            print(
                f"{name:30} {spent:6.1f} CPU ms (first {first:5.0f})  {size / 1000:8.1f} kB, {wire / 1000:6.1f} compressed, {all_ / 1000:6.1f} with all it needs"
            )
        server.terminate()
        server.wait()
        (folder / "page.html").write_bytes(largest)
        floor = subprocess.Popen([sys.executable, "-c", _FLOOR, str(folder / "page.html"), "8199"])
        time.sleep(3)
        spent, size = measure(floor.pid, "http://127.0.0.1:8199/")
        print(f"{'Starlette sending those bytes':28} {spent:6.1f} CPU ms  {size / 1000:8.1f} kB")
        floor.terminate()
        floor.wait()


if __name__ == "__main__":
    main()
