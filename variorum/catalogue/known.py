"""Works only known of: what a copy says it was inspired by, translated or read from, and of which no copy is held.

They are no rows: they follow from the relations of what is held, each time they are asked for (``--known``), so
nothing goes stale when a copy turns up. Their ids begin with ``k``, which no hexadecimal id does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa

from variorum.catalogue import query as q
from variorum.catalogue import schema as s
from variorum.catalogue.analysis import terms
from variorum.catalogue.fields import address
from variorum.catalogue.members import IN_ORDER
from variorum.catalogue.sql import chunks
from variorum.catalogue.values import load, load_relation
from variorum.catalogue.viewers import for_rows, sees
from variorum.model import Metadata, Relation, Viewer, Work

__all__ = ["KINDS", "answers", "known_works"]

#: Relations that point from a work to the work it is made from.
KINDS = ("inspired-by", "translation-of", "podfic-of", "remix-of")


def known_works(connection: sa.Connection, viewer: Viewer, only: str | None = None) -> list[Work]:
    """All of them in the order in which they are first mentioned; ``only``: those whose id begins so.

    Nothing is known of their rating, so they do not exist for a viewer without adult works.
    """
    if not sees(viewer, None):
        return []
    # Read without parsing every relation of the library: the kind stands in the JSON as it is written.
    marks = [s.relations.c.relation.contains(f'"relation":"{kind}"', autoescape=True) for kind in KINDS]
    query = (
        sa.select(s.relations.c.address, s.relations.c.relation)
        .join(s.witnesses, s.witnesses.c.witness == s.relations.c.witness)
        .join(s.works, s.works.c.work == s.witnesses.c.work)
        .where(sa.or_(*marks), for_rows(viewer))
        .order_by(*IN_ORDER, s.relations.c.position)
    )
    found: dict[str, tuple[str | None, Relation]] = {}
    for where, text in connection.execute(query):
        relation = load_relation(load(text))
        said = where or _name(relation)
        if relation.direction == "out" and relation.work is None and said:
            key = "k" + hashlib.sha256(f"known\x1f{said}".encode()).hexdigest()[:19]
            if only is None or key.startswith(only):
                found.setdefault(key, (where, relation))
    held = _held(connection, [where for where, _ in found.values() if where])
    return [_work(key, relation) for key, (where, relation) in found.items() if where not in held]


def _name(relation: Relation) -> str:
    """A title with who made it stands for an address nobody gave; one of them alone could be anything."""
    if not relation.title or not relation.creators:
        return ""
    return "\x1f".join((relation.title, *(creator.name for creator in relation.creators)))


def _held(connection: sa.Connection, places: Sequence[str]) -> set[str]:
    held: set[str] = set()
    for some in chunks(places):
        held.update(connection.execute(sa.select(s.witnesses.c.address).where(s.witnesses.c.address.in_(some))).scalars())
    return held


def _work(key: str, relation: Relation) -> Work:
    site = (address(relation.url) or "").split(" ", 1)[0] or None
    about = Metadata(title=relation.title, creators=relation.creators, url=relation.url, site=site)
    return Work(work=key, metadata=about, words=0, chapters=0, adult=None, taken_from={})


def answers(node: q.Node, work: Work) -> bool:
    """Whether a work of which only this little is known answers a query, by the rules of the language."""
    if isinstance(node, q.All):
        return all(answers(one, work) for one in node.nodes)
    if isinstance(node, q.Any):
        return any(answers(one, work) for one in node.nodes)
    if isinstance(node, q.Not):
        return not answers(node.node, work)
    if isinstance(node, q.Flag):
        return node == q.Flag("is", "known")
    if isinstance(node, q.Range):
        return False
    return _says(node, work)


def _says(term: q.Term, work: Work) -> bool:
    about = work.metadata
    titles = [about.title] if about.title else []
    names = [text for creator in about.creators for text in (creator.name, creator.account) if text]
    sites = [about.site] if about.site else []
    values = {None: titles + names, "title": titles, "author": names, "site": sites}.get(term.field, [])
    if term.exact:
        return term.text in values
    words = terms(term.text)
    begins = term.begins or (term.field is not None and not term.whole)
    runs = (found[i : i + len(words)] for found in map(terms, values) for i in range(len(found) - len(words) + 1))
    return bool(words) and any(_same(run, words, begins=begins) for run in runs)


def _same(run: list[str], words: list[str], *, begins: bool) -> bool:
    return run[:-1] == words[:-1] and (run[-1].startswith(words[-1]) if begins else run[-1] == words[-1])
