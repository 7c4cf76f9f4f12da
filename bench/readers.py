"""Many readers at once: python bench/readers.py LIBRARY [--readers 200] [--seconds 60] [--pause 5] [--workers 1].

Starts `serve` over a library (bench/many.py makes one) and lets READERS people use it over loopback for SECONDS: each asks for
a page, reads it for PAUSE seconds on average (exponential), and asks for the next: four in ten a page of a story, three a page of the
shelf or a search with facets, one a change of facet, one a work's page, one suggestions while typing. Prints how many answers came,
how many were errors, and how long they took in milliseconds (from asking to the last byte): median, 95th and 99th of a hundred, worst; and the server's CPU.
With ``--pause 0`` nobody reads: that is the most it can do.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlencode

import httpx
import serving

from variorum.library import Library


def addresses(library: Path) -> dict[str, list[str]]:
    """What is asked for, by kind."""
    with Library(library) as held:
        found = held.find(sort="-words", limit=300)
        works = [hit.work.work for hit in found.hits]
        fandoms = [value for value, _ in found.facets["fandom"][:40]]
        tags = [value for value, _ in found.facets["tag"][:40]]
    words = ["ba", "ke", "bada", "shaire", "babe", "the"]
    return {
        "story": [f"/works/{work}/read" for work in works],
        "work": [f"/works/{work}" for work in works],
        "shelf": [
            "/",
            *(f"/?{urlencode({'page': n})}" for n in range(2, 30)),
            *(f"/?{urlencode({'q': word})}" for word in words),
        ],
        "facet": ["/?" + urlencode({"q": f'fandom:="{a}" -tag:="{b}"'}) for a in fandoms for b in tags],
        "typing": ["/api/v1/suggest?" + urlencode({"q": word[:n]}) for word in words for n in range(2, len(word) + 1)],
    }


SHARES = {"story": 4, "shelf": 3, "facet": 1, "work": 1, "typing": 1}


async def reader(
    client: httpx.AsyncClient,
    number: int,
    pages: dict[str, list[str]],
    until: float,
    pause: float,
    took: dict[str, list[float]],
    bad: Counter[str],
) -> None:
    """One reader until the time is up."""
    chance = random.Random(number)
    await asyncio.sleep(chance.random() * max(pause, 0.5))
    while time.monotonic() < until:
        kind = chance.choices(list(SHARES), list(SHARES.values()))[0]
        start = time.perf_counter()
        try:
            answer = await client.get(chance.choice(pages[kind]))
            if answer.status_code != 200:
                bad[str(answer.status_code)] += 1
        except httpx.HTTPError as error:
            bad[type(error).__name__] += 1
        took[kind].append((time.perf_counter() - start) * 1000)
        if pause:
            await asyncio.sleep(chance.expovariate(1 / pause))


async def read(home: str, given: argparse.Namespace, pages: dict[str, list[str]]) -> tuple[dict[str, list[float]], Counter[str]]:
    """All readers."""
    took: dict[str, list[float]] = defaultdict(list)
    bad: Counter[str] = Counter()
    limits = httpx.Limits(max_connections=given.readers, max_keepalive_connections=given.readers)
    async with httpx.AsyncClient(base_url=home, limits=limits, timeout=30) as client:
        until = time.monotonic() + given.seconds
        await asyncio.gather(*(reader(client, n, pages, until, given.pause, took, bad) for n in range(given.readers)))
    return took, bad


def started_by(pid: int) -> list[int]:
    """The processes that a process started and that serve."""
    children = [child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    return [int(child) for child in children if "resource_tracker" not in Path(f"/proc/{child}/cmdline").read_text()]


def resident(pid: int) -> float:
    """How much memory a process holds, in MB."""
    said = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(said[1]) / 1000 if said else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=5)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    pages = addresses(given.library)
    command = [
        sys.executable,
        "-m",
        "variorum",
        "--library",
        str(given.library),
        "serve",
        "--port",
        "0",
        "--workers",
        str(given.workers),
    ]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    home = re.search(r"http://[^\s]+", server.stdout.readline())
    assert home is not None
    for kind in pages:  # some of each, on connections of their own: the processes open what they need
        for _ in range(1 if given.workers == 1 else 6 * given.workers):
            httpx.get(home[0].rstrip("/") + pages[kind][0], timeout=60)
    time.sleep(20 if given.seconds >= 60 else 2)
    processes = [server.pid, *started_by(server.pid)]
    before = sum(map(serving.cpu, processes))
    took, bad = asyncio.run(read(home[0], given, pages))
    spent = sum(map(serving.cpu, processes)) - before
    sizes = ", ".join(f"{resident(pid):.0f}" for pid in processes)
    server.terminate()
    server.wait()
    everything = sorted(ms for own in took.values() for ms in own)
    print(
        f"{given.readers} readers, {given.seconds:.0f} s, {len(everything)} answers, errors: {dict(bad) or 'none'}; {spent:.0f} CPU s of the server, {sizes} MB resident"
    )
    for name, own in {"all": everything, **{kind: sorted(took[kind]) for kind in SHARES}}.items():
        at = [own[min(len(own) - 1, int(len(own) * share))] for share in (0.5, 0.95, 0.99)]
        print(
            f"{name:8} {len(own):6}  median {at[0]:6.0f}  95 % {at[1]:6.0f}  99 % {at[2]:6.0f}  worst {own[-1]:6.0f} ms",
            flush=True,
        )


if __name__ == "__main__":
    main()
