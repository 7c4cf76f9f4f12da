"""Find: a query, a viewer and an order in; works, facets and snippets out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import sqlalchemy as sa
from tantivy import FieldType, Occur, Order, Query

from variorum.catalogue import schema as s
from variorum.catalogue.analysis import pattern, terms
from variorum.catalogue.based import digest_of
from variorum.catalogue.blobs import unpack_text
from variorum.catalogue.compiling import compile_query, like_query, passage_query, personal, wanted
from variorum.catalogue.counting import counted, files_of, values_of
from variorum.catalogue.facets import facets
from variorum.catalogue.fusing import Heard, Passage, Voice, fuse
from variorum.catalogue.index import TextIndex
from variorum.catalogue.kept import Kept
from variorum.catalogue.known import answers, known_works
from variorum.catalogue.ordering import in_order, within
from variorum.catalogue.own import NOBODY, Own
from variorum.catalogue.query import All, Flag, Node, parse, parse_sort
from variorum.catalogue.read import with_what_is_known, works_of
from variorum.catalogue.recalled import recalled
from variorum.catalogue.remembered import roots, telling
from variorum.catalogue.snippets import opening, snippet, snippet_at
from variorum.catalogue.tally import Tally
from variorum.catalogue.viewers import hidden_values, shut_out
from variorum.catalogue.wrangled import meant
from variorum.errors import QueryError
from variorum.model import Found, Holdings, Share, Viewer, Work, WorkHit

__all__ = ["Question", "find", "holdings", "values"]

_LIKELY = 200  # works of each voter that "that fic where" ranks
_AT_ONCE = 500  # works of a voter that are looked at together
_PASSAGES = 1000  # passages looked at
_SCENES = 5  # of one work that are counted together
_SCHEMA = TextIndex.works_schema
_SPELLED = ("title", "author")  # sorted by their letters
_LISTED = 100  # works of one answer that are kept
_SHALLOW = 500  # works that are sorted by all their letters without looking where the page begins


@dataclass(frozen=True, slots=True)
class Question:
    """Everything `Catalogue.find` is asked."""

    query: str = ""
    like: str | None = None
    sort: str | None = None
    limit: int | None = None
    offset: int = 0
    known: bool = False
    viewer: Viewer = field(default_factory=Viewer)
    own: Own = NOBODY  #: what is the asker's own
    seed: int = 0  #: for the order ``random``
    tally: Tally | None = None  #: what every work has, counted
    stamp: int = -1  #: the change up to which the index goes
    voices: tuple[Voice, ...] = ()  #: who else ranks by what is remembered
    kept: Kept | None = None  #: works that were read lately


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Work ids in order with their scores; ``passages``: the stretch of the text that made it."""

    total: int
    hits: Sequence[tuple[str, float]]
    filter: Query
    passages: Mapping[str, Passage]


def find(connection: sa.Connection, searchers: tuple[Any, Any], question: Question) -> Found:
    """The works that answer; QueryError when the query cannot be read."""
    tree = parse(question.query)
    question = replace(question, viewer=meant(connection, question.viewer))
    sort = parse_sort(question.sort)
    works, passages = searchers
    viewer = question.viewer
    tally = question.tally
    hidden: Sequence[tuple[str, str]] = ()
    if viewer.hidden:
        hidden = (
            tally.kept(("hidden", viewer), lambda: hidden_values(connection, viewer))
            if tally
            else hidden_values(connection, viewer)
        )
    asked = _asked(tree, question, hidden)
    try:
        if question.like and terms(question.like):
            ranked = _like(works, passages, asked, question)
        else:
            ranked = _search(works, asked, tree, sort, question)
        said = None if question.like else (personal(tree, question.own), shut_out(viewer), tuple(hidden))
        recall = (lambda tally: recalled(tally, tree, viewer, hidden)) if said is not None else (lambda _: None)
        beside = facets(works, ranked.filter, tally, question.stamp, said, recall)
    except ValueError as error:
        if "expansions" not in str(error):
            raise
        raise QueryError(question.query, 0, "too many words begin like the last word of a phrase in it") from error
    hits = _hits(connection, ranked, tree, question)
    total = ranked.total
    if (question.known or _asks_for_known(tree)) and not question.like:
        known = [work for work in known_works(connection, question.viewer) if answers(tree, work)]
        hits = (*hits, *_after(known, total, len(hits), question))
        total += len(known)
    return Found(query=question.query, total=total, hits=hits, facets=beside)


def holdings(connection: sa.Connection, searchers: tuple[Any, Any], question: Question) -> Holdings:
    """What the works that answer are, in numbers; QueryError when the query cannot be read. Files are told of everything a viewer may see."""
    tree = parse(question.query)
    question = replace(question, viewer=meant(connection, question.viewer))
    asked = _asked(tree, question, hidden_values(connection, question.viewer))
    works, words, by = counted(searchers[0], asked)
    return Holdings(question.query, works, words, *files_of(connection, question.viewer), by)


def values(name: str, most: int) -> Callable[[sa.Connection, tuple[Any, Any], Question], tuple[Share, ...]]:
    """What tells the values of one field (`FACETS`, `COUNTED`) among the works that answer."""

    def tell(connection: sa.Connection, searchers: tuple[Any, Any], question: Question) -> tuple[Share, ...]:
        question = replace(question, viewer=meant(connection, question.viewer))
        asked = _asked(parse(question.query), question, hidden_values(connection, question.viewer))
        return values_of(searchers[0], asked, name, most)

    return tell


def _asks_for_known(tree: All) -> bool:
    return Flag("is", "known") in tree.nodes


def _after(known: Sequence[Work], before: int, shown: int, question: Question) -> Sequence[WorkHit]:
    """The works only known of that are on this page: they come after every held one, in the order they are mentioned."""
    start = max(0, max(0, question.offset) - before)
    end = len(known) if question.limit is None else start + max(0, question.limit - shown)
    return [WorkHit(work, 0.0, "") for work in known[start:end]]


def _asked(tree: Node, question: Question, hidden: Sequence[tuple[str, str]]) -> Query:
    """The query and everything that decides which works exist at all."""
    clauses = [(Occur.Must, compile_query(personal(tree, question.own)))]
    clauses += [(Occur.MustNot, Query.term_query(_SCHEMA, "adult", code)) for code in shut_out(question.viewer)]
    clauses += [(Occur.MustNot, Query.term_query(_SCHEMA, f"raw_{kind}", value)) for kind, value in hidden]
    return Query.boolean_query(clauses)


def _search(works: Any, asked: Query, tree: All, sort: tuple[str, bool] | None, question: Question) -> _Ranked:
    name, descending = sort or ("relevance" if wanted(tree) else "added", False)
    everything = max(1, works.num_docs)
    offset = min(max(0, question.offset), everything)
    if name in ("read", "rated", "random"):
        length = everything if question.limit is None else min(question.limit, everything)
        total, ids = in_order(works, asked, (name, descending), question.own, question.seed, offset, length)
        return _Ranked(total, [(work, 0.0) for work in ids], asked, {})
    limit = everything if question.limit is None else max(1, min(question.limit, everything))
    if name == "relevance":
        found = works.search(asked, limit, count=True, offset=offset)
    elif name in _SPELLED:
        found = _by_letters(works, asked, (name, descending), offset, limit)
    else:
        found = works.search(asked, limit, count=True, offset=offset, **_order(name, descending=descending))
    hits = [(works.doc(at)["work"][0], _score(value)) for value, at in found.hits]
    return _Ranked(found.count, hits if question.limit != 0 else [], asked, {})


def _order(name: str, *, descending: bool) -> dict[str, Any]:
    return {"order_by_field": name, "order": Order.Desc if descending else Order.Asc}


def _by_letters(works: Any, asked: Query, sort: tuple[str, bool], start: int, limit: int) -> Any:
    """A page in the order of titles or creators. The index sorts numbers fast and letters slowly: a page far down is first
    looked for by a number made of the first letters, and only the works between its two ends are sorted by all of them.
    """
    name, descending = sort
    letters = _order(f"sort_{name}", descending=descending)
    if start + limit <= _SHALLOW:
        return works.search(asked, limit, count=True, offset=start, **letters)
    near = works.search(asked, limit, count=True, offset=start, **_order(f"head_{name}", descending=descending))
    if not near.hits:
        return near
    low, high = sorted((near.hits[0][0], near.hits[-1][0]))
    ends = (high + 1, None) if descending else (None, low - 1)
    before = works.search(_between(asked, name, *ends), 1, count=True).count if descending or low > 0 else 0
    found = works.search(_between(asked, name, low, high), limit, count=False, offset=start - before, **letters)
    return _Page(near.count, found.hits)


def _between(asked: Query, name: str, low: int | None, high: int | None) -> Query:
    inside = Query.range_query(_SCHEMA, f"head_{name}", FieldType.Unsigned, low, high)
    return Query.boolean_query([(Occur.Must, asked), (Occur.Must, inside)])


@dataclass(frozen=True, slots=True)
class _Page:
    """As tantivy's own result: how many answer in all, and the page."""

    count: int
    hits: Sequence[tuple[Any, Any]]


def _score(value: Any) -> float:
    return round(value, 4) if isinstance(value, float) else 0.0


def _like(works: Any, passages: Any, asked: Query, question: Question) -> _Ranked:
    """Works by what all voters say of them, within the query."""
    memory = question.like or ""
    words = telling(memory)
    both = Query.boolean_query([(Occur.Must, like_query(works, words)), (Occur.Must, Query.const_score_query(asked, 0.0))])
    voters = [Heard([(works.doc(at)["work"][0], None) for _, at in works.search(both, _LIKELY, count=False).hits])]
    said = [_by_passage(passages, words), *(heard for voice in question.voices if (heard := voice.hear(memory)) is not None)]
    voters += [Heard(list(islice(_allowed(works, heard.works, asked), _LIKELY)), heard.knows) for heard in said]
    ranked = fuse(voters)
    only = Query.term_set_query(_SCHEMA, "work", [work for work, _ in ranked.works]) if ranked.works else Query.empty_query()
    start = max(0, question.offset)
    end = len(ranked.works) if question.limit is None else start + max(0, question.limit)
    hits = [(work, round(value, 6)) for work, value in ranked.works[start:end]]
    return _Ranked(len(ranked.works), hits, only, ranked.passages)


def _allowed(works: Any, heard: Iterable[tuple[str, Passage | None]], asked: Query) -> Iterator[tuple[str, Passage | None]]:
    """Those that answer to the query and exist for whoever asks."""
    ranked = iter(heard)
    while some := list(islice(ranked, _AT_ONCE)):
        inside = within(works, [work for work, _ in some], asked)
        yield from ((work, passage) for work, passage in some if work in inside)


def _by_passage(passages: Any, words: Sequence[str]) -> Heard:
    """Works by the sum of their best few passages: a story is remembered by several of its scenes."""
    scores: dict[str, list[float]] = {}
    best: dict[str, Passage] = {}
    for score, at in passages.search(passage_query(passages, words), _PASSAGES, count=False).hits:
        document = passages.doc(at)
        work = document["work"][0]
        best.setdefault(work, Passage(document["start"][0], document["end"][0]))
        scores.setdefault(work, []).append(score)
    ranked = sorted(scores, key=lambda work: (-sum(scores[work][:_SCENES]), work))
    return Heard([(work, best[work]) for work in ranked])


# ---------------------------------------------------------------- what is shown


def _hits(connection: sa.Connection, ranked: _Ranked, tree: Node, question: Question) -> tuple[WorkHit, ...]:
    scores = dict(ranked.hits)
    found = _works(connection, [work for work, _ in ranked.hits], question)
    phrases = wanted(tree)
    if question.like:
        phrases = [*phrases, *_remembered(question.like)]
    marks = pattern(phrases)
    if marks is None:
        return tuple(WorkHit(work, scores[work.work], "") for work in found)
    texts = _texts(connection, found)
    hits = ((work, _shown(texts.get(work.work, [""]), work, ranked.passages.get(work.work), marks)) for work in found)
    return tuple(WorkHit(work, scores[work.work], *shown) for work, shown in hits)


def _shown(texts: Sequence[str], work: Work, passage: Passage | None, marks: Any) -> tuple[str, tuple[int, int] | None]:
    """What is shown of a work, and where in the base's story it stands: its passage; else from the base, another copy, the summary."""
    place = _place(texts[0], passage)
    if place:
        found = snippet_at(texts[0][place[0] : place[1]], marks)
        return (found[0], (place[0] + found[1], place[0] + found[2])) if found else (opening(texts[0], *place), place)
    found = snippet_at(texts[0], marks)
    return (found[0], found[1:]) if found else (_snippet(texts[1:], work, marks), None)


def _place(text: str, passage: Passage | None) -> tuple[int, int] | None:
    """Where the passage stands; None when it is of another text than the one that is shown."""
    if passage is None or not 0 <= passage.start < passage.end <= len(text):
        return None
    return None if passage.text is not None and passage.text != digest_of(text) else (passage.start, passage.end)


def _works(connection: sa.Connection, ids: Sequence[str], question: Question) -> list[Work]:
    """The works as a list shows them; those that were read lately are not read again."""

    def read(missing: Sequence[tuple[str, Viewer, str]]) -> dict[tuple[str, Viewer, str], Work]:
        works = works_of(connection, [work for *_, work in missing], question.viewer, light=True)
        return {("hit", question.viewer, work.work): work for work in with_what_is_known(connection, works)}

    keys = [("hit", question.viewer, work) for work in ids]
    if question.kept is None or len(keys) > _LISTED:
        held = read(keys)
    else:
        held = question.kept.several(question.kept.state(connection), keys, read)
    return [held[key] for key in keys if key in held]


def _remembered(like: str) -> list[tuple[list[str], bool]]:
    """What a snippet shows of a memory: its telling words; a long one in every form, by what they begin with."""
    out = []
    for word in telling(like):
        root = min(roots(word), key=len)
        out.append(([root], True) if len(root) > 3 else ([word], False))
    return out


def _snippet(texts: Sequence[str], work: Work, marks: Any) -> str:
    """From another copy than the base, else the summary."""
    for text in (*texts, work.metadata.summary or ""):
        found = snippet(text, marks)
        if found:
            return found
    return ""


def _texts(connection: sa.Connection, works: Sequence[Work]) -> dict[str, list[str]]:
    """The distinct texts of each work, the base's first."""
    wanted_ids: dict[str, str] = {}
    for work in works:
        seen: set[int] = set()
        for witness in sorted(work.witnesses, key=lambda w: not w.base):
            if witness.version not in seen and len(seen) < 3:
                seen.add(witness.version)
                wanted_ids[witness.witness] = work.work
    out: dict[str, list[str]] = {}
    rows = connection.execute(sa.select(s.texts).where(s.texts.c.witness.in_(list(wanted_ids)))).all()
    data = {row.witness: row.data for row in rows}
    for name, of_work in wanted_ids.items():
        if name in data:
            out.setdefault(of_work, []).append(unpack_text(data[name]))
    return out
