"""Works only known of: those a list or a tool's metadata tells of, those a copy says it was inspired by, and of
which no copy is held.

Those of the second kind are no rows: they follow from the relations of what is held, each time they are asked for (``--known``), so
nothing goes stale when a copy turns up. Their ids begin with ``k``, which no hexadecimal id does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa

from variorum.catalogue import query as q
from variorum.catalogue import schema as s
from variorum.catalogue.fields import address, adult
from variorum.catalogue.members import IN_ORDER
from variorum.catalogue.own import says
from variorum.catalogue.sql import chunks
from variorum.catalogue.values import load, load_metadata, load_relation
from variorum.catalogue.viewers import for_rows, sees
from variorum.model import TRUST, Metadata, Relation, Viewer, Work

__all__ = ["KINDS", "answers", "known_works"]

#: Relations that point from a work to the work it is made from.
KINDS = ("inspired-by", "translation-of", "podfic-of", "remix-of")


def known_works(connection: sa.Connection, viewer: Viewer, only: str | None = None) -> list[Work]:
    """All of them in the order in which they are first mentioned, the listed ones first; ``only``: whose id begins so.

    Where nothing is known of their rating they do not exist for a viewer without adult works.
    """
    listed = _listed(connection, viewer, only)
    if not sees(viewer, None):
        return list(listed.values())
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
            key = _key(said)
            if (only is None or key.startswith(only)) and key not in listed:
                found.setdefault(key, (where, relation))
    held = _held(connection, [where for where, _ in found.values() if where])
    return [*listed.values(), *(_work(key, relation) for key, (where, relation) in found.items() if where not in held)]


def _key(said: str) -> str:
    return "k" + hashlib.sha256(f"known\x1f{said}".encode()).hexdigest()[:19]


def _listed(connection: sa.Connection, viewer: Viewer, only: str | None) -> dict[str, Work]:
    """The works that lists and tools tell of and no copy is held of; of several mentions the most trusted counts."""
    query = sa.select(s.told.c.address, s.told.c.metadata).order_by(s.told.c.order, s.told.c.digest, s.told.c.position)
    held = sa.select(s.witnesses.c.address).where(s.witnesses.c.address == s.told.c.address)
    found: dict[str, Metadata] = {}
    for where, text in connection.execute(query.where(~held.exists())):
        about = load_metadata(text)
        said = where or _name(about)
        key = _key(said) if said else ""
        if not key or (only is not None and not key.startswith(only)) or not sees(viewer, adult(about.rating), about):
            continue
        if key not in found or _rank(about) < _rank(found[key]):
            found[key] = about
    return {key: Work(key, about, 0, 0, adult(about.rating), {}) for key, about in found.items()}


def _rank(about: Metadata) -> int:
    kind = about.trust.get("title", "")
    return TRUST.index(kind) if kind in TRUST else len(TRUST)


def _name(said: Relation | Metadata) -> str:
    """A title with who made it stands for an address nobody gave; one of them alone could be anything."""
    if not said.title or not said.creators:
        return ""
    return "\x1f".join((said.title, *(creator.name for creator in said.creators)))


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
    if isinstance(node, q.Range | q.Among):
        return False
    return _says(node, work)


def _says(term: q.Term, work: Work) -> bool:
    about = work.metadata
    titles = [about.title] if about.title else []
    series = [one.title for one in about.series]
    names = [text for creator in about.creators for text in (creator.name, creator.account) if text]
    sites = [about.site] if about.site else []
    named = {"title": titles, "author": names, "site": sites, "series": series}
    values = titles + names if term.field is None else named.get(term.field) or _told(term.field, about)
    return says(term, values)


#: What a list can say of a work besides, by the query's field.
_TOLD = {
    "fandom": "fandoms", "rating": "rating", "warning": "warnings", "category": "categories", "relationship": "relationships",
    "character": "characters", "tag": "tags", "language": "language", "status": "status",
}  # fmt: skip


def _told(field: str, about: Metadata) -> list[str]:
    value = getattr(about, _TOLD.get(field, ""), None) if field in _TOLD else None
    return [value] if isinstance(value, str) else list(value or ())
