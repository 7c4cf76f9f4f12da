"""A library asked for the kin of one new work: python bench/asking.py WORKS.jsonl [WORKS]

Enters the sketches of the works into a catalogue in a temporary folder (SQLite), then asks for every hundredth of them, as
if it came anew. Prints milliseconds: entering one (median, 95th of a hundred), asking for its candidates, and asking with
the verdicts (alignment with each candidate); CPU, and the size of the index beside that of the text.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa

from variorum.catalogue import Catalogue
from variorum.catalogue.sketches import candidates, enter_sketch, sharing
from variorum.collation import kinship, tokenise_many, version_key
from variorum.collation.sketch import sketch_many


def main() -> None:
    with Path(sys.argv[1]).open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines][: int(sys.argv[2]) if len(sys.argv) > 2 else None]
    tokens = list(tokenise_many(texts))
    sketches = sketch_many(tokens)
    keys = [version_key(one) for one in tokens]
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue(f"sqlite:///{folder}/catalogue.sqlite", Path(folder) / "index")
        with catalogue.batch() as batch:
            connection = batch.connection
            entering, asking, judging = [], [], []
            for key, one, words in zip(keys, sketches, tokens, strict=True):
                begun = time.process_time()
                enter_sketch(connection, key, one, len(words))
                entering.append(time.process_time() - begun)
            numbers = {
                row.sketch: row.version_key for row in connection.execute(sa.text("SELECT sketch, version_key FROM versions"))
            }
            by_key = {key: at for at, key in enumerate(keys)}
            for at in range(0, len(tokens), 100):
                begun = time.process_time()
                candidates(connection, sketches[at], None)
                asking.append(time.process_time() - begun)
                others, shared = sharing(connection, sketches[at])
                for number in others[shared >= 4].tolist()[:24]:
                    other = by_key[numbers[number]]
                    if other != at:
                        kinship(tokens[at], tokens[other])
                judging.append(time.process_time() - begun)
        catalogue.close()  # which takes the journal into the file
        size = sum(file.stat().st_size for file in Path(folder).glob("catalogue*"))
    for name, times in (("entering", entering), ("asking", asking), ("asking and judging", judging)):
        ms = sorted(1000 * one for one in times)
        print(f"{name}: median {statistics.median(ms):.2f} ms, 95th of a hundred {ms[len(ms) * 95 // 100]:.2f} ms")
    print(f"index {size / 1e6:.1f} MB, text {sum(map(len, texts)) / 1e6:.1f} M characters, {len(texts)} works")


if __name__ == "__main__":
    main()
