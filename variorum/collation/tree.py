"""A tree of versions, proposed from how far every two copies lie apart.

Copies with the same words are one version. The distance of two is the share of the shorter's words that the other
has not, with a little for the difference in length, so that half a story lies close to the whole. The tree is the
shortest that joins all (Prim 1957), hung up at the version with the earliest date. It says who stands near whom; that
one was made from the other it cannot know, and a lost version between two is not seen. For other tools the same
distances are given as an unrooted tree by neighbour joining (Saitou and Nei 1987).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from variorum.collation.align import align
from variorum.collation.side import Copy
from variorum.model import Branch, Versions
from variorum.text import Tokens, tokenise

__all__ = ["versions"]

_MOST = 40  #: versions of which every two are compared; of more, each with the root alone
_LENGTH = 0.02  #: weight of the logarithm of the lengths' ratio


def versions(copies: Sequence[Copy]) -> Versions:
    """The tree of these copies; the root first, then outwards."""
    groups: dict[bytes, list[Copy]] = {}
    words: dict[bytes, Tokens] = {}
    for copy in copies:
        own = tokenise(copy.text.part("story").text)
        key = own.hashes.tobytes()
        groups.setdefault(key, []).append(copy)
        words[key] = own
    held = list(groups.values())
    tokens = list(words.values())
    dates = [_date(group) for group in held]
    root, why = _root(held, tokens, dates)
    names = ["=".join(copy.siglum for copy in group) for group in held]
    if len(held) > _MOST:
        far = [0.0 if n == root else _distance(tokens[root], one) for n, one in enumerate(tokens)]
        parents = {n: root for n in range(len(held)) if n != root}
        newick = "(" + ",".join(f"{name}:{d:.4f}" for name, d in zip(names, far, strict=True)) + ");"
        why += f"; more than {_MOST} versions, so each is only compared with that one"
    else:
        table = [[_distance(a, b) if n < m else 0.0 for m, b in enumerate(tokens)] for n, a in enumerate(tokens)]
        table = [[max(table[n][m], table[m][n]) for m in range(len(tokens))] for n in range(len(tokens))]
        parents = _spanning(table, root)
        far = [table[n][parents[n]] if n != root else 0.0 for n in range(len(tokens))]
        newick = _newick(table, names)
    order = _outward(parents, root)
    branches = tuple(
        Branch(
            tuple(copy.siglum for copy in held[n]),
            held[parents[n]][0].siglum if n != root else None,
            round(far[n], 4),
            *dates[n],
        )
        for n in order
    )
    return Versions(branches, newick, why)


def _distance(a: Tokens, b: Tokens) -> float:
    short, long = sorted((len(a), len(b)))
    if not short:
        return 1.0
    found = align(a, b)
    matched = sum(n for _, _, n in (*found.matches, *found.moved))
    return 1 - min(matched / short, 1.0) + _LENGTH * log(long / short)


def _date(group: Sequence[Copy]) -> tuple[str | None, str]:
    """The earliest date these copies state: of the text if any says so, else of the taking."""
    for name, said in (("updated", "updated"), ("published", "published"), ("captured", "taken")):
        found = sorted(date for copy in group if (date := getattr(copy.metadata, name)))
        if found:
            return found[0], said
    return None, ""


def _root(held: Sequence[Sequence[Copy]], words: Sequence[Tokens], dates: Sequence[tuple[str | None, str]]) -> tuple[int, str]:
    dated = sorted((date, n) for n, (date, _) in enumerate(dates) if date)
    if dated:
        most = "" if len(dated) == len(held) else f", of the {len(dated)} that have one"
        return dated[0][1], f"rooted at the version with the earliest date{most}"
    shortest = min(range(len(held)), key=lambda n: (len(words[n]), held[n][0].siglum))
    return shortest, "no copy states a date: rooted at the shortest, which is only a guess"


def _spanning(table: Sequence[Sequence[float]], root: int) -> dict[int, int]:
    """Prim: child -> parent."""
    parents: dict[int, int] = {}
    best = {n: (table[root][n], root) for n in range(len(table)) if n != root}
    while best:
        near = min(best, key=lambda n: (best[n][0], n))
        parents[near] = best.pop(near)[1]
        for n, (far, _) in best.items():
            if table[near][n] < far:
                best[n] = (table[near][n], near)
    return parents


def _outward(parents: dict[int, int], root: int) -> list[int]:
    below: dict[int, list[int]] = {}
    for child in sorted(parents):
        below.setdefault(parents[child], []).append(child)
    order = [root]
    for n in order:
        order += below.get(n, [])
    return order


def _newick(table: Sequence[Sequence[float]], names: Sequence[str]) -> str:
    """Neighbour joining; branch lengths below nought are written as nought."""
    if len(names) < 3:
        far = table[0][1] if len(names) == 2 else 0.0
        return "(" + ",".join(f"{name}:{far / 2:.4f}" for name in names) + ");"
    nodes = dict(enumerate(names))
    gap = {(a, b): table[a][b] for a in nodes for b in nodes if a != b}
    following = len(names)
    while len(nodes) > 3:
        count = len(nodes)
        total = {a: sum(gap[a, b] for b in nodes if b != a) for a in nodes}
        a, b = min(
            ((a, b) for a in nodes for b in nodes if a < b), key=lambda p: ((count - 2) * gap[p] - total[p[0]] - total[p[1]], p)
        )
        left = gap[a, b] / 2 + (total[a] - total[b]) / (2 * (count - 2))
        joined = f"({nodes[a]}:{max(left, 0):.4f},{nodes[b]}:{max(gap[a, b] - left, 0):.4f})"
        for c in nodes:
            if c not in (a, b):
                gap[c, following] = gap[following, c] = (gap[a, c] + gap[b, c] - gap[a, b]) / 2
        del nodes[a], nodes[b]
        nodes[following] = joined
        following += 1
    a, b, c = nodes
    lengths = ((gap[x, y] + gap[x, z] - gap[y, z]) / 2 for x, y, z in ((a, b, c), (b, a, c), (c, a, b)))
    return "(" + ",".join(f"{nodes[n]}:{max(d, 0):.4f}" for n, d in zip((a, b, c), lengths, strict=True)) + ");"
