"""Credit in the library: what may leave, what is known and not held, what is handed on, and which links stay private."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from variorum.errors import MayNotLeave, PublishError
from variorum.library import CREDIT_FORMS, Library
from variorum.model import Viewer, Work

STORY = """\
The ferry was late, and so was the rain. Ines counted the lamps along the quay and got eleven twice, which was one too few.

"It is the one by the chandler's," said the boy who minded the ropes. "It goes out when somebody is coming home."

She laughed at him. Then she looked again, and it was dark, and there were steps behind her on the stones.
"""
NOTES = {
    "open": "Notes: Inspired by a picture by Mara Quill (marrowquill on Tumblr): https://marrowquill.tumblr.com/post/61/keeper . Beta by Anna.",
    "asked": "Notes: Beta by Anna. Please do not repost this to other sites. Also posted at https://tidewrack.tumblr.com/post/9 .",
}


def page(title: str, words: str, note: str, address: str = "") -> str:
    paragraphs = "".join(f"<p>{part}</p>" for part in words.strip().split("\n\n"))
    link = f'<link rel="canonical" href="{address}">' if address else ""
    return f"<html><head><title>{title}</title>{link}</head><body><h1>{title}</h1>{paragraphs}<p>{note}</p></body></html>"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    pile = tmp_path / "pile"
    pile.mkdir()
    (pile / "open.html").write_text(page("Eleven Lamps", STORY, NOTES["open"]), encoding="utf-8")
    other = STORY.replace("ferry", "tram").replace("rain", "snow").replace("lamps", "bells").replace("quay", "square")
    other = (
        other.replace("dark", "quiet")
        + "\n\nNobody in the square believed her afterwards, and the tram went on as it always had, ringing at the corner."
    )
    (pile / "asked.html").write_text(page("Nine Bells", other[200:] * 3, NOTES["asked"]), encoding="utf-8")
    with Library(tmp_path / "library", create=True) as opened:
        opened.add([pile])
        yield opened


def called(library: Library, title: str) -> Work:
    return next(library.work(w.work) for w in library.find() if w.title == title)


def test_an_authors_wish_keeps_a_work_from_others(library: Library, tmp_path: Path) -> None:
    """A book of one's own is made and prints the wish; one for others is refused with the author's words; so says the one question."""
    asked, free = called(library, "Nine Bells"), called(library, "Eleven Lamps")
    kept = library.may_leave(asked)
    assert not kept.may
    assert [wish.kind for wish in kept.because] == ["no-reposting"]
    assert library.may_leave(free.work).may
    assert {work: d.may for work, d in library.credit.may_leave_each([asked, free]).items()} == {
        asked.work: False,
        free.work: True,
    }
    with pytest.raises(MayNotLeave, match="do not repost this"):
        library.publish(asked, tmp_path / "others.html", for_others=True)
    assert not (tmp_path / "others.html").exists()
    library.publish(asked, tmp_path / "own.html")
    assert "do not repost this" in (tmp_path / "own.html").read_text("utf-8")
    library.publish(free, tmp_path / "free.html", for_others=True)


def test_a_wish_that_was_misread_is_set_aside_by_a_ruling(library: Library) -> None:
    """Refusing the claim lets the work leave; undoing the ruling keeps it again; both hold after a rebuild."""
    asked = called(library, "Nine Bells")
    (wish,) = [c for c in library.trace(asked).claims if c.relation == "wish"]
    ruling = library.rule("refuse", wish.claim)
    assert library.may_leave(asked).may
    library.rebuild()
    assert library.may_leave(asked.work).may
    library.rule("undo", ruling.ruling)
    assert not library.may_leave(asked.work).may


def test_copies_spoken_of_are_listed_until_they_turn_up(library: Library, tmp_path: Path) -> None:
    """The list has the address with its sentence; when the copy is added it is gone by itself."""
    (one,) = library.credit.known()
    assert (one.site, one.url, one.title) == ("tumblr.com", "https://tidewrack.tumblr.com/post/9", "Nine Bells")
    assert "Also posted at" in one.evidence
    text = library.plain_text(called(library, "Nine Bells").base.witness)
    found = tmp_path / "found.html"
    found.write_text(page("Nine Bells", text, "", "https://tidewrack.tumblr.com/post/9"), encoding="utf-8")
    library.add([found])
    assert len(called(library, "Nine Bells").witnesses) == 2
    assert library.credit.known() == ()


def test_the_texts_themselves_make_claims(library: Library, tmp_path: Path) -> None:
    """Two copies of one work: a claim by kinship says how much of one stands in the other."""
    changed = tmp_path / "changed.html"
    changed.write_text(page("Eleven Lamps", STORY.replace("eleven twice", "ten twice"), ""), encoding="utf-8")
    library.add([changed])
    work = called(library, "Eleven Lamps")
    kin = [c for c in library.trace(work).claims if c.rule == "kinship"]
    assert [{c.subject, c.object} for c in kin] == [{w.witness for w in work.witnesses}]
    assert kin[0].relation in ("same", "revised", "contained", "contains")
    assert "% of the words of copy" in kin[0].evidence.text


def test_a_wrong_link_stays_undone(library: Library) -> None:
    """What a note joins, a ruling parts; a rebuild reads the note again and does not join it; undoing joins it."""

    def names() -> set[frozenset[str]]:
        agents = library.trace(called(library, "Eleven Lamps")).agents
        return {frozenset(n.name for n in a.names) for a in agents}

    together, apart = frozenset({"Mara Quill", "marrowquill"}), frozenset({"Mara Quill"})
    assert together in names()
    ruling = library.rule("not-alias", "Mara Quill", "marrowquill@tumblr.com")
    assert together not in names()
    assert apart in names()
    library.rebuild()
    assert together not in names()
    assert apart in names()
    library.rule("undo", ruling.ruling)
    assert together in names()


def test_an_anna_is_the_anna_of_her_work(library: Library) -> None:
    """Two works thank an Anna: two agents. A ruling on the Anna of one work leaves the other alone."""
    one, two = called(library, "Eleven Lamps"), called(library, "Nine Bells")

    def annas() -> list[str]:
        return [a.agent for w in (one, two) for a in library.trace(w).agents if any(n.name == "Anna" for n in a.names)]

    assert len(set(annas())) == 2
    library.rule("alias", f"Anna@{one.work[:12]}", "marrowquill@tumblr.com")
    joined = {w.work: {n.name for a in library.trace(w).agents for n in a.names if len(a.names) > 1} for w in (one, two)}
    assert joined[one.work] == {"Anna", "Mara Quill", "marrowquill"}
    assert joined[two.work] == set()


def test_the_link_between_names_is_for_the_keeper_only(library: Library, tmp_path: Path) -> None:
    """Another viewer gets no agents; editions and exports carry no id of one, also where a ruling joined two names."""
    library.rule("alias", "Anna", "marrowquill@tumblr.com")
    guest = Viewer("guest")
    work = called(library, "Eleven Lamps")
    ids = {a.agent for a in library.trace(work).agents}
    assert ids
    assert library.trace(work.work, viewer=guest).agents == ()
    seen = library.work(work.work, viewer=guest)
    assert all(c.agent is None for c in (*seen.metadata.creators, *(c for r in seen.relations for c in r.creators)))
    assert all(c.agent is None for w in library.find(viewer=guest) for c in w.metadata.creators)
    out = b"".join(library.credit.export(work, form) for form in CREDIT_FORMS)
    out += library.publish_bytes(work, "html") + library.publish_bytes(work, "txt")
    assert not any(agent.encode() in out for agent in ids)


def test_prov_says_what_rests_on_what(library: Library) -> None:
    """PROV-O: the work, its copies by digest, people, and each claim with its words and its copy; a refused claim is left out."""
    work = called(library, "Eleven Lamps")
    graph = json.loads(library.credit.export(work, "prov"))["@graph"]
    by_id = {node["@id"]: node for node in graph}
    about = by_id[f"urn:variorum:work:{work.work}"]
    assert about["prov:wasInfluencedBy"] == [{"@id": "https://marrowquill.tumblr.com/post/61/keeper"}]
    copy = by_id[f"urn:variorum:copy:{work.base.witness}"]
    assert copy["dcterms:identifier"] == work.base.digest
    statements = [node for node in graph if "rdf:Statement" in node["@type"]]
    claims = library.trace(work).claims
    assert len(statements) == len(claims)
    assert all(node["prov:wasDerivedFrom"] == {"@id": copy["@id"]} and node["prov:value"] for node in statements)
    known = {*by_id, *(c.object for c in claims), "https://marrowquill.tumblr.com/post/61/keeper"}
    assert {
        node["rdf:object"]["@id"] for node in statements if node["rdf:object"]["@id"].startswith("urn:variorum:said")
    } <= known | {node["rdf:object"]["@id"] for node in statements}
    beta = next(c for c in claims if c.relation == "beta")
    library.rule("refuse", beta.claim)
    again = json.loads(library.credit.export(called(library, "Eleven Lamps"), "prov"))["@graph"]
    assert f"urn:variorum:claim:{beta.claim}" not in {node["@id"] for node in again}


def test_schema_org_says_who_made_what(library: Library) -> None:
    """schema.org: what it is based on with its maker, the copies with their digests, the beta as a contributor with a role."""
    said = json.loads(library.credit.export(called(library, "Eleven Lamps"), "schema"))
    assert said["@type"] == "CreativeWork"
    assert said["name"] == "Eleven Lamps"
    (source,) = said["isBasedOn"]
    assert source["url"] == "https://marrowquill.tumblr.com/post/61/keeper"
    assert [person["name"] for person in source["creator"]] == ["Mara Quill"]
    assert [c["contributor"]["name"] for c in said["contributor"] if c["roleName"] == "beta"] == ["Anna"]
    assert len(said["workExample"][0]["identifier"]["value"]) == 64


def test_the_table_has_every_claim_and_no_formula(library: Library) -> None:
    """CSV: one row a claim, refused ones with their ruling; a cell that a spreadsheet would run is text."""
    work = called(library, "Eleven Lamps")
    claims = library.trace(work).claims
    ruling = library.rule("refuse", claims[0].claim)
    rows = list(csv.DictReader(io.StringIO(library.credit.export(work, "csv").decode("utf-8-sig"))))
    assert len(rows) == len(claims)
    assert [row["ruling"] for row in rows if row["claim"] == claims[0].claim] == [ruling.ruling]
    assert {row["copy"] for row in rows} == {"A"}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_a_citation_is_of_this_copy(library: Library) -> None:
    """Title, copy, the day it was received, the digest; the same every time; as CSL too."""
    work = called(library, "Eleven Lamps")
    cited = library.credit.cite(work)
    assert cited == library.credit.cite(work)
    assert "Eleven Lamps" in cited
    assert cited.endswith(f"{work.base.digest}.")
    assert "received" in cited
    (item,) = json.loads(library.credit.export(work, "csl"))
    assert item["title"] == "Eleven Lamps"
    assert work.base.digest in item["note"]
    with pytest.raises(PublishError):
        library.credit.export(work, "marc")
