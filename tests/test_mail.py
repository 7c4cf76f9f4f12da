"""Mails, news articles and mailboxes: what is a story, how it is laid, what is never shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from variorum.document import Document, received
from variorum.errors import IntakeError
from variorum.intake import Copy, Opened, Task, open_inner, open_item
from variorum.intake.mail.laying import body_end, laid
from variorum.intake.mail.letter import header_lines
from variorum.intake.mail.mailbox import members
from variorum.intake.mail.message import address_of, date_of_mail, parse_mail
from variorum.intake.sheets import hide
from variorum.model import Creator, Wish

Sample = Callable[[str], Path]


def opened(path: Path, data: bytes | None = None, *, inner: bool = False) -> Opened:
    return open_item(Task(path.name, "sha256:0", path.read_bytes() if data is None else data, None, inner))


def only(path: Path) -> Copy:
    (copy,) = opened(path).copies
    return copy


def part(document: Document, name: str) -> list[str]:
    return [b.text for b in received(document).blocks if b.part == name]


def everything_shown(copy: Copy) -> str:
    return "\n".join(b.text for b in received(copy.document).blocks) + repr(copy.metadata)


# ---------------------------------------------------------------- a story on a list


def test_the_header_block_of_a_list_is_read(sample: Sample) -> None:
    """TITLE, AUTHOR, RATING and the rest in capitals, values on to the next line, under a few words to the list."""
    copy = only(sample("mail/part-1-of-3-false-charset.eml"))
    about = copy.metadata
    assert about.title == "The Lamp at Weir End"
    assert about.creators == (Creator("Maren Tidewrack"),)
    assert (about.rating, about.published) == ("Teen And Up Audiences", "2001-03-04")
    assert (about.relationships, about.tags) == (("Maren/Odile",), ("Drama",))
    assert about.summary == "A lamp is lit at the wrong end of the weir, and somebody has to row out and say so."
    assert about.wishes == (Wish("ask-first", "Ask first, please."),)
    assert (about.site, about.extent) == ("egroups.com", "partial")
    assert set(about.trust.values()) == {"text"}
    assert part(copy.document, "notes-before")[0] == "Hi all, here is the thing I promised. Be kind to the gull."


def test_a_false_charset_and_quoted_printable_are_undone(sample: Sample) -> None:
    """=92 in what calls itself iso-8859-1 is Windows-1252's apostrophe; soft breaks are gone; the bytes come back."""
    copy = only(sample("mail/part-1-of-3-false-charset.eml"))
    story = part(copy.document, "story")
    assert story[1] == 'Maren saw it first. "That’s not *right*," she told the gull.'
    assert story[3] == "* * *"
    assert story[4] == "<<She will row out,>> the gull thought. <<She always does.>>"
    body = next(p for p in copy.document.parts if p.name == "body")
    assert body.encoding == "cp1252"
    again = copy.document.source[body.start : body.end].encode(body.encoding)
    assert again == parse_mail(sample("mail/part-1-of-3-false-charset.eml").read_bytes()).texts[0].data


@pytest.mark.parametrize(
    "name",
    ["part-1-of-3-false-charset.eml", "part-2-of-3.eml", "flowed.eml", "usenet-no-archive", "alternative-with-italics.eml"],
)
def test_a_writers_address_is_never_shown(sample: Sample, name: str) -> None:
    """Not in the blocks, not in the metadata, not in the key of the bundle; the item's bytes keep it."""
    copy = only(sample(f"mail/{name}"))
    assert "@" not in everything_shown(copy)
    assert copy.bundle is None or "@" not in copy.bundle.key
    assert b"@" in sample(f"mail/{name}").read_bytes()


def test_footer_signature_and_stuffing_are_left_out_with_their_reasons(sample: Sample) -> None:
    """The list's advertisement, the lines under ``-- ``, the > before From."""
    first, second = only(sample("mail/part-1-of-3-false-charset.eml")), only(sample("mail/part-2-of-3.eml"))
    assert "the footer of the list" in {g.reason for g in first.document.left_out}
    assert part(first.document, "story")[-1] == "End of part 1"
    reasons = {g.reason: second.document.source[g.start : g.end] for g in second.document.left_out}
    assert reasons["a signature"].startswith("-- \nMaren, who rows")
    assert reasons["the mark a mailbox puts before From"] == ">"
    assert part(second.document, "story")[-1] == "From the far bank somebody called her name."


def test_parts_of_a_story_are_pieces_of_one_copy(sample: Sample) -> None:
    """(1/3), (2/3), (3/3) by one sender share a bundle, with and without the header block."""
    found = [only(sample(f"mail/{n}")).bundle for n in ("part-1-of-3-false-charset.eml", "part-2-of-3.eml", "part-3-of-3.eml")]
    assert len({b.key for b in found if b}) == 1
    assert [(b.number, b.of) for b in found if b] == [(1, 3), (2, 3), (3, 3)]


def test_a_reply_is_a_comment_and_a_letter_is_none(sample: Sample) -> None:
    """Both are kept without a copy and without a problem, and say why."""
    found = opened(sample("mail/reply.eml"))
    assert (found.format, found.copies) == ("mail", ())
    assert "reply" in found.note
    letter = b"Message-ID: <a@b.example>\nFrom: a@b.example\nSubject: The key\n\nIt was on the hook on Sunday.\n"
    assert opened(Path("x.eml"), letter, inner=True).copies == ()


def test_a_long_unmarked_message_is_rather_a_story_than_lost() -> None:
    """400 words without any mark are taken from a list; so are 60 of a mail kept as a file; a reply is not."""
    head = b"Message-ID: <a@b.example>\nFrom: Maren <a@b.example>\nSubject: %s\n\n"
    text = b"The weir ran on and nobody stopped it. " * 60
    assert opened(Path("x.eml"), head % b"weir" + text, inner=True).copies
    assert opened(Path("x.eml"), head % b"weir" + text[:600]).copies
    assert not opened(Path("x.eml"), head % b"weir" + text[:600], inner=True).copies
    assert not opened(Path("x.eml"), head % b"Re: weir" + text, inner=True).copies
    assert opened(Path("x.eml"), head % b"Re: FIC: Weir (2/4)" + text, inner=True).copies


def test_a_usenet_article_and_its_wish(sample: Sample) -> None:
    """X-No-Archive is a wish of the author's; (1/1) is no piece of anything."""
    copy = only(sample("mail/usenet-no-archive"))
    assert copy.metadata.wishes == (Wish("no-reposting", "X-No-Archive: yes"),)
    assert copy.bundle is None
    assert (copy.metadata.title, copy.metadata.rating, copy.metadata.published) == ("Ballast", "General Audiences", "1997-02-03")


def test_a_story_made_of_mails_stays_a_story(sample: Sample) -> None:
    """From, To and Subject without what only machines write are a story's own lines."""
    copy = only(sample("mail/story-made-of-mails.txt"))
    story = part(copy.document, "story")
    assert story[0] == "From: Maren\nTo: Odile\nSubject: The gull"
    assert story[-1] == "Tell it I paid."


def test_flowed_text_flows(sample: Sample) -> None:
    """A line that ends with a space goes on in the next, a stuffed space goes, the signature is none of it."""
    copy = only(sample("mail/flowed.eml"))
    assert part(copy.document, "story") == [
        "The tide was late, and it knew it, and it came in over the flats with its hat in its hand.",
        "From the pier the children jeered.",
        '"You are late," they said.',
    ]
    assert copy.metadata.rating == "General Audiences"
    blocks, _, _ = laid("Snow \nfall \n", flowed=True, delsp=True)
    assert [b.text for b in received(Document("x", "Snow \nfall \n", blocks=tuple(blocks))).blocks] == ["Snowfall"]


def test_of_two_forms_the_one_with_italics_is_read(sample: Sample) -> None:
    """multipart/alternative, base64, encoded words: the HTML has the emphasis, and the text is not read twice."""
    copy = only(sample("mail/alternative-with-italics.eml"))
    (block,) = [b for b in received(copy.document).blocks if b.part == "story"]
    assert [(s.kind, block.text[s.start : s.end]) for s in block.spans] == [("emphasis", "once")]
    assert copy.metadata.title == "The Bell – a drabble"
    assert copy.metadata.creators == (Creator("Odile Havøy"),)


def test_what_is_attached_is_an_item_of_its_own(sample: Sample) -> None:
    """An attached story is opened as the file it is, and can be had again."""
    path = sample("mail/attached-story.eml")
    (inner,) = opened(path).inner
    assert inner.name == f"{path.name}!ballast.txt"
    assert inner.data.decode().startswith("Ballast\nby Maren T.")
    assert open_inner(path.name, path.read_bytes(), "ballast.txt") == inner.data


# ---------------------------------------------------------------- mailboxes


def test_a_mailbox_is_a_container_of_its_messages(sample: Sample) -> None:
    """Each by its place; a sentence that begins with From divides nothing; stories, a reply and a letter."""
    path = sample("mail/list-archive.mbox")
    found = opened(path)
    assert found.format == "mailbox"
    assert [i.name for i in found.inner] == [f"{path.name}!{n:06}.eml" for n in range(1, 6)]
    read = [open_item(Task(i.name, "sha256:1", i.data, None, inner=True)) for i in found.inner]
    assert [len(o.copies) for o in read] == [1, 1, 0, 0, 1]
    assert "From the boat she could see the whole of it." in part(read[4].copies[0].document, "story")
    assert open_inner(path.name, path.read_bytes(), "000003.eml") == found.inner[2].data


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        (b"From maren@tidewrack.example Sun Mar  4 20:11:00 2001", True),
        (b"From maren at tidewrack.example  Sun Mar 04 20:11:00 2001", True),
        (b"From - Sun Mar 04 20:11:00 2001", True),
        (b"From -7101245323444186102", True),
        (b"From the boat she could see it all at 10:30", False),
        (b"From Monday on, nothing was the same", False),
    ],
)
def test_what_begins_a_message(line: bytes, begins: bool) -> None:
    """A From line has a date or a number, in each of the forms that archives have."""
    data = b"From a@b Sun Mar  4 20:11:00 2001\nSubject: x\n\nbody\n\n" + line + b"\nSubject: y\n\nmore\n"
    assert (len(list(members(data))) == 2) is begins


# ---------------------------------------------------------------- hostile and damaged ones


def _bad() -> dict[str, bytes]:
    head = b"Message-ID: <a@b.example>\nFrom: a@b.example\nSubject: FIC: x\nMIME-Version: 1.0\n"
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(20_000))
    return {
        "binary-body.eml": head + b"Content-Transfer-Encoding: base64\n\n%%%%%\n",
        "nested.eml": head + nested + b"Content-Type: text/plain\n\nThe end.\n",
        "no-boundary.eml": head + b"Content-Type: multipart/mixed\n\nThe text is here all the same.\n",
        "one-long-header.eml": head + b"X-Long: " + b"a" * 5_000_000 + b"\n\nThe text.\n",
        "many-headers.eml": head + b"X-Y: z\n" * 100_000 + b"\nThe text.\n",
        "unknown-charset.eml": head + b"Content-Type: text/plain; charset=klingon\n\nThe text \x92s.\n",
        "bad-words.eml": head.replace(b"FIC: x", b"=?utf-8?b?%%%?= =?x?q?=ZZ?= FIC: x") + b"\nThe text.\n",
        "nul.eml": head + b"\nThe \x00 text \xff.\n",
        "surrogates.eml": head + "\nThe text \ud800.\n".encode("utf-8", "surrogatepass"),
        "addresses.eml": head + b"\n" + b"a@b.example " * 200_000,
        "quotes.eml": head + b"\n" + b"> " * 500_000,
        "no-line.eml": head + b"\n" + b"word " * 1_000_000,
        "bad-parameter.eml": head + b"Content-Type: text/plain; charset*0*=''%; format*=x'y\n\nThe text.\n",
        "bad-date.eml": head + b"Date: Mon, 99 Foo 99999999999999 99:99:99 +999999\n\nThe text.\n",
    }


@pytest.mark.parametrize("name", sorted(_bad()))
def test_a_bad_mail_is_read_or_refused_by_name(name: str) -> None:
    """Never anything else than a message, with or without a copy, or the one refusal: that it says nothing."""
    if name in ("binary-body.eml", "quotes.eml", "addresses.eml"):
        with pytest.raises(IntakeError) as caught:
            opened(Path(name), _bad()[name])
        assert caught.value.code == "no-text"
    else:
        assert opened(Path(name), _bad()[name]).format == "mail"


def test_small_parts_of_mail() -> None:
    """Names and addresses apart, dates that are none, fields that are none."""
    assert address_of('"a@b.example" <a@b.example>') == ("", "a@b.example")
    assert address_of("a@b.example (Maren T.)") == ("Maren T.", "a@b.example")
    assert date_of_mail("Sun, 04 Mar 2001 20:11:00 +0100") == "2001-03-04"
    assert date_of_mail("yesterday") is None
    assert header_lines(b"Once upon a time: there was\na lamp.\n") == []
    assert body_end("Only a text.\n")[1] == []
    assert hide([], []) == []
