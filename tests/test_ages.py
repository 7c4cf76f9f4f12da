"""Which copy is newer, what it brings, and the tree of versions; the terminal's words for them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from test_collation import copy, lay

import variorum
from variorum.collation import Comparison
from variorum.document import Document, Laid, Piece, reading
from variorum.doors.cli import main
from variorum.text import day

LAMP = "\n\n".join(
    f"The keeper wound the lamp and the gull went round it on day {n}. Paragraph {n} says its own thing about the harbour."
    for n in range(8)
)


def said(one, other):
    """The answer for two copies called A and B."""
    return Comparison([one, other], "A").newer["B"]


def chaptered(*chapters: str):
    """A reading text of chapters with a heading each."""
    source, blocks = "", []
    for number, text in enumerate(chapters, 1):
        for kind, part in (("heading", f"Chapter {number}"), *(("paragraph", p) for p in text.split("\n\n"))):
            blocks.append(Laid(kind, "story", (Piece(len(source), len(source) + len(part)),), number, level=1))
            source += part + "\n"
    return reading(Document("item", source, blocks=tuple(blocks)))


def test_a_stated_update_says_which_is_newer():
    """The later update wins, and the sentence names both dates."""
    found = said(copy("A", LAMP, updated="2012-03-01"), copy("B", LAMP + " More.", updated="2014-01-05"))
    assert (found.newer, found.older) == ("B", "A")
    assert "B says it was updated on 5 January 2014, A on 1 March 2012" in found.sentence


def test_an_update_after_the_other_was_taken_is_the_best_sign():
    """A copy taken before the other was updated is the older one, whichever is the base."""
    old, new = {"captured": "2013-03-03"}, {"updated": "2015-02-02"}
    assert said(copy("A", LAMP, **new), copy("B", LAMP, **old)).newer == "A"
    assert said(copy("A", LAMP, **old), copy("B", LAMP, **new)).certainty >= 0.9


def test_dates_are_compared_as_far_as_both_are_precise():
    """2014 and 2014-05 contradict nothing."""
    assert said(copy("A", LAMP, updated="2014"), copy("B", LAMP, updated="2014-05")).newer is None


def test_slips_that_are_right_elsewhere_speak_for_the_copy_that_mended_them():
    """`teh` once in A, `the` in B and everywhere else: B is the newer one, and the sentence shows the slip."""
    found = said(copy("A", LAMP.replace("wound the lamp", "wound teh lamp", 1)), copy("B", LAMP))
    assert found.newer == "B"
    assert "1 slip of A is right in B (teh → the)" in found.sentence


def test_a_work_in_progress_is_older_than_the_finished_one():
    """Chapters stated and status, both told."""
    found = said(
        copy("A", LAMP, chapters_stated="3/?", status="in-progress"), copy("B", LAMP, chapters_stated="12/12", status="complete")
    )
    assert found.newer == "B"
    assert "B says it has 12 chapters, A 3 chapters" in found.sentence
    assert "A was a work in progress" in found.sentence


def test_where_signs_disagree_nothing_is_claimed():
    """Dates one way, chapters the other: no copy is called newer, and the sentence gives both signs."""
    found = said(copy("A", LAMP, updated="2015-01-01"), copy("B", LAMP, updated="2011-01-01", chapters_stated="9/9"))
    assert found.newer == "A" or found.newer is None
    both = said(copy("A", LAMP, updated="2015-01-01"), copy("B", LAMP, captured="2016-01-01", chapters_stated="1/1"))
    assert both.sentence
    tie = said(copy("A", LAMP, captured="2015-01-01"), copy("B", LAMP, published="2016-01-01"))
    assert tie.newer is None


def test_where_nothing_speaks_it_says_so():
    """Two words differ and no date is known: it cannot be told."""
    found = said(copy("A", LAMP), copy("B", LAMP.replace("gull", "crow", 1)))
    assert found.newer is None
    assert "cannot be told" in found.sentence
    assert "neither is newer" in said(copy("A", LAMP), copy("B", LAMP)).sentence


def test_what_a_newer_copy_of_a_work_in_progress_brings():
    """Chapters 3 to 5 are new since the copy one has; chapter 2 was revised."""
    parts = [LAMP.replace("harbour", f"harbour of part {n}") for n in range(5)]
    old = copy("A", chaptered(*parts[:2]), captured="2013-03-03", chapters_stated="2/?", partial=True)
    new = copy("B", chaptered(parts[0], parts[1].replace("gull", "crow", 1), *parts[2:]), chapters_stated="5/5")
    found = said(old, new).progress
    assert (found.new, found.revised) == ((3, 4, 5), (2,))
    assert found.sentence == "chapters 3–5 are new since your copy of 3 March 2013; chapter 2 was revised"
    turned = Comparison([new, old], "B").newer["A"]
    assert turned.newer == "B"
    assert turned.progress.sentence == found.sentence


def test_the_tree_joins_each_version_to_the_nearest():
    """A, then B made of A, then C made of B: a chain from the earliest date; equal copies are one version."""
    b = LAMP.replace("gull", "crow", 1)
    c = b.replace("Paragraph 3", "The third").replace("keeper", "warden", 2)
    copies = [copy("A", c, updated="2015-01-01"), copy("B", LAMP, updated="2011-01-01"), copy("C", b), copy("D", LAMP)]
    found = Comparison(copies, "A").versions
    assert [(branch.sigla, branch.parent) for branch in found.branches] == [(("B", "D"), None), (("C",), "B"), (("A",), "C")]
    assert found.branches[0].date == "2011-01-01"
    assert "earliest date" in found.why
    assert found.newick.endswith(");")


def test_a_tree_without_dates_says_that_its_root_is_a_guess():
    """No date, no claim."""
    assert "guess" in Comparison([copy("A", LAMP), copy("B", LAMP + " More.")], "A").versions.why


def test_many_copies_make_a_whole_tree():
    """Sixty versions, empty ones too: every one has its place, and the Newick tree names each once."""
    copies = [copy(f"A{chr(65 + n // 26)}{chr(65 + n % 26)}", LAMP.replace("day 3", f"night {n}")) for n in range(59)]
    copies.append(copy("Z", ""))
    found = Comparison(copies, copies[0].siglum).versions
    assert len(found.branches) == 60
    assert all(len(re.findall(rf"\b{one.siglum}:", found.newick)) == 1 for one in copies)
    fewer = Comparison([*copies[:20], copies[-1]], copies[0].siglum).versions
    assert len(fewer.branches) == 21
    assert "only compared" in found.why
    assert "only compared" not in fewer.why


@pytest.mark.parametrize(
    ("date", "expected"), [("2016-02-28", "28 February 2016"), ("2016-02", "February 2016"), ("2016", "2016"), ("soon", "soon")]
)
def test_dates_in_words(date, expected):
    """As precise as they are."""
    assert day(date) == expected


# ---------------------------------------------------------------- without a library


def test_texts_paths_and_documents_are_collated(tmp_path: Path):
    """The public function takes a text, a file by name or path, bytes, a document and a reading text."""
    file = tmp_path / "one.txt"
    file.write_text("The lamp was out on the landing that night.", "utf-8")
    other = "The lantern was out on the landing that night."
    document = Document("d", other, blocks=(Laid("paragraph", "story", (Piece(0, len(other)),)),))
    for source in (other, other.encode(), document, lay(other)):
        for first in (file, str(file), file.read_text("utf-8")):
            found = variorum.collate([first, source])
            assert [(e.lemma, e.readings[0].text) for e in found] == [("lamp", "lantern")]
    tei = variorum.export(variorum.compare([file, other]), "tei")
    assert b"lantern" in tei


def test_a_file_that_is_not_there_is_no_text(tmp_path: Path):
    """A name like old.txt that names nothing is an error, not a text of one word."""
    with pytest.raises(FileNotFoundError):
        variorum.collate(["not-there.txt", "Some text that is long enough to be one."])


# ---------------------------------------------------------------- the terminal


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two small files."""
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text("The keeper wound teh lamp. “Is it the gull?” she said, and the other keeper said it was the gull.\n", "utf-8")
    two.write_text('The keeper wound the lamp. "Is it the crow?" she said, and the other keeper said it was the gull.\n', "utf-8")
    return [str(one), str(two)]


def test_collate_shows_each_change_in_its_sentence(files, capsys):
    """The verdict in a line, then lemma and reading where they stand: the second *gull* is not the one that changed."""
    assert main(["collate", *files]) == 0
    out = capsys.readouterr().out
    assert "2 words changed" in out
    assert "The keeper wound [-teh-] {+the+} lamp" in out
    assert "Is it the [-gull?” -]" in out.replace("[-gull?”-] ", "[-gull?” -]")
    assert "--small shows them" in out


def test_collate_shows_small_differences_when_asked(files, capsys):
    """Quotes are shown with --small."""
    assert main(["collate", "--small", *files]) == 0
    assert "spelling" in capsys.readouterr().out


def test_collate_writes_a_form_into_a_file(files, tmp_path, capsys):
    """--to and --out; an existing file is not overwritten without --force."""
    out = tmp_path / "made.xml"
    assert main(["collate", "--to", "tei", "--out", str(out), *files]) == 0
    assert out.read_bytes().startswith(b"<?xml")
    assert main(["collate", "--to", "tei", "--out", str(out), *files]) == 2
    assert "--force" in capsys.readouterr().err
    assert main(["collate", "--to", "csv", "--out", str(out), "--force", "--json", *files]) == 0
    assert json.loads(capsys.readouterr().out)["form"] == "csv"


def test_collate_prints_a_form(files, capsys):
    """--to without a file prints it; with --json alone it is refused, since only one thing can stand there."""
    assert main(["collate", "--to", "collatex", *files]) == 0
    assert json.loads(capsys.readouterr().out)["witnesses"] == ["A", "B"]
    assert main(["collate", "--to", "tei", "--json", *files]) == 2


def test_collate_json_says_which_is_newer(files, capsys):
    """The fields of the contract stand, and age and versions beside them."""
    assert main(["collate", "--json", *files]) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["newer"]["B"]["newer"] == "B"
    assert [branch["sigla"] for branch in value["versions"]["branches"]] == [["A"], ["B"]]


def test_kin_lists_groups(tmp_path, capsys):
    """Files of one work stand together, each verdict with both its numbers; a stranger is not listed."""
    text = LAMP + "\n\n" + LAMP.replace("harbour", "market")
    (tmp_path / "a.txt").write_text(text, "utf-8")
    (tmp_path / "b.txt").write_text(text.replace("gull", "crow", 2), "utf-8")
    (tmp_path / "c.txt").write_text("Something else entirely, about a tram and its driver, who never came.", "utf-8")
    assert main(["kin", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "One work" in out
    assert "the same story as, revised:" in out
    assert "c.txt" not in out
