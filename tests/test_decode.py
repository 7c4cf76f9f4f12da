"""From bytes to text and back: the text gives back the very bytes, whatever they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.intake.decode import Decoded, declared, decode

#: Bytes as they occur in old files: ASCII, typographic bytes of Windows-1252, starts and rests of UTF-8, BOMs, zeros.
HABITS = [
    b"word ",
    b"\x93quoted\x94",
    b"don\x92t",
    b"\xe9",
    b"\xc3\xa9",
    b"\xe2\x80",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\0",
    b"\x81",
]
CLAIMS = [None, "utf-8", "ISO-8859-1", "shift_jis", "gb2312", "iso-2022-jp", "windows-1251", "utf-16", "hex", "no-such-thing"]


def back(found: Decoded) -> bytes:
    return bytes.fromhex(found.bom) + found.text.encode(found.encoding, "surrogateescape")


@given(st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(HABITS), max_size=20).map(b"".join)), st.sampled_from(CLAIMS))
def test_any_bytes_come_back_the_same(data: bytes, claim: str | None) -> None:
    """Whatever is guessed or claimed, encoding the text again gives the bytes."""
    assert back(decode(data, claim)) == data


@given(st.binary(max_size=200), st.sampled_from(CLAIMS))
def test_a_recorded_decode_is_used_again_exactly(data: bytes, claim: str | None) -> None:
    """A rebuild gives the same text, without guessing again."""
    first = decode(data, claim)
    assert decode(data, None, (first.encoding, first.bom)) == first


def test_a_record_outweighs_what_would_be_guessed() -> None:
    """What was read as Windows-1252 once stays that, though it is good UTF-8."""
    assert decode("é".encode(), None, ("cp1252", "")).text == "Ã©"


@pytest.mark.parametrize("bom", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_bom_decides_and_is_kept_apart(bom: str) -> None:
    """The BOM is no part of the text, and is there when the bytes are made again."""
    data = "Lamp – oil".encode(bom)
    found = decode(data, "windows-1251")
    assert found.text == "Lamp – oil"
    assert found.bom
    assert back(found) == data


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_bom_is_seen(encoding: str) -> None:
    """Every other byte is zero: no other encoding looks like that."""
    assert decode("<p>The lamp was lit.</p>".encode(encoding)).encoding == encoding


def test_latin_1_means_windows_1252() -> None:
    """Pages that say ISO-8859-1 and hold curly quotes are Windows-1252, as every browser reads them."""
    data = b'<meta charset="iso-8859-1"><p>\x93It\x92s late\x94 \x96 she said\x85</p>'
    found = decode(data, declared(data))
    assert found.encoding == "cp1252"
    assert "“It’s late” – she said…" in found.text


def test_good_utf_8_outweighs_a_false_claim() -> None:
    """Text that is UTF-8 to the last byte is, whatever the page says."""
    assert decode("café – “naïve”".encode(), "iso-8859-1").text == "café – “naïve”"


def test_a_claim_of_utf_8_that_is_false_is_not_believed() -> None:
    """Windows-1251 under a UTF-8 label is recognised by its letters."""
    text = "Фонарь горел до утра, и никто его не зажигал. Кто там? — спросила Ада."
    assert decode(text.encode("cp1251"), "utf-8").text == text


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("shift_jis", "灯台守は手紙を書いた。"),
        ("gb2312", "灯塔看守写了六封信。"),
        ("koi8-r", "Фонарь горел"),
        ("euc-kr", "등대지기의 편지"),
    ],
)
def test_a_true_claim_is_believed(claim: str, text: str) -> None:
    """Encodings that cannot be told from their bytes alone are told by the page."""
    codec = {"gb2312": "gb18030", "euc-kr": "cp949", "shift_jis": "cp932"}.get(claim, claim)
    assert decode(text.encode(codec), claim).text == text


def test_seven_bit_japanese_is_not_taken_for_ascii() -> None:
    """ISO-2022-JP would pass for ASCII with stray signs."""
    text = "灯台"
    assert decode(text.encode("iso2022_jp"), "iso-2022-jp").text == text


def test_a_file_cut_inside_a_character_stays_utf_8() -> None:
    """The last byte is kept as an escape; the rest is not turned into mojibake for it."""
    data = "“Well,” said Ada, “élan…”".encode()[:-2]
    found = decode(data)
    assert found.encoding == "utf-8"
    assert found.text.startswith("“Well,” said Ada, “élan")
    assert back(found) == data


def test_mac_roman_quotes_are_read_as_quotes() -> None:
    """A file of an old Macintosh has its quotes where Windows has capital letters with accents."""
    data = "“It’s late,” she said… “don’t wait.”".encode("mac-roman")
    assert decode(data).text == "“It’s late,” she said… “don’t wait.”"


@pytest.mark.parametrize(
    ("head", "codec"),
    [
        (b'<?xml version="1.0" encoding="windows-1250"?>', "cp1250"),
        (b'<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=Shift_JIS">', "cp932"),
        (b"<meta charset=utf-8>", "utf-8"),
        (b'<meta charset="rot13">', None),
        (b"<p>charset=utf-8</p>", None),
    ],
)
def test_what_a_page_declares_is_found(head: bytes, codec: str | None) -> None:
    """XML declaration, http-equiv and meta charset; an unknown name is no claim."""
    assert declared(head) == codec


def test_newlines_stay_as_they_are() -> None:
    """No newline is changed on the way in."""
    assert decode(b"a\r\nb\rc\n").text == "a\r\nb\rc\n"
