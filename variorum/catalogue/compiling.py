"""A query's tree as tantivy's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any as Anything

import tantivy
from tantivy import Occur, Query

from variorum.catalogue.analysis import terms
from variorum.catalogue.index import EXACT, FACETS, TextIndex
from variorum.catalogue.own import Own
from variorum.catalogue.query import PERSONAL, PERSONAL_FIELDS, All, Among, Any, Flag, Node, Not, Range, Term
from variorum.catalogue.remembered import forms
from variorum.text import shown

__all__ = ["compile_query", "like_query", "passage_query", "personal", "wanted"]

_SCHEMA = TextIndex.works_schema
#: Where words without a field are looked for, and how much a find there weighs.
_ANYWHERE = (("title", 3.0), ("about", 1.5), ("text", 1.0), ("received", 0.9), ("other", 0.8))
#: The same for a memory: of a title's words people remember the sense, so that they weigh no more than the story's.
_MEMORY = (("about", 1.0), ("text", 1.0), ("received", 0.9), ("other", 0.8))
_STORY = (("text", 1.0), ("received", 0.9), ("other", 0.8))
_OTHER_FORM = 0.7  # what a find of "lamps" weighs where "lamp" was asked for
#: How people call sites.
_SITES = {"ao3": "archiveofourown.org", "ffn": "fanfiction.net", "lj": "livejournal.com", "dw": "dreamwidth.org"}


def compile_query(node: Node) -> Query:
    """The query for the index of works."""
    if isinstance(node, All):
        return _all(node.nodes)
    if isinstance(node, Any):
        return Query.boolean_query([(Occur.Should, compile_query(one)) for one in node.nodes])
    if isinstance(node, Not):
        return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, compile_query(node.node))])
    if isinstance(node, Flag):
        return _silent(Query.term_query(_SCHEMA, "flags", f"{node.kind}:{node.name}"))
    if isinstance(node, Among):
        works = list(node.works)
        return _silent(Query.term_set_query(_SCHEMA, "work", works)) if works else Query.empty_query()
    if isinstance(node, Range):
        return _range(node)
    return _term(node)


def personal(node: Node, own: Own) -> Node:
    """The tree with a person's own works where it asks for what they read, rated, noted or put on a shelf."""
    if isinstance(node, All | Any):
        return replace(node, nodes=tuple(personal(one, own) for one in node.nodes))
    if isinstance(node, Not):
        return Not(personal(node.node, own))
    if isinstance(node, Flag) and node.kind == "is" and node.name in PERSONAL:
        return Among(tuple(own.works(node)))
    if isinstance(node, Term | Range) and node.field in PERSONAL_FIELDS:
        return Among(tuple(own.works(node)))
    return node


def _all(nodes: Sequence[Node]) -> Query:
    if not nodes:
        return _silent(Query.all_query())
    clauses = [
        (Occur.MustNot, compile_query(one.node)) if isinstance(one, Not) else (Occur.Must, compile_query(one)) for one in nodes
    ]
    if all(isinstance(one, Not) for one in nodes):
        clauses.append((Occur.Must, _silent(Query.all_query())))
    return Query.boolean_query(clauses)


def _silent(query: Query) -> Query:
    """A condition that does not move the order."""
    return Query.const_score_query(query, 0.0)


def _range(node: Range) -> Query:
    low, high = max(0, node.low or 0), node.high
    if high is not None and high < low:
        return Query.empty_query()
    # A date nobody knows is in no range; the field is simply absent then.
    ends = (low, min(high, 2**53) if high is not None else None)
    return _silent(Query.range_query(_SCHEMA, node.field, tantivy.FieldType.Unsigned, *ends))


def _term(term: Term) -> Query:
    if term.exact and term.field is not None:
        return _exact(term.field, term.text)
    text = _SITES.get(term.text.casefold(), term.text) if term.field == "site" else term.text
    words = terms(text)
    if not words:
        return Query.empty_query()
    if term.field is None or term.field == "text":
        where = _ANYWHERE if term.field is None else _STORY
        found = [Query.boost_query(_phrase(name, words, begins=term.begins), boost) for name, boost in where]
        return Query.disjunction_max_query(found, 0.1)
    return _silent(_phrase(term.field, words, begins=not term.whole))


def _exact(field: str, value: str) -> Query:
    value = shown(value)
    if field not in (*FACETS, *EXACT):
        # A text has no values; the words in their order are as near as it gets.
        words = terms(value)
        return _silent(_phrase(field, words, begins=False)) if words else Query.empty_query()
    return _silent(Query.term_query(_SCHEMA, f"raw_{field}", value))


def _phrase(field: str, words: Sequence[str], *, begins: bool) -> Query:
    """Terms side by side; ``begins``: the last one may go on."""
    # Terms are letters and digits only, so none is a pattern by itself.
    begins = begins and len(words[-1]) > 1 - (field not in ("text", "received", "other", "about"))
    if len(words) == 1:
        if begins:
            return Query.regex_query(_SCHEMA, field, words[0] + ".*")
        return Query.term_query(_SCHEMA, field, words[0])
    if begins:
        return Query.regex_phrase_query(_SCHEMA, field, [*words[:-1], words[-1] + ".*"])
    return Query.phrase_query(_SCHEMA, field, list(words))


# ---------------------------------------------------------------- that fic where


def like_query(searcher: Anything, words: Sequence[str]) -> Query:
    """Works with any of these words or their other forms, the more and the rarer the better (BM25)."""
    return _likely(searcher, _SCHEMA, words, _MEMORY)


def passage_query(searcher: Anything, words: Sequence[str]) -> Query:
    """Passages with any of these words or their other forms."""
    return _likely(searcher, TextIndex.passages_schema, words, (("text", 1.0),))


def _likely(searcher: Anything, schema: Anything, words: Sequence[str], where: Sequence[tuple[str, float]]) -> Query:
    """Of each word the best of its forms counts, and a little of the others; forms that stand nowhere are not asked for."""
    found: list[Query] = []
    for word in words:
        either = [
            Query.boost_query(Query.term_query(schema, name, form), boost * (1.0 if form == word else _OTHER_FORM))
            for form in forms(word)
            for name, boost in where
            if searcher.doc_freq(name, form)
        ]
        if either:
            found.append(Query.disjunction_max_query(either, 0.1) if len(either) > 1 else either[0])
    return Query.boolean_query([(Occur.Should, one) for one in found]) if found else Query.empty_query()


# ---------------------------------------------------------------- what to mark


def wanted(node: Node) -> list[tuple[list[str], bool]]:
    """The phrases (terms, and whether the last may go on) a snippet shows: what was asked of the text and not excluded."""
    if isinstance(node, (All, Any)):
        return [one for inner in node.nodes for one in wanted(inner)]
    if isinstance(node, Term) and node.field in (None, "text", "summary"):
        words = terms(node.text)
        return [(words, node.begins)] if words else []
    return []
