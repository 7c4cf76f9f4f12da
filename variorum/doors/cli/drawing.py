"""What verbs look like on a terminal. Imported by every verb, so rich itself is only loaded when something is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from variorum.document import Document
from variorum.library import band
from variorum.model import Apparatus, Difference, Entry, Found, Trace, Witness, Work
from variorum.text import plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["apparatus", "found", "repairs", "repairs_counted", "trace", "work"]

_LIST = (("Fandom", "fandoms"), ("Warning", "warnings"), ("Category", "categories"), ("Relationship", "relationships"))
_MORE = (("Character", "characters"), ("Tag", "tags"))


def _console() -> Console:
    from rich.console import Console  # noqa: PLC0415

    return Console(highlight=False, soft_wrap=True)


def _text(*parts: str | tuple[str, str]) -> Text:
    from rich.text import Text  # noqa: PLC0415

    return Text.assemble(*parts)


def byline(shown: Work) -> str:
    """The creators in one line, as on a title page."""
    authors = [plain(c.name) for c in shown.metadata.creators if c.role == "author"]
    return "by " + ", ".join(authors) if authors else ""


def name_of(shown: Work) -> str:
    """The title, or the name of the base copy's file."""
    return plain(shown.title or (shown.base.name.rsplit("/", 1)[-1] if shown.witnesses else shown.work))


def found(result: Found) -> None:
    """One line a work, with what one asks first: whose, how long, how many copies."""
    console = _console()
    for hit in result.hits:
        shown = hit.work
        m = shown.metadata
        facts = [f"{shown.words:,} words", m.chapters_stated or "", plain(m.rating or ""), ", ".join(map(plain, m.fandoms[:2]))]
        if len(shown.witnesses) > 1:
            facts.append(f"{len(shown.witnesses)} copies")
        console.print(_text((shown.work[:10], "dim"), "  ", (name_of(shown), "bold"), " ", byline(shown)))
        console.print(_text("            ", (" · ".join(f for f in facts if f), "dim")))
    console.print(_text(f"{result.total:,} {'work' if result.total == 1 else 'works'}"))


def work(shown: Work, own: Work, document: Document) -> None:
    """The front matter (as ``own`` has it: the work, or one copy of it), the copies, the credits."""
    console = _console()
    m = own.metadata
    console.print(_text((name_of(own), "bold"), " ", byline(own)))
    rows = [("Rating", m.rating or "")]
    rows += [(label, ", ".join(getattr(m, field))) for label, field in (*_LIST, *_MORE)]
    rows += [("Language", m.language or ""), ("Published", m.published or ""), ("Updated", m.updated or "")]
    rows += [("Words", f"{own.words:,}"), ("Chapters", m.chapters_stated or str(own.chapters))]
    for label, value in rows:
        if value:
            console.print(_text((f"{label:>13}  ", "dim"), plain(value)))
    if m.summary:
        console.print()
        console.print(_text(plain(m.summary)))
    console.print()
    for w in shown.witnesses:
        facts = [
            w.format,
            w.site or "",
            f"{w.words:,} words",
            w.extent if w.extent != "unknown" else "",
            "base" if w.base else w.kinship,
        ]
        console.print(
            _text(
                (f"{w.siglum:>3}  ", "bold red"),
                (f"{w.witness[:8]}  ", "dim"),
                plain(w.name),
                ("  " + " · ".join(f for f in facts if f), "dim"),
            )
        )
    for lost in shown.lost:
        console.print(
            _text(("  ✝  ", "red"), f"known, not held: {plain(lost.url or lost.site)}", (f"  “{plain(lost.evidence)}”", "dim"))
        )
    for relation in shown.relations:
        makers = " / ".join(plain(c.name) for c in relation.creators)
        target = plain(relation.title or relation.url or relation.work or "")
        console.print(_text(("  →  ", "red"), f"{relation.relation} {target}", f" by {makers}" if makers else ""))
    applied = [e for e in document.emendations if e.state == "applied"]
    if applied:
        counted = repairs_counted([e.certainty for e in applied])
        console.print()
        console.print(_text((f"{counted}; `variorum show {shown.work[:8]} --repairs` lists them", "dim")))


def repairs_counted(certainties: Sequence[float]) -> str:
    """How many repairs there are and, unless that rounds to none, how many of them are likely to be wrong."""
    wrong = f"{sum(1 - certainty for certainty in certainties):.0f}"
    counted = "1 repair" if len(certainties) == 1 else f"{len(certainties)} repairs"
    return counted if wrong == "0" else f"{counted}, about {wrong} of them wrong"


def repairs(shown: Work, copy: Witness, document: Document) -> None:
    """Every emendation, with its place, what it does and why."""
    console = _console()
    console.print(_text((name_of(shown), "bold"), f", copy {copy.siglum}"))
    for e in document.emendations:
        mark = {"applied": band(e.certainty), "proposed": "guess", "refused": "refused"}[e.state]
        context = document.source[max(0, e.start - 24) : e.start], document.source[e.end : e.end + 24]
        done = {"break": "¶", "scene": "* * *", "part": f"[{e.reading}]", "emphasis": f"*{e.reading}*"}.get(e.kind, e.reading)
        console.print(
            _text(
                (f"{e.emendation[:10]} ", "dim"),
                (f"{mark:8}", "bold"),
                plain(context[0]),
                (plain(e.source) or "|", "red strike"),
                (f" {plain(done)} ", "green"),
                plain(context[1]),
            )
        )
        console.print(_text((f"                    {e.certainty:.2f}  {e.rule}: {plain(e.why)}", "dim")))


def apparatus(result: Apparatus, summarise: Callable[[Difference], str]) -> None:
    """The summary in plain words, then the places that differ."""
    console = _console()
    console.print(_text("Base ", (result.base, "bold red"), f": {plain(_named(result, result.base))}"))
    for siglum, difference in result.summary.items():
        console.print(_text("     ", (siglum, "bold red"), f": {plain(_named(result, siglum))}: {summarise(difference)}"))
    for entry in result.entries:
        if entry.kind in {"typographic", "markup"}:
            continue
        console.print()
        _entry(console, entry)
    for frame in result.frame:
        console.print()
        console.print(_text((frame.field, "bold")))
        console.print(_text("  ", (plain(frame.lemma) or "—", "red")))
        for sigla, reading in frame.readings:
            console.print(_text((f"  {' '.join(sigla)} ", "bold red"), (plain(reading) or "—", "green")))


def _named(result: Apparatus, siglum: str) -> str:
    return next((w.name for w in result.witnesses if w.siglum == siglum), "")


def _entry(console: Console, entry: Entry) -> None:
    lemma = plain(entry.lemma)
    before, found_, after = plain(entry.context).partition(lemma) if lemma else (plain(entry.context), "", "")
    console.print(_text((f"{entry.kind:>9}  ", "dim"), before, (found_ or lemma or "—", "red strike" if lemma else "dim"), after))
    for reading in entry.readings:
        text = plain(reading.text) or ("not in this copy" if reading.lacuna else "—")
        moved = f"  (moved, {entry.move})" if entry.move else ""
        console.print(_text((f"{' '.join(reading.sigla):>9}  ", "bold red"), (text, "green"), (moved, "dim")))


def trace(result: Trace) -> None:
    """Claims with their evidence, then who is who."""
    console = _console()
    for claim in result.claims:
        console.print(_text((f"{claim.certainty:.2f}  ", "dim"), claim.relation, ("  ", ""), (plain(claim.object), "bold")))
        where = f" ({claim.evidence.field})" if claim.evidence.field else ""
        console.print(_text((f"      “{plain(claim.evidence.text)}”{where}", "dim")))
    for agent in result.agents:
        names = " = ".join(plain(n.name) + (f" on {n.site}" if n.site else "") for n in agent.names)
        console.print(_text(("agent ", "dim"), (agent.agent[:10], "dim"), "  ", names))
