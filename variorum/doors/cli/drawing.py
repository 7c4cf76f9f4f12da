"""What verbs look like on a terminal. Imported by every verb, so rich itself is only loaded when something is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from variorum.document import Document
from variorum.library import band
from variorum.model import Found, Known, Sighting, Trace, Witness, Work
from variorum.text import plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["found", "known", "name_of", "repairs", "repairs_counted", "styled", "terminal", "trace", "work"]

_LIST = (("Fandom", "fandoms"), ("Warning", "warnings"), ("Category", "categories"), ("Relationship", "relationships"))
_MORE = (("Character", "characters"), ("Tag", "tags"))


def terminal() -> Console:
    """Where a verb draws: lines are not cut, nothing is highlighted."""
    from rich.console import Console  # noqa: PLC0415

    return Console(highlight=False, soft_wrap=True)


def styled(*parts: str | tuple[str, str]) -> Text:
    """Words with their styles."""
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
    console = terminal()
    for hit in result.hits:
        shown = hit.work
        m = shown.metadata
        facts = [f"{shown.words:,} words", m.chapters_stated or "", plain(m.rating or ""), ", ".join(map(plain, m.fandoms[:2]))]
        if len(shown.witnesses) > 1:
            facts.append(f"{len(shown.witnesses)} copies")
        console.print(styled((shown.work[:10], "dim"), "  ", (name_of(shown), "bold"), " ", byline(shown)))
        console.print(styled("            ", (" · ".join(f for f in facts if f), "dim")))
    console.print(styled(f"{result.total:,} {'work' if result.total == 1 else 'works'}"))


def work(shown: Work, own: Work, document: Document) -> None:
    """The front matter (as ``own`` has it: the work, or one copy of it), the copies, the credits."""
    console = terminal()
    m = own.metadata
    console.print(styled((name_of(own), "bold"), " ", byline(own)))
    rows = [("Rating", m.rating or "")]
    rows += [(label, ", ".join(getattr(m, field))) for label, field in (*_LIST, *_MORE)]
    rows += [("Language", m.language or ""), ("Published", m.published or ""), ("Updated", m.updated or "")]
    rows += [("Words", f"{own.words:,}"), ("Chapters", m.chapters_stated or str(own.chapters))]
    for label, value in rows:
        if value:
            console.print(styled((f"{label:>13}  ", "dim"), plain(value)))
    if m.summary:
        console.print()
        console.print(styled(plain(m.summary)))
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
            styled(
                (f"{w.siglum:>3}  ", "bold red"),
                (f"{w.witness[:8]}  ", "dim"),
                plain(w.name),
                ("  " + " · ".join(f for f in facts if f), "dim"),
            )
        )
    for lost in shown.lost:
        console.print(
            styled(("  ✝  ", "red"), f"known, not held: {plain(lost.url or lost.site)}", (f"  “{plain(lost.evidence)}”", "dim"))
        )
    for relation in shown.relations:
        makers = " / ".join(plain(c.name) for c in relation.creators)
        target = plain(relation.title or relation.url or relation.work or "")
        console.print(styled(("  →  ", "red"), f"{relation.relation} {target}", f" by {makers}" if makers else ""))
    applied = [e for e in document.emendations if e.state == "applied"]
    if applied:
        counted = repairs_counted([e.certainty for e in applied])
        console.print()
        console.print(styled((f"{counted}; `variorum show {shown.work[:8]} --repairs` lists them", "dim")))


def repairs_counted(certainties: Sequence[float]) -> str:
    """How many repairs there are and, unless that rounds to none, how many of them are likely to be wrong."""
    wrong = f"{sum(1 - certainty for certainty in certainties):.0f}"
    counted = "1 repair" if len(certainties) == 1 else f"{len(certainties)} repairs"
    return counted if wrong == "0" else f"{counted}, about {wrong} of them wrong"


def repairs(shown: Work, copy: Witness, document: Document) -> None:
    """Every emendation, with its place, what it does and why."""
    console = terminal()
    console.print(styled((name_of(shown), "bold"), f", copy {copy.siglum}"))
    for e in document.emendations:
        mark = {"applied": band(e.certainty, applied=True), "proposed": "guess", "refused": "refused"}[e.state]
        context = document.source[max(0, e.start - 24) : e.start], document.source[e.end : e.end + 24]
        done = {"break": "¶", "scene": "* * *", "part": f"[{e.reading}]", "emphasis": f"*{e.reading}*"}.get(e.kind, e.reading)
        console.print(
            styled(
                (f"{e.emendation[:10]} ", "dim"),
                (f"{mark:8}", "bold"),
                plain(context[0]),
                (plain(e.source) or "|", "red strike"),
                (f" {plain(done)} ", "green"),
                plain(context[1]),
            )
        )
        console.print(styled((f"                    {e.certainty:.2f}  {e.rule}: {plain(e.why)}", "dim")))


def trace(result: Trace) -> None:
    """Claims with their evidence, then who is who."""
    console = terminal()
    for claim in result.claims:
        console.print(styled((f"{claim.certainty:.2f}  ", "dim"), claim.relation, ("  ", ""), (plain(claim.object), "bold")))
        where = f" ({claim.evidence.field})" if claim.evidence.field else ""
        console.print(styled((f"      “{plain(claim.evidence.text)}”{where}", "dim")))
    for agent in result.agents:
        names = " = ".join(plain(n.name) + (f" on {n.site}" if n.site else "") for n in agent.names)
        console.print(styled(("agent ", "dim"), (agent.agent[:10], "dim"), "  ", names))
    for one in result.sightings:
        _sighting(console, one, "")


def known(found: Sequence[Known]) -> None:
    """Copies that are known and not held: the work, the site, the address, and the words that say so."""
    console = terminal()
    if not found:
        console.print("Every copy that is spoken of is held.")
    last = None
    for one in found:
        if one.work != last:
            console.print(styled((plain(one.title or "untitled"), "bold"), ("  " + one.work[:10], "dim")))
            last = one.work
        console.print(styled("  ", (plain(one.site), "cyan"), "  ", plain(one.url or "no address")))
        console.print(styled((f"      {one.copy}: \u201c{plain(one.evidence)}\u201d", "dim")))
        for seen in one.sightings:
            _sighting(console, seen, "      ")


def _sighting(console: Console, one: Sighting, margin: str) -> None:
    """What became of an address by a day, and the archive that says so."""
    day = (one.day or "no date")[:10]
    console.print(styled((f"{margin}{day}  ", "dim"), (one.outcome, "yellow"), "  ", plain(one.url), " ", plain(one.said)))
    console.print(styled((f"{margin}            in {plain(one.name.partition('!')[0])}", "dim")))
