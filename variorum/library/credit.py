"""Credit as a desk of the library: what may leave, what is known and not held, how credit is handed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from variorum import provenance
from variorum.catalogue import Catalogue, seen_at
from variorum.errors import NotFound
from variorum.library import leaving
from variorum.library.family import Family, family
from variorum.library.rulings import standing
from variorum.library.tracing import trace
from variorum.model import Agent, Claim, Departure, Known, Overview, Person, Ruling, Trace, Viewer, Witness, Work

__all__ = ["Credit"]

_KEEPER = Viewer()


class Credit:
    """Questions about who made what and where it may go. Reads only."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    # ------------------------------------------------------------ what may leave

    def may_leave(self, work: Work) -> Departure:
        """Whether a work may go to others (a shared shelf, a feed, a bulk export, an edition for them), and why not."""
        return self.may_leave_each([work])[work.work]

    def may_leave_each(self, works: Sequence[Work]) -> Mapping[str, Departure]:
        """The same for many works at once, by work: for shelves and feeds."""
        return leaving.departures(self._catalogue, works)

    @staticmethod
    def why_not(departure: Departure) -> str:
        """The reasons why a work stays, in words; empty when it may leave."""
        return leaving.why_not(departure)

    def refuse_to_others(self, work: Work) -> None:
        """MayNotLeave, with the reasons, when an author's wish keeps the work here."""
        leaving.refuse(work, self.may_leave(work))

    # ------------------------------------------------------------ claims

    def trace(self, work: Work, viewer: Viewer = _KEEPER) -> Trace:
        """The claims of a work and, for the keeper alone, which names are one agent."""
        found = trace(self._catalogue, work)
        return found if leaving.sees_agents(viewer) else Trace(found.claims, ())

    def rulings(self, work: Work) -> Mapping[str, Ruling]:
        """By ruling, what stands of a person's decisions on the claims of a work."""
        wanted = {claim.ruling for claim in self._catalogue.claims(work.work) if claim.ruling}
        return {ruling.ruling: ruling for ruling in self._catalogue.rulings() if ruling.ruling in wanted}

    def standing(self, work: Work) -> tuple[Claim, ...]:
        """The claims of a work that nobody refused."""
        refused = {key for key, ruling in self.rulings(work).items() if ruling.kind == "refuse"}
        return tuple(claim for claim in trace(self._catalogue, work).claims if claim.ruling not in refused)

    def person(self, agent: str, offset: int = 0, limit: int = 100, viewer: Viewer = _KEEPER) -> Person:
        """A person by the id of the agent: names, a stretch of the works, why the names are one. For the keeper only; NotFound."""
        if not leaving.sees_agents(viewer):
            raise NotFound("person", agent)
        return self._catalogue.people.one(agent, viewer, offset, limit)

    def called(self, key: str, viewer: Viewer = _KEEPER) -> tuple[Agent, ...]:
        """The people who go by a name (``NAME`` or ``NAME@SITE``). For the keeper only: nobody else is told of any."""
        if not leaving.sees_agents(viewer):
            return ()
        name, meant = provenance.meant_by(key)
        found = self._catalogue.people.called([key, name])
        return tuple(
            a for a in found if any(n.name.lower() == name and meant(provenance.Node(name, n.site, "")) for n in a.names)
        )

    def everybody(self, offset: int = 0, limit: int = 100, viewer: Viewer = _KEEPER) -> tuple[int, tuple[tuple[Agent, int], ...]]:
        """How many people the works name as makers, and a stretch of them, most works first. For the keeper only."""
        return self._catalogue.people.everybody(viewer, offset, limit) if leaving.sees_agents(viewer) else (0, ())

    def rulings_on_names(self, agent: Agent) -> tuple[Ruling, ...]:
        """The rulings that stand on the names of an agent, in order."""
        names = {n.name.lower() for n in agent.names}
        given = standing(self._catalogue.rulings())
        on_names = (r for r in given if r.kind in ("alias", "not-alias"))
        return tuple(r for r in on_names if any(provenance.meant_by(key)[0] in names for key in r.on))

    def overview(self, fandom: str | None = None, viewer: Viewer = _KEEPER) -> Overview:
        """The whole library by fandom and what ties them; with ``fandom`` its people, for the keeper only."""
        if fandom is not None and not leaving.sees_agents(viewer):
            return Overview(fandom, (), (), 0, 0, 0)
        return self._catalogue.people.overview(fandom, viewer)

    def family(self, work: Work) -> Family:
        """What a work was made from, its copies in time, those known and not held, what was made from it, its series."""
        return family(work)

    # ------------------------------------------------------------ handing on

    def export(self, work: Work, form: str) -> bytes:
        """The credit of a work as others read it: `provenance.EXPORTS` has the forms. Never with what we joined.

        The table keeps refused claims, with their ruling; the others leave them out.
        """
        claims = trace(self._catalogue, work).claims if form == "csv" else self.standing(work)
        return provenance.export(leaving.without_agents(work), claims, form)

    @staticmethod
    def cite(work: Work, copy: Witness | None = None) -> str:
        """One paragraph that cites this copy, with its date and digest."""
        return provenance.cite(work, copy)

    # ------------------------------------------------------------ known, not held

    def known(self, viewer: Viewer = _KEEPER) -> tuple[Known, ...]:
        """Every copy that is stated somewhere and not held, in register order; one that turns up is no longer among them."""
        found = self._catalogue.still_known(viewer)
        seen = seen_at(self._catalogue.engine, [one.url for one in found if one.url])
        return tuple(replace(one, sightings=tuple(seen.get(one.url or "", ()))) for one in found)
