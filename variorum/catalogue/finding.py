"""Find: a query, a viewer and an order in; works, facets and snippets out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from tantivy import FieldType, Occur, Order, Query

from variorum.catalogue import schema as s
from variorum.catalogue.analysis import pattern, terms
from variorum.catalogue.blobs import unpack_text
from variorum.catalogue.compiling import compile_query, like_query, passage_query, personal, wanted
from variorum.catalogue.counting import counted, files_of, values_of
from variorum.catalogue.facets import facets
from variorum.catalogue.index import TextIndex
from variorum.catalogue.known import answers, known_works
from variorum.catalogue.ordering import in_order, within
from variorum.catalogue.own import NOBODY, Own
from variorum.catalogue.query import All, Flag, Node, parse, parse_sort
from variorum.catalogue.read import with_what_is_known, works_of
from variorum.catalogue.remembered import roots, telling
from variorum.catalogue.snippets import snippet
from variorum.catalogue.tally import Tally
from variorum.catalogue.viewers import hidden_values, shut_out
from variorum.catalogue.wrangled import meant
from variorum.errors import QueryError
from variorum.model import Found, Holdings, Share, Viewer, Work, WorkHit

__all__ = ["Question", "find", "holdings", "values"]

_FUSED = 20  # the k of reciprocal rank fusion
_LIKELY = 200  # works that "that fic where" ranks
_PASSAGES = 1000  # passages looked at
_SCENES = 5  # of one work that are counted together
_SCHEMA = TextIndex.works_schema
_SPELLED = ("title", "author")  # sorted by their letters
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


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Work ids in order with their scores; ``passages``: the stretch of the text that made it."""

    total: int
    hits: Sequence[tuple[str, float]]
    filter: Query
    passages: dict[str, tuple[int, int]]


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
        beside = facets(works, ranked.filter, tally, question.stamp, said)
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
    """Reciprocal rank fusion (Cormack and others 2009) of what the voters say, within the query."""
    words = telling(question.like or "")
    inside = Query.const_score_query(asked, 0.0)
    both = Query.boolean_query([(Occur.Must, like_query(works, words)), (Occur.Must, inside)])
    voters = [[works.doc(at)["work"][0] for _, at in works.search(both, _LIKELY, count=False).hits]]
    by_passage, best = _by_passage(passages, words)
    allowed = within(works, by_passage, asked)
    voters.append([work for work in by_passage if work in allowed][:_LIKELY])
    score: dict[str, float] = {}
    for voter in voters:
        for rank, work in enumerate(voter):
            score[work] = score.get(work, 0.0) + 1.0 / (_FUSED + rank + 1)
    ranked = sorted(score.items(), key=lambda one: (-one[1], one[0]))
    only = Query.term_set_query(_SCHEMA, "work", list(score)) if score else Query.empty_query()
    start = max(0, question.offset)
    end = len(ranked) if question.limit is None else start + max(0, question.limit)
    hits = [(work, round(value, 6)) for work, value in ranked[start:end]]
    return _Ranked(len(ranked), hits, only, best)


def _by_passage(passages: Any, words: Sequence[str]) -> tuple[list[str], dict[str, tuple[int, int]]]:
    """Works by the sum of their best few passages: a story is remembered by several of its scenes. And the best passage of each."""
    scores: dict[str, list[float]] = {}
    best: dict[str, tuple[int, int]] = {}
    for score, at in passages.search(passage_query(passages, words), _PASSAGES, count=False).hits:
        document = passages.doc(at)
        work = document["work"][0]
        best.setdefault(work, (document["start"][0], document["end"][0]))
        scores.setdefault(work, []).append(score)
    ranked = sorted(scores, key=lambda work: (-sum(scores[work][:_SCENES]), work))
    return ranked, best


# ---------------------------------------------------------------- what is shown


def _hits(connection: sa.Connection, ranked: _Ranked, tree: Node, question: Question) -> tuple[WorkHit, ...]:
    scores = dict(ranked.hits)
    found = works_of(connection, [work for work, _ in ranked.hits], question.viewer, light=True)
    found = with_what_is_known(connection, found)
    phrases = wanted(tree)
    if question.like:
        phrases = [*phrases, *_remembered(question.like)]
    marks = pattern(phrases)
    if marks is None:
        return tuple(WorkHit(work, scores[work.work], "") for work in found)
    texts = _texts(connection, found)
    out = []
    for work in found:
        own = texts.get(work.work, [""])
        place = ranked.passages.get(work.work)
        shown = snippet(own[0][place[0] : place[1]], marks) if place else ""
        out.append(WorkHit(work, scores[work.work], shown or _snippet(own, work, marks)))
    return tuple(out)


def _remembered(like: str) -> list[tuple[list[str], bool]]:
    """What a snippet shows of a memory: its telling words; a long one in every form, by what they begin with."""
    out = []
    for word in telling(like):
        root = min(roots(word), key=len)
        out.append(([root], True) if len(root) > 3 else ([word], False))
    return out


def _snippet(texts: Sequence[str], work: Work, marks: Any) -> str:
    """From the base, else another copy, else the summary."""
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
