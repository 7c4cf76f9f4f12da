"""The command line: the shapes of the contract, exit codes, and what a person reads."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest
from first_minute import HERE

from variorum.doors.cli import drawing, main

CONTRACT = (Path(__file__).parents[1] / "docs" / "contract.md").read_text("utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library made of the sample files, one accession a folder."""
    library = tmp_path_factory.mktemp("cli") / "library"
    for step in sorted(HERE.iterdir()):
        assert main(["--library", str(library), "add", str(step), "--source", step.name, "--json"]) in {0, 1}
    return library


def ask(capsys: pytest.CaptureFixture[str], *args: str, code: int = 0) -> Any:
    """Runs a verb with --json and gives the one value it printed."""
    capsys.readouterr()
    assert main([*args, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def said(capsys: pytest.CaptureFixture[str], *args: str, code: int = 0) -> tuple[str, str]:
    """Runs a verb and gives what it wrote to standard output and standard error."""
    capsys.readouterr()
    assert main(list(args)) == code
    out = capsys.readouterr()
    return out.out, out.err


def keys_of(section: str) -> set[str]:
    """The top-level keys of the first JSON example in a section of the contract."""
    text = CONTRACT.split(f"\n## {section}", 1)[1].split("\n## ", 1)[0]
    example = text.split("```json\n", 1)[1].split("```", 1)[0]
    return set(json.loads(example))


def lamp(capsys: pytest.CaptureFixture[str], home: Path) -> str:
    found = ask(capsys, "find", "title:lamp", "--library", str(home))
    assert found["total"] == 1
    return str(found["works"][0]["work"])


def test_add_gives_the_shape_of_the_contract(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Every promised key is there; a problem makes exit code 1; the library is made in an absent folder."""
    value = ask(capsys, "--library", str(tmp_path / "new"), "add", str(HERE / "1-an-old-laptop"), code=1)
    assert keys_of("add") <= value.keys()
    assert (value["added"], value["known"], value["problems"], value["skipped"]) == (3, 0, 1, 0)
    (problem,) = [i for i in value["items"] if i["status"] == "problem"]
    assert problem["problem"]["code"] == "login-wall"
    assert (
        problem["problem"]["reason"] == "1-an-old-laptop/works_90000077.html is a log-in page of archiveofourown.org, not a work"
    )
    names = [i["name"] for i in value["items"]]
    assert names == sorted(names, key=lambda n: n.encode())
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", i["digest"]) for i in value["items"])


def test_find_gives_works_without_witnesses_and_facets(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """The shape of `find`; no hits is exit code 0."""
    value = ask(capsys, "find", "--library", str(home))
    assert keys_of("find") <= value.keys()
    assert value["total"] == 4
    for work in value["works"]:
        assert keys_of("show") - {"witnesses", "relations"} <= work.keys()
        assert {"score", "snippet"} <= work.keys()
        assert not {"witnesses", "relations"} & work.keys()
    assert {"value": "General Audiences", "count": 3} in value["facets"]["rating"]
    assert ask(capsys, "find", "xyzzyx", "--library", str(home))["total"] == 0
    assert ask(capsys, "find", "cleaned", "muttering", "--library", str(home))["works"][0]["snippet"].count("<mark>") >= 1


def test_options_of_every_verb_may_stand_before_it(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """``variorum --json --library DIR find`` is the same as with both behind the verb, also for what cannot be done."""
    outputs = []
    for args in (["--json", "--library", str(home), "find", "lamp"], ["find", "lamp", "--library", str(home), "--json"]):
        assert main(args) == 0
        outputs.append(json.loads(capsys.readouterr().out))
    assert outputs[0] == outputs[1]
    assert main(["--json", "--library", str(home), "show", "nope"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "not-found"


def test_show_gives_the_shape_of_the_contract(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """Every key of `show`, of its witnesses, and where each field came from."""
    work = lamp(capsys, home)
    value = ask(capsys, "show", work[:6], "--library", str(home))
    assert keys_of("show") <= value.keys()
    assert value["work"] == work
    assert value["from"]["title"] == "B"
    example = CONTRACT.split('"witnesses": [{', 1)[1]
    promised = set(re.findall(r'"(\w+)":', example.split("}]", 1)[0]))
    for witness in value["witnesses"]:
        assert promised <= witness.keys()
    own = ask(capsys, "show", work, "--witness", "C", "--library", str(home))
    assert own["title"] == "What the lamp was for"
    assert own["rating"] is None


def test_show_text_is_the_story_and_nothing_else(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """Paragraphs apart by one empty line, scene breaks, asterisks; no title and no notes unless asked for."""
    work = lamp(capsys, home)
    out, _ = said(capsys, "show", work, "--text", "--library", str(home))
    assert out.startswith("The lamp had been out for eleven years")
    assert "\n\n* * *\n\n" in out
    assert "“I was *saving* it.”" in out
    assert "Inspired" not in out
    with_notes, _ = said(capsys, "show", work, "--text", "--notes", "--library", str(home))
    assert "End Notes" in with_notes
    assert "Inspired by a picture" in with_notes


def test_show_document_accounts_for_every_letter(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """Blocks and left_out cover every run of letters of every source, outside tags, scripts and styles."""
    work = lamp(capsys, home)
    for siglum in "ABC":
        value = ask(capsys, "show", work, "--document", "--witness", siglum, "--library", str(home))
        assert {"witness", "source_chars", "blocks", "emendations", "left_out"} <= value.keys()
        for block in value["blocks"]:
            assert {"kind", "part", "chapter", "text", "start", "end", "certainty", "spans"} <= block.keys()
        for gap in value["left_out"]:
            assert gap["reason"]
        covered = [False] * value["source_chars"]
        for piece in [*value["blocks"], *value["left_out"]]:
            covered[piece["start"] : piece["end"]] = [True] * (piece["end"] - piece["start"])
        shown = ask(capsys, "show", work, "--library", str(home))
        name = next(w["name"] for w in shown["witnesses"] if w["siglum"] == siglum)
        source = (HERE / name).read_text("utf-8")
        bare = re.sub(r"(?s)<style.*?</style>|<[^>]*>", lambda m: " " * len(m[0]), source) if name.endswith("html") else source
        missing = [bare[at] for at in range(len(bare)) if bare[at].isalpha() and not covered[at]]
        assert missing == []


def test_collate_gives_the_shape_of_the_contract(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """Summary, entries, readings and frame with every promised key; differences found are exit code 0."""
    work = lamp(capsys, home)
    value = ask(capsys, "collate", work, "--base", "B", "--with", "C", "--library", str(home))
    assert keys_of("collate") <= value.keys()
    assert (value["summary"]["C"]["words_changed"], value["summary"]["C"]["sentences_reworked"]) == (2, 1)
    for entry in value["entries"]:
        assert {"kind", "place", "lemma", "context", "move", "readings"} <= entry.keys()
        for reading in entry["readings"]:
            assert {"sigla", "kind", "text", "certainty", "lacuna", "places"} <= reading.keys()
    assert any(f["field"] == "title" for f in value["frame"]) or any("notes" in f["field"] for f in value["frame"])


def test_collate_takes_files_without_a_library(capsys: pytest.CaptureFixture[str]) -> None:
    """Two files of different formats, no library anywhere."""
    files = ["2-downloads-from-the-archive/What_the_Lamp_Was_For.html", "3-saved-from-a-blog/what-the-lamp-was-for.html"]
    out, _ = said(capsys, "collate", *(str(HERE / f) for f in files))
    assert "2 words changed, 1 sentence reworked" in out
    assert "canvas" in out


def test_trace_and_rule_give_their_shapes(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """Claims carry evidence; a ruling says what it did and can be undone."""
    work = lamp(capsys, home)
    value = ask(capsys, "trace", work, "--library", str(home))
    assert value["claims"]
    for claim in value["claims"]:
        assert {"claim", "subject", "relation", "object", "evidence", "rule", "certainty", "ruling"} <= claim.keys()
        assert claim["evidence"]["text"]
    ruled = ask(capsys, "rule", "set", work, "rating", "Mature", "--why", "a test", "--library", str(home))
    assert {"ruling", "kind", "on", "by", "at", "undoes"} <= ruled.keys()
    assert ask(capsys, "show", work, "--library", str(home))["adult"] is True
    back = ask(capsys, "rule", "undo", ruled["ruling"], "--library", str(home))
    assert back["undoes"] == ruled["ruling"]
    assert ask(capsys, "show", work, "--library", str(home))["adult"] is False


def test_verify_init_rebuild_and_publish_give_their_shapes(
    capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path
) -> None:
    """The small verbs, as the contract has them."""
    verified = ask(capsys, "verify", "--library", str(home))
    assert (verified["items"], verified["intact"], verified["damaged"], verified["missing"], verified["stray"]) == (
        9,
        9,
        [],
        [],
        [],
    )
    assert ask(capsys, "init", str(tmp_path / "empty"))["version"] == 1
    rebuilt = ask(capsys, "rebuild", "--library", str(home))
    assert (rebuilt["works"], rebuilt["witnesses"], rebuilt["problems"]) == (4, 7, 1)
    made = ask(capsys, "publish", lamp(capsys, home), str(tmp_path / "lamp.epub"), "--library", str(home))
    assert (made["edition"], made["witness"]) == ("epub", "B")
    again = ask(capsys, "publish", lamp(capsys, home), str(tmp_path / "two.epub"), "--library", str(home))
    assert made["digest"] == again["digest"]


def test_damage_is_exit_code_1_and_names_the_item(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One flipped bit in one stored file is found and named."""
    library = tmp_path / "library"
    main(["--library", str(library), "add", str(HERE / "3-saved-from-a-blog")])
    item = next(library.glob("vault/items/*/*"))
    data = bytearray(item.read_bytes())
    data[100] ^= 1
    item.chmod(0o644)
    item.write_bytes(data)
    value = ask(capsys, "verify", "--library", str(library), code=1)
    assert [d["digest"] for d in value["damaged"]] == ["sha256:" + item.name]


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["show", "0000000"], "not-found"),
        (["find", "words:>many"], "bad-query"),
        (["rule", "perhaps", "x"], "bad-ruling"),
        (["collate"], "usage"),
        (["nonsense"], "usage"),
        (["find", "--limit", "-1"], "usage"),
    ],
)
def test_what_cannot_be_done_is_exit_code_2_and_one_sentence(
    capsys: pytest.CaptureFixture[str], home: Path, args: list[str], code: str
) -> None:
    """An error object with --json, a line on standard error without; never a traceback."""
    value = ask(capsys, "--library", str(home), *args, code=2)
    assert value["error"]["code"] == code
    assert value["error"]["reason"]
    _, err = said(capsys, "--library", str(home), *args, code=2)
    assert err.startswith("variorum: ")
    assert "Traceback" not in err


def test_no_library_is_said_and_none_is_made(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A verb that reads never creates a folder; the variable and the folder one stands in are honoured."""
    value = ask(capsys, "--library", str(tmp_path / "absent"), "find", code=2)
    assert value["error"]["code"] == "no-library"
    assert not (tmp_path / "absent").exists()
    assert main(["init", str(tmp_path / "here")]) == 0
    monkeypatch.chdir(tmp_path / "here")
    assert ask(capsys, "find")["total"] == 0
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VARIORUM_LIBRARY", str(tmp_path / "here"))
    assert ask(capsys, "find")["total"] == 0


def test_rescue_and_kin_need_no_library(capsys: pytest.CaptureFixture[str]) -> None:
    """A damaged file mended in a pipe, and the relations in a folder."""
    out, _ = said(capsys, "rescue", str(HERE / "1-an-old-laptop" / "lamp.txt"))
    assert '"For what?"\n\n"For when I had an audience."' in out
    relations = ask(capsys, "kin", str(HERE))
    pairs = {(r["a"].rsplit("/", 1)[-1], r["b"].rsplit("/", 1)[-1], r["kinship"]) for r in relations}
    assert ("What_the_Lamp_Was_For.html", "what-the-lamp-was-for.html", "revised") in pairs


def test_reading_from_standard_input(tmp_path: Path) -> None:
    """`add -` takes one item from a pipe and prints no progress there."""
    command = [sys.executable, "-m", "variorum", "--library", str(tmp_path / "l"), "add", "-", "--json"]
    text = "A story came down a pipe, and it was none the worse for it.\n\nIt only wanted drying.\n"
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    assert json.loads(done.stdout)["added"] == 1
    assert done.stderr == b""


def test_serve_prints_its_address_and_answers(home: Path) -> None:
    """The address comes on one line when the reader accepts, and the API gives the shape of `find`."""
    command = [sys.executable, "-m", "variorum", "--library", str(home), "serve", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert address, line
        with urllib.request.urlopen(address[0] + "api/v1/works", timeout=20) as answer:
            assert json.load(answer)["total"] == 4
        with urllib.request.urlopen(address[0], timeout=20) as answer:
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    finally:
        process.terminate()
        process.wait(20)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def test_adding_while_serve_runs_is_seen(home: Path, tmp_path: Path) -> None:
    """What another process adds is found by the running reader, without a restart."""
    library = tmp_path / "library"
    assert main(["--library", str(library), "add", str(HERE / "1-an-old-laptop")]) == 1
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "variorum", "--library", str(library), "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        process.stdout.readline()

        def found() -> int:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/works?q=umbrella", timeout=20) as answer:
                return int(json.load(answer)["total"])

        assert found() == 0
        done = subprocess.run(
            [sys.executable, "-m", "variorum", "--library", str(library), "add", str(HERE / "2-downloads-from-the-archive")],
            capture_output=True,
            check=True,
        )
        assert done.stderr == b""
        deadline = time.monotonic() + 20
        while found() == 0 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert found() == 1
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


# ---------------------------------------------------------------- what a review found

SAMPLES = Path(__file__).parent / "samples"


def shared_by(one: dict[str, Any], other: dict[str, Any], *but: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that both objects have, without those named."""
    keys = (one.keys() & other.keys()) - set(but)
    return {k: one[k] for k in keys}, {k: other[k] for k in keys}


def test_the_fields_of_one_copy_follow_the_rules_of_a_work(
    capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path
) -> None:
    """`--witness` gives the copy's own rating, wishes and creators, also those its notes credit, with their agents."""
    at = ("--library", str(tmp_path / "own"))
    (page,) = (SAMPLES / "ao3-page").glob("restricted-one-chapter-single-file.html")
    (item,) = ask(capsys, *at, "add", str(page))["items"]
    whole = ask(capsys, *at, "show", item["works"][0])
    own = ask(capsys, *at, "show", item["works"][0], "--witness", "A")
    assert own == whole
    assert ("gullcry", "beta") in {(c["name"], c["role"]) for c in own["creators"]}
    assert any(c["agent"] for c in own["creators"])
    assert len(own["wishes"]) == 1
    rated = {s: ask(capsys, "show", lamp(capsys, home), "--witness", s, "--library", str(home)) for s in "ABC"}
    assert {s: (own["rating"], own["adult"]) for s, own in rated.items()} == {
        "A": (None, None),
        "B": ("General Audiences", False),
        "C": (None, None),
    }
    assert rated["C"]["from"]["title"] == "C"
    out, _ = said(capsys, "show", lamp(capsys, home), "--witness", "C", "--library", str(home))
    assert "General Audiences" not in out


def test_find_and_show_say_the_same(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """Every field of a hit is as `show` has it, the agents behind the names too."""
    hits = ask(capsys, "find", "--library", str(home))["works"]
    for hit in hits:
        one, other = shared_by(hit, ask(capsys, "show", hit["work"], "--library", str(home)))
        assert one == other
    assert any(creator["agent"] for hit in hits for creator in hit["creators"])


def test_looking_needs_no_library_and_makes_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`add --look` where nothing is yet: everything would be added, and nothing is there afterwards."""
    absent, empty = tmp_path / "absent", tmp_path / "empty"
    empty.mkdir()
    for place in (absent, empty):
        value = ask(capsys, "--library", str(place), "add", "--look", str(HERE / "1-an-old-laptop"))
        assert (value["added"], value["known"], value["skipped"]) == (4, 0, 0)
        out, _ = said(capsys, "--library", str(place), "add", "--look", str(HERE / "1-an-old-laptop"))
        assert out == f"4 files would be added. There is no library at {place} yet.\n"
    assert not absent.exists()
    assert list(empty.iterdir()) == []
    (empty / "letter.txt").write_text("Dear all")
    assert ask(capsys, "--library", str(empty), "add", "--look", str(HERE), code=2)["error"]["code"] == "no-library"


def test_what_begins_with_one_hyphen_leaves_out(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """Exclusions stand anywhere; find's own options work beside them, also after the words."""
    at = ("--library", str(home))
    assert ask(capsys, *at, "find", "lamp")["total"] >= 1
    for words in (["lamp", "-lamp"], ["-the"], ["lamp", '-"the lamp"']):
        assert ask(capsys, *at, "find", *words)["total"] == 0
    assert main([*at, "find", "--json", "--", "lamp", "-lamp"]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == 0
    assert ask(capsys, *at, "find", "-hat", "lamp", "-fandom:nothing")["query"] == "-hat lamp -fandom:nothing"
    limited = ask(capsys, "find", "--sort", "-words", "-xyzzyx", "--limit", "1", "--offset=1", *at)
    assert (limited["total"], len(limited["works"])) == (4, 1)
    out, _ = said(capsys, "find", "-h")
    assert "--like TEXT" in out
    assert ask(capsys, "find", "--sea", code=2)["error"]["code"] == "usage"


@pytest.mark.parametrize("verb", [["rescue"], ["collate"]])
def test_a_missing_file_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path, verb: list[str]) -> None:
    """Exit code 2, `not-found`, and which file; a folder is no file either."""
    there = str(HERE / "1-an-old-laptop" / "lamp.txt")
    for missing, reason in (
        ("no/such.txt", "there is no file no/such.txt"),
        (str(tmp_path), f"{tmp_path} is a folder, not a file"),
    ):
        files = [missing] if verb == ["rescue"] else [there, missing]
        error = ask(capsys, *verb, *files, code=2)["error"]
        assert error == {"code": "not-found", "reason": reason}


def test_collate_reads_standard_input(tmp_path: Path) -> None:
    """`collate - FILE` compares what comes down a pipe; it can come once."""
    file = tmp_path / "old.txt"
    file.write_text("The lamp was lit at four, and nobody came to see it.\n")
    command = [sys.executable, "-m", "variorum", "collate", "-", str(file), "--json"]
    text = "The lamp was lit at five, and nobody came to see it.\n"
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    value = json.loads(done.stdout)
    assert [w["name"] for w in value["witnesses"]] == ["-", str(file)]
    assert [(e["lemma"], e["readings"][0]["text"]) for e in value["entries"]] == [("five", "four")]
    command[-2] = "-"
    twice = subprocess.run(command, input=text.encode(), capture_output=True, check=False)
    assert twice.returncode == 2
    assert json.loads(twice.stdout)["error"]["reason"] == "standard input can be read once"


def test_a_copy_named_twice_is_compared_once(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """The base among `--with` is nothing to compare, and a second mention adds nothing; in a library and in files."""
    work = lamp(capsys, home)
    once = ask(capsys, "collate", work, "--base", "B", "--with", "C", "--library", str(home))
    for named in ("BC", "CC", "CBC"):
        options = [part for siglum in named for part in ("--with", siglum)]
        assert ask(capsys, "collate", work, "--base", "B", *options, "--library", str(home)) == once
    alone = ask(capsys, "collate", work, "--base", "B", "--with", "B", "--library", str(home), code=2)["error"]
    assert alone == {"code": "cannot-collate", "reason": "the only copy named is the base, B; collating needs two"}
    files = [str(HERE / w["name"]) for w in ask(capsys, "show", work, "--library", str(home))["witnesses"]]
    loose = ask(capsys, "collate", *files, "--with", "A", "--with", "C", "--with", "C")
    assert [w["siglum"] for w in loose["witnesses"]] == ["A", "C"]


def test_verbs_without_a_library_take_the_option_all_the_same(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`--library` before or after rescue, kin and a collation of files changes nothing and makes nothing."""
    absent = str(tmp_path / "absent")
    file = str(HERE / "1-an-old-laptop" / "lamp.txt")
    for args in (["rescue", file], ["kin", str(HERE / "1-an-old-laptop")], ["collate", file, file]):
        assert said(capsys, *args, "--library", absent) == said(capsys, "--library", absent, *args) == said(capsys, *args)
    assert not Path(absent).exists()


def test_stopping_is_said_in_json_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C is exit code 130 and, with --json, an error object like any other."""

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("variorum.workbench.read", stopped)
    file = str(HERE / "1-an-old-laptop" / "lamp.txt")
    assert ask(capsys, "rescue", file, code=130)["error"]["code"] == "interrupted"
    out, err = said(capsys, "rescue", file, code=130)
    assert (out, err.strip().split(".")[0]) == ("", "Stopped")


def test_any_beginning_of_an_id_will_do(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """Works, copies, emendations and rulings answer to as little of their id as no other begins with."""
    at = ("--library", str(home))

    def least(key: str, every: list[str]) -> str:
        return next(key[:n] for n in range(1, len(key) + 1) if sum(one.startswith(key[:n]) for one in every) == 1)

    works = [w["work"] for w in ask(capsys, *at, "find")["works"]]
    for work in works:
        assert ask(capsys, *at, "show", least(work, works))["work"] == work
    work = lamp(capsys, home)
    copies = [w["witness"] for w in ask(capsys, *at, "show", work)["witnesses"]]
    assert ask(capsys, *at, "show", work, "--text", "--witness", least(copies[2], copies))["witness"] == copies[2]
    document = ask(capsys, *at, "show", work, "--document", "--witness", "A")
    # Those of every copy: an id is looked for in the whole library.
    marks = [
        e["emendation"]
        for key in works
        for w in ask(capsys, *at, "show", key)["witnesses"]
        for e in ask(capsys, *at, "show", key, "--document", "--witness", w["siglum"])["emendations"]
    ]
    claims = [c["claim"] for key in works for c in ask(capsys, *at, "trace", key)["claims"]]
    mark = document["emendations"][0]["emendation"]
    refused = ask(capsys, *at, "rule", "refuse", least(mark, list({*marks, *claims})))
    assert refused["on"] == [mark]
    ruled = ask(capsys, *at, "rule", "undo", refused["ruling"])
    assert ruled["undoes"] == refused["ruling"]
    error = ask(capsys, *at, "show", work, "--witness", "Q", code=2)["error"]
    assert error == {"code": "not-found", "reason": f"work {work} has no copy Q"}


def test_one_bad_member_does_not_spoil_a_container(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What is understood in a zip is read; only when nothing is does the first reason come."""
    story = (HERE / "1-an-old-laptop" / "lamp.txt").read_bytes()
    page = (HERE / "1-an-old-laptop" / "works_90000077.html").read_bytes()
    for name, members in (("mixed.zip", [("a.html", page), ("b.txt", story)]), ("bad.zip", [("a.html", page)])):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for member, data in members:
                archive.writestr(member, data)
    read = ask(capsys, "rescue", str(tmp_path / "mixed.zip"))
    assert [one["witness"].rsplit("!", 1)[-1] for one in read] == ["b.txt"]
    assert ask(capsys, "rescue", str(tmp_path / "bad.zip"), code=2)["error"]["code"] == "login-wall"


def test_publishing_writes_a_file_whole(capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path) -> None:
    """`--force` puts a new file in the place of the old, never cuts the old one; the ending .txt is plain text."""
    work = lamp(capsys, home)
    file, other = tmp_path / "lamp.txt", tmp_path / "another-name.txt"
    file.write_text("an edition of my own")
    other.hardlink_to(file)
    error = ask(capsys, "publish", work, str(file), "--library", str(home), code=2)["error"]
    assert error == {"code": "cannot-publish", "reason": f"{file} exists; --force overwrites it"}
    made = ask(capsys, "publish", work, str(file), "--force", "--library", str(home))
    assert (made["edition"], made["witness"]) == ("txt", "B")
    assert other.read_text() == "an edition of my own"
    assert file.read_text("utf-8").startswith("What the Lamp Was For\nby tidewrack\n\n")
    assert "Inspired by a picture" in file.read_text("utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["another-name.txt", "lamp.txt"]


def test_no_repair_is_said_to_be_wrong_where_none_is_likely_to_be() -> None:
    """The likely number of wrong repairs is told where it rounds to one or more, and else nothing is said of it."""
    assert drawing.repairs_counted([0.95, 0.98, 0.9]) == "3 repairs"
    assert drawing.repairs_counted([0.99]) == "1 repair"
    assert drawing.repairs_counted([0.6, 0.6, 0.7]) == "3 repairs, about 1 of them wrong"


def test_what_is_not_there_is_not_added_and_a_library_is_said_to_be_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A mistyped folder is a usage error that makes no library; `init` on a library says that it is one already."""
    where = str(tmp_path / "new")
    value = ask(capsys, "--library", where, "add", str(tmp_path / "nowhere"), code=2)
    assert value["error"]["code"] == "not-found"
    assert not Path(where).exists()
    assert "is a library now" in said(capsys, "init", where)[0]
    assert "is a library already" in said(capsys, "init", where)[0]


def test_a_reader_of_our_output_may_go_away(home: Path) -> None:
    """`variorum … | head -1` ends well: exit code 0, nothing on standard error."""
    work = subprocess.run(
        [sys.executable, "-m", "variorum", "--library", str(home), "find", "--json"], capture_output=True, check=True
    )
    key = json.loads(work.stdout)["works"][0]["work"]
    with subprocess.Popen(
        [sys.executable, "-m", "variorum", "--library", str(home), "trace", key], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
