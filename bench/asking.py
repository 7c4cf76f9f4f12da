"""A library asked for the kin of one new work: python bench/asking.py WORKS.jsonl [WORKS] [--url URL]

Enters the sketches of the works into a catalogue in a temporary folder (SQLite), or in the empty PostgreSQL database of that
URL, a hundred a transaction, then asks for a hundred of them as if they came anew. Prints milliseconds, of this process's CPU
and in brackets by the clock (a server's work is in the second alone): entering one (median, 95th of a hundred; the last tenth
of them apart, for growth), asking for its candidates, and asking with the verdicts (alignment with each candidate); and the size of the
index beside that of the text, and the most memory.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa

from variorum.catalogue import Catalogue
from variorum.catalogue.sketches import Sketches
from variorum.collation import kinship, tokenise_many, version_key
from variorum.collation.sketch import sketch_many


def main() -> None:
    url = sys.argv.pop(sys.argv.index("--url") + 1) if "--url" in sys.argv else ""
    with Path(sys.argv[1]).open(encoding="utf-8") as lines:
        most = int(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2].isdecimal() else None
        texts = [json.loads(line)["text"] for line in lines][:most]
    tokens = list(tokenise_many(texts))
    sketches = sketch_many(tokens)
    keys = [version_key(one) for one in tokens]
    characters = sum(map(len, texts))
    del texts
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue(url or f"sqlite:///{folder}/catalogue.sqlite", Path(folder) / "index")
        entering, asking, judging = [], [], []
        for first in range(0, len(keys), 100):
            with catalogue.batch() as batch:
                for at in range(first, min(first + 100, len(keys))):
                    begun = _now()
                    batch.sketches.enter(keys[at], sketches[at], len(tokens[at]))
                    entering.append(_since(begun))
        with catalogue.engine.connect() as connection:
            rows = connection.execute(sa.text("SELECT sketch, version_key FROM versions"))
            at_number = dict(zip(keys, range(len(keys)), strict=True))
            numbers = {number: at_number[key] for number, key in rows}
            for at in range(0, len(tokens), max(len(tokens) // 100, 1)):
                begun = _now()
                held = Sketches(connection)
                held.candidates(sketches[at], None)
                asking.append(_since(begun))
                others, shared = held.sharing(sketches[at])
                for number in others[shared >= 4].tolist()[:24]:
                    if numbers[number] != at:
                        kinship(tokens[at], tokens[numbers[number]])
                judging.append(_since(begun))
            if url:
                size = connection.execute(sa.text("SELECT pg_database_size(current_database())")).scalar_one()
        catalogue.close()  # which takes the journal into the file
        if not url:
            size = sum(file.stat().st_size for file in Path(folder).glob("catalogue*"))
    last = entering[-max(len(entering) // 10, 1) :]
    for name, times in (
        ("entering", entering),
        ("entering, the last tenth", last),
        ("asking", asking),
        ("asking and judging", judging),
    ):
        (cpu, slow_cpu), (wall, slow_wall) = (_of(one) for one in zip(*times, strict=True))
        print(f"{name}: median {cpu:.2f} ms [{wall:.2f}], 95th of a hundred {slow_cpu:.2f} ms [{slow_wall:.2f}]")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"index {size / 1e6:.1f} MB, text {characters / 1e6:.1f} M characters, {len(keys)} works, {memory:.0f} MB of memory")


def _now() -> tuple[float, float]:
    return time.process_time(), time.perf_counter()


def _since(begun: tuple[float, float]) -> tuple[float, float]:
    cpu, wall = _now()
    return cpu - begun[0], wall - begun[1]


def _of(times: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th of a hundred, in milliseconds."""
    ms = sorted(1000 * one for one in times)
    return statistics.median(ms), ms[len(ms) * 95 // 100]


if __name__ == "__main__":
    main()
