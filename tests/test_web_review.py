"""Reviewing repairs: what the page counts, narrows and groups, and a ruling on a whole group."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import first_minute
import pytest
from web_client import Checker, Client

from variorum.document import Emendation
from variorum.doors.web import create_app, review, words
from variorum.library import Library, band


def emendation(number: int, certainty: float, state: str = "applied", group: str = "g", ruling: str | None = None) -> Emendation:
    return Emendation(
        f"e{number}", "break", number, number + 1, " ", "", "r", f"reason of {group}", group, certainty, state, ruling
    )


def test_the_verdict_counts_what_is_to_look_at_and_how_much_of_it_is_wrong() -> None:
    """Sure repairs and ruled ones need no look; of the rest the certainties say how many are wrong; offers stand apart."""
    given = [emendation(n, 0.99) for n in range(5)]
    given += [emendation(n, 0.7) for n in range(5, 15)]
    given += [emendation(20, 0.7, ruling="r1"), emendation(21, 0.3, "proposed"), emendation(22, 0.7, "refused", ruling="r2")]
    counted = review.tally(given)
    assert (counted.applied, counted.look, round(counted.wrong, 6), counted.offered, counted.ruled) == (16, 10, 3.0, 1, 2)
    assert review.verdict(counted) == "16 repairs, 10 to look at, about 3 of them wrong; 1 more is only offered."
    assert review.verdict(review.tally(given[:5])) == "5 repairs, none to look at."
    assert review.verdict(review.tally([emendation(1, 0.94)])) == "1 repair, 1 to look at, probably none of them wrong."
    assert review.verdict(review.tally([])) == "Nothing in this copy looked damaged."


def test_what_stands_in_the_text_is_called_likely_at_least() -> None:
    """A break is applied from .50 on: no word of ours calls it a guess, while an offer of the same certainty is one."""
    assert [words.band(c, applied=True) for c in (0.51, 0.7, 0.96)] == ["likely", "likely", "sure"]
    assert words.band(0.51) == "a guess"
    assert [band(0.51, applied=True), band(0.51)] == ["likely", "guess"]


def test_groups_with_the_most_to_look_at_come_first() -> None:
    """A group has its members, what is to look at among them and its commonest reason."""
    given = [
        emendation(1, 0.99, group="a"),
        emendation(2, 0.7, group="b"),
        emendation(3, 0.8, group="b"),
        emendation(4, 0.96, group="a"),
    ]
    given.append(emendation(5, 0.2, "proposed", group="b"))
    first, second = review.groups(given)
    assert (first.group, first.number, first.look, first.offered, first.why) == ("b", 3, 2, 1, "reason of b")
    assert (second.group, second.number, second.look) == ("a", 2, 0)


@pytest.fixture
def library(tmp_path) -> Iterator[Library]:
    with Library(tmp_path / "lib", create=True) as made:
        made.add([first_minute.HERE / "1-an-old-laptop"])  # without the copies that would make every repair sure
        yield made


@pytest.fixture
def client(library) -> Iterator[Client]:
    made = Client(create_app(library))
    made.cookies.set("variorum_adult", "yes")
    yield made
    made.close()


def damaged(library: Library) -> tuple[str, str, list[Emendation]]:
    """The work and copy with the most repairs of one group."""
    copies = [(work.work, copy) for work in library.find() for copy in library.work(work.work).witnesses]
    found = ((work, copy.siglum, list(library.document(copy.witness).emendations)) for work, copy in copies)
    return max(found, key=lambda f: len(f[2]))


def test_a_group_is_refused_accepted_and_taken_back(library: Library, client: Client) -> None:
    """One form rules on every repair of a group; each ruling stands by itself, survives a rebuild, and one form takes all back."""
    work, siglum, before = damaged(library)
    group = max({e.group for e in before}, key=lambda g: sum(e.group == g for e in before))
    members = {e.emendation for e in before if e.group == group}
    assert len(members) > 2

    def states() -> dict[str, tuple[str, bool]]:
        copy = library.work(work).witness(siglum)
        return {e.emendation: (e.state, e.ruling is not None) for e in library.document(copy.witness).emendations}

    sent = {"group": group, "copy": siglum, "view": "all"}
    for kind, state in (("refuse", "refused"), ("undo", None), ("accept", "applied")):
        answer = client.post(f"/works/{work}/repairs", data={"kind": kind, **sent})
        assert answer.status_code == 303
        now = states()
        if state is None:
            assert now == {e.emendation: (e.state, False) for e in before}
        else:
            assert {now[e] for e in members} == {(state, True)}
            assert all(now[e.emendation] == (e.state, False) for e in before if e.group != group)
    library.rebuild()
    assert {states()[e] for e in members} == {("applied", True)}
    assert len(library.rule_all("undo", [])) == 0


def test_a_view_narrows_what_is_shown_and_what_a_group_ruling_is_on(library: Library, client: Client) -> None:
    """`view=look` shows the unsure repairs alone, and ruling on a group from there leaves the sure ones untouched."""
    work, siglum, before = damaged(library)
    page = client.get(f"/works/{work}/repairs?copy={siglum}&view=look").text
    shown = set(re.findall(r'<li id="e-(\w+)"', page))
    assert shown == {e.emendation for e in before if e.state == "applied" and e.certainty < 0.95}
    assert shown
    some = next(e for e in before if e.emendation in shown)
    client.post(f"/works/{work}/repairs", data={"kind": "accept", "group": some.group, "copy": siglum, "view": "look"})
    copy = library.work(work).witness(siglum)
    ruled = {e.emendation for e in library.document(copy.witness).emendations if e.ruling}
    assert ruled == {e.emendation for e in before if e.emendation in shown and e.group == some.group}
    again = client.get(f"/works/{work}/repairs?copy={siglum}&view=look").text
    assert not ruled & set(re.findall(r'<li id="e-(\w+)"', again))


def test_the_page_says_the_verdict_and_is_sound_in_every_view(library: Library, client: Client) -> None:
    """Each view and group is sound HTML with the sentence on top, and a page number beyond the last is the last."""
    work, siglum, before = damaged(library)
    said = review.verdict(review.tally(before))
    for query in (
        "",
        "&view=look",
        "&view=offered",
        "&view=ruled",
        "&view=nothing",
        f"&group={before[0].group}",
        "&page=99",
        "&group=none",
    ):
        answer = client.get(f"/works/{work}/repairs?copy={siglum}{query}")
        assert answer.status_code == 200, query
        checked = Checker(answer.text)
        assert not checked.wrong, query
        assert not checked.open, query
        assert len(set(checked.ids)) == len(checked.ids), query
        assert said in unescape(re.sub(r"<[^>]*>", "", answer.text)), query


def test_a_group_ruling_that_says_nothing_is_refused(library: Library, client: Client) -> None:
    """No kind, no group, a kind that is none: 400, and nothing is written."""
    work, siglum, _ = damaged(library)
    for sent in ({}, {"kind": "accept"}, {"kind": "same", "group": "g"}, {"kind": "accept", "group": ""}):
        assert client.post(f"/works/{work}/repairs", data={"copy": siglum, **sent}).status_code == 400
    assert library.catalogue.rulings() == ()
