"""The relations in a library of texts: python bench/library.py WORKS.jsonl

Reads lines {"id", "text"}; prints lines {"a", "b", "kind", "containment": [of a in b, of b in a]}, then the CPU
seconds on standard error (from reading the file; starting Python and filling the tokeniser's tables are apart).
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from variorum.collation import related, tokenise_many
from variorum.text import tokenise


def main() -> None:
    tokenise("tables")
    begun = time.process_time()
    ids: list[str] = []

    def texts():
        with Path(sys.argv[1]).open(encoding="utf-8", errors="surrogateescape") as lines:
            for line in lines:
                if line.strip():
                    work = json.loads(line)
                    ids.append(work["id"])
                    yield work["text"]

    for found in related(list(tokenise_many(texts()))):
        kin = found.kinship
        line = {"a": ids[found.a], "b": ids[found.b], "kind": kin.verdict, "containment": [round(c, 4) for c in kin.containment]}
        sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    print(f"{time.process_time() - begun:.3f} CPU seconds", file=sys.stderr)


if __name__ == "__main__":
    main()
