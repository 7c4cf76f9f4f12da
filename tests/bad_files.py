"""A folder of bad files: one for each kind of badness in each kind of file, made here so that each can be read about.

Nothing is kept as a file: what a bomb unfolds to, and why a header lies, is plainer as the few lines that make it.
"""

from __future__ import annotations

import bz2
import functools
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

from packing import zipped

SAMPLES = Path(__file__).resolve().parent / "samples"

_STORY = "The lamp at Sorrel Point had been lit for nine nights when the letter came. " * 12
_XHTML = f"<html xmlns='http://www.w3.org/1999/xhtml'><head><title>t</title></head><body><p>{_STORY}</p></body></html>"
_CONTAINER = (
    b"<?xml version='1.0'?><container version='1.0' xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
    b"<rootfile full-path='c.opf' media-type='application/oebps-package+xml'/></rootfiles></container>"
)
_ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lamp"}">' for n in range(12))


def _opf(title: str = "A Lamp", chapters: tuple[str, ...] = ("c1.xhtml",), before: str = "") -> bytes:
    items = "".join(f"<item id='i{n}' href='{name}' media-type='application/xhtml+xml'/>" for n, name in enumerate(chapters))
    spine = "".join(f"<itemref idref='i{n}'/>" for n in range(len(chapters)))
    return (
        f"<?xml version='1.0'?>{before}<package version='3.0' unique-identifier='b' xmlns='http://www.idpf.org/2007/opf'>"
        "<metadata xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:identifier id='b'>x</dc:identifier>"
        f"<dc:title>{title}</dc:title><dc:language>en</dc:language></metadata><manifest>{items}</manifest>"
        f"<spine>{spine}</spine></package>"
    ).encode()


def _epub(*members: tuple[str, bytes], container: bytes | None = _CONTAINER) -> bytes:
    head = [("mimetype", b"application/epub+zip")]
    head += [("META-INF/container.xml", container)] if container is not None else []
    return zipped(*head, *members)


def _tar(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for info, data in members:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def _info(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def _overlapping() -> bytes:
    """A zip of which two hundred entries are the same megabytes of noughts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bytes(20 << 20))
    data = made.getvalue()
    at = data.index(b"PK\x01\x02")
    entry, local = data[at : data.index(b"PK\x05\x06")], data[:at]
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 200, 200, 200 * len(entry), len(local), 0)
    return local + entry * 200 + end


def _nested(depth: int, inner: bytes) -> bytes:
    for _ in range(depth):
        inner = zipped(("in.zip", inner))
    return inner


def _locked() -> bytes:
    data = bytearray(zipped(("story.txt", _STORY.encode())))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    return bytes(data)


def _wrong_sum() -> bytes:
    data = bytearray(zipped(("story.txt", _STORY.encode()), ("other.txt", _STORY.upper().encode())))
    data[data.index(b"PK\x01\x02") + 16] ^= 0xFF
    return bytes(data)


def _png(wide: int, high: int, *chunks: tuple[bytes, bytes]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunk(*one) for one in chunks) + chunk(b"IEND", b"")


def _warc(*records: tuple[str, bytes]) -> bytes:
    out = b""
    for headers, body in records:
        out += f"WARC/1.0\r\n{headers}\r\n".encode() + b"\r\n" + body + b"\r\n\r\n"
    return out


def _response(body: bytes, extra: str = "") -> tuple[str, bytes]:
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{extra}\r\n".encode() + body
    about = "WARC-Type: response\r\nWARC-Target-URI: http://example.org/a\r\nWARC-Date: 2010-01-02T03:04:05Z\r\n"
    return about + f"Content-Type: application/http\r\nContent-Length: {len(http)}\r\n", http


def _mail(body: bytes, **headers: str) -> bytes:
    said = {"From": "wren@example.org", "To": "list@example.org", "Subject": "FIC: The Lamp (1/1)", **headers}
    return (
        "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in said.items()).encode("utf-8", "replace")
        + b"\r\n"
        + body
    )


def _nested_mail(depth: int) -> bytes:
    out = _mail(_STORY.encode())
    for _ in range(depth):
        out = b"Content-Type: message/rfc822\r\n\r\n" + out
    return out


@functools.cache
def files() -> dict[str, bytes]:
    """Every bad file by name. Some hold a whole story, which has to come out."""
    story, sample = _STORY.encode(), SAMPLES / "7z"
    return {
        # ------------------------------------------------ text
        "text/empty.txt": b"",
        "text/white-space.txt": b" \n\t\r\n" * 50,
        "text/only-a-byte-order-mark.txt": b"\xef\xbb\xbf",
        "text/noughts.txt": bytes(5000),
        "text/noughts-between-letters.txt": b"\0".join(story[n : n + 1] for n in range(len(story))),
        "text/surrogates.txt": story + b"\xed\xa0\x80\xed\xb0\x80" * 400,
        "text/marks-on-one-letter.txt": b"a" + "\u0301\u0316".encode() * 100_000,
        "text/one-line.txt": story * 2000,
        "text/right-to-left-override.txt": "\u202e".encode() + story,
        "text/random.txt": bytes((n * n * 31 + n * 7 + n // 3) % 256 for n in range(60_000)),
        "text/utf-16-cut-in-a-letter.txt": _STORY.encode("utf-16")[:-1],
        # ------------------------------------------------ pages
        "page/deep.html": b"<div>" * 100_000 + story,
        "page/links-never-closed.html": b"<a " * 30_000,
        "page/comments-never-closed.html": b"<!--" * 40_000 + story,
        "page/script-never-closed.html": b"<p>" + story + b"</p><script>" + story,
        "page/entities.html": b"<p>" + b"&amp;&#0;&#xD800;&#x110000;&bogus;" * 5000 + story + b"</p>",
        "page/attributes.html": b"<p " + b"".join(b"a%d=1 " % n for n in range(50_000)) + b">" + story + b"</p>",
        "page/hearts.html": b"<p>I </3 you <she said> " + story + b"</p>",
        "page/no-words.html": b"<html><body><div></div></body></html>",
        "page/picture-as-page.html": _png(8, 8, (b"IDAT", zlib.compress(bytes(72)))),
        "page/says-utf-8-is-not.html": b"<meta charset=utf-8><p>" + "Où est la lampe\u2019".encode("utf-16-le") * 80,
        # ------------------------------------------------ books
        "book/no-container.epub": _epub(("c.opf", _opf()), ("c1.xhtml", _XHTML.encode()), container=None),
        "book/container-to-nowhere.epub": _epub(("c1.xhtml", _XHTML.encode())),
        "book/chapter-missing.epub": _epub(("c.opf", _opf(chapters=("c1.xhtml", "c2.xhtml"))), ("c1.xhtml", _XHTML.encode())),
        "book/package-no-xml.epub": _epub(("c.opf", b"<package><metadata>"), ("c1.xhtml", _XHTML.encode())),
        "book/entities-of-entities.epub": _epub(
            ("c.opf", _opf("&l11;", before=f"<!DOCTYPE package [{_ENTITIES}]>")), ("c1.xhtml", _XHTML.encode())
        ),
        "book/entity-from-the-disk.epub": _epub(
            ("c.opf", _opf("&f;", before='<!DOCTYPE package [<!ENTITY f SYSTEM "file:///etc/hostname">]>')),
            ("c1.xhtml", _XHTML.encode()),
        ),
        "book/chapter-is-a-bomb.epub": _epub(("c.opf", _opf()), ("c1.xhtml", b"<p>" + b" " * (48 << 20) + b"</p>")),
        "book/names-that-climb.epub": _epub(
            ("c.opf", _opf(chapters=("../../../climbed.xhtml",))), ("../../../climbed.xhtml", _XHTML.encode())
        ),
        "book/spine-of-a-thousand-the-same.epub": _epub(
            ("c.opf", _opf(chapters=("c1.xhtml",) * 1000)), ("c1.xhtml", _XHTML.encode())
        ),
        "book/locked.epub": _epub(
            (
                "META-INF/encryption.xml",
                b"<encryption><EncryptedData><CipherReference URI='c1.xhtml'/></EncryptedData></encryption>",
            ),
            ("META-INF/rights.xml", b"<rights/>"),
            ("c.opf", _opf()),
            ("c1.xhtml", bytes(range(256)) * 8),
        ),
        "book/cut-off.epub": _epub(("c.opf", _opf()), ("c1.xhtml", _XHTML.encode()))[:-200],
        "book/only-the-name.epub": story,
        "book/kindle.azw3": b"A Lamp".ljust(60, b"\0") + b"BOOKMOBI" + bytes(200),
        "book/cut-off.pdf": b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        # ------------------------------------------------ containers
        "zip/bomb.zip": zipped(("noughts.txt", bytes(48 << 20))),
        "zip/overlapping.zip": _overlapping(),
        "zip/inside-itself-nine-times.zip": _nested(9, zipped(("story.txt", story))),
        "zip/locked.zip": _locked(),
        "zip/wrong-sum.zip": _wrong_sum(),
        "zip/names-that-climb.zip": zipped(
            ("../../climbed-1.txt", story), ("/tmp/climbed-2.txt", story.upper()), ("C:\\climbed-3.txt", story.lower())
        ),
        "zip/cut-off.zip": zipped(("a.txt", story), ("b.txt", bytes(range(256)) * 900))[:300],
        "zip/nothing-in-it.zip": zipped(),
        "zip/only-the-name.zip": b"PK\x05\x06" + b"\xff" * 18,
        "tar/names-that-climb.tar": _tar((_info("../../climbed-4.txt"), story)),
        "tar/devices-and-links.tar": _tar(
            (_info("null", tarfile.CHRTYPE), b""),
            (_info("host", tarfile.SYMTYPE, "/etc/hostname"), b""),
            (_info("pipe", tarfile.FIFOTYPE), b""),
            (_info("story.txt"), story),
        ),
        "tar/cut-off.tar": _tar((_info("a.txt"), story), (_info("b.txt"), story * 40))[:9000],
        "tar/bomb.tar.gz": gzip.compress(_tar((_info("noughts.txt"), bytes(48 << 20))), 9),
        "packed/bomb.txt.gz": gzip.compress(bytes(48 << 20), 9),
        "packed/bomb.txt.bz2": bz2.compress(bytes(48 << 20)),
        "packed/bomb.txt.xz": lzma.compress(bytes(48 << 20)),
        "packed/cut-off.txt.gz": gzip.compress(story * 20)[:-40],
        "7z/locked.7z": (sample / "encrypted.7z").read_bytes(),
        "7z/bomb.7z": (sample / "bomb.7z").read_bytes(),
        "7z/names-that-climb.7z": (sample / "leading-outside.7z").read_bytes(),
        "7z/cut-off.7z": (sample / "pile.7z").read_bytes()[:-30],
        "7z/a-rar.rar": b"Rar!\x1a\x07\x01\x00" + bytes(100),
        # ------------------------------------------------ web archives
        "web/cut-off.warc": _warc(_response(_XHTML.encode()), _response(_XHTML.upper().encode()))[:-300],
        "web/length-of-minus-one.warc": _warc(("WARC-Type: response\r\nContent-Length: -1\r\n", b"x" * 50)),
        "web/length-of-a-million-million.warc": _warc(("WARC-Type: response\r\nContent-Length: 1000000000000\r\n", b"x" * 50)),
        "web/body-is-a-bomb.warc": _warc(_response(gzip.compress(b" " * (48 << 20), 9), "Content-Encoding: gzip\r\n")),
        "web/headers-without-end.warc": b"WARC/1.0\r\n" + b"X-A: b\r\n" * 50_000,
        "web/no-boundary.mhtml": _mail(story, MIME_Version="1.0", Content_Type="multipart/related; type=text/html"),
        # ------------------------------------------------ mail and journals
        "mail/brackets.eml": _mail(story, To="(" * 5000 + "list@example.org"),
        "mail/encoded-words.eml": _mail(story, Subject="=?utf-8?q?a?= " * 20_000),
        "mail/mails-in-mails.eml": _nested_mail(2000),
        "mail/no-such-charset.eml": _mail(story, Content_Type="text/plain; charset=klingon"),
        "mail/base64-that-is-none.eml": _mail(b"%%% not base64 %%%" * 20, Content_Transfer_Encoding="base64"),
        "mail/ends-in-its-headers.mbox": b"From wren Fri Jan  2 03:04:05 2004\nSubject: The Lamp\n",
        "mail/ten-thousand-empty.mbox": b"From wren Fri Jan  2 03:04:05 2004\n\n" * 10_000,
        "journal/entities-of-entities.xml": f"<!DOCTYPE livejournal [{_ENTITIES}]><livejournal><entry><event>&l11;</event></entry></livejournal>".encode(),
        "journal/cut-off.xml": b"<livejournal><entry><itemid>1</itemid><subject>The Lamp</subject><event>" + story,
        # ------------------------------------------------ data
        "data/deep.json": b"[" * 200_000,
        "data/cut-off.json": b'{"response": {"posts": [{"type": "text", "body": "' + story,
        "data/numbers.json": b'{"id": ' + b"9" * 100_000 + b', "title": "x", "parts": NaN}',
        "data/quotes-never-closed.sql": b"-- MySQL dump 10.13\nINSERT INTO `fanfiction_stories` VALUES (1,'The Lamp','" + story,
        "data/no-database.db": b"SQLite format 3\0" + bytes(2000),
        # ------------------------------------------------ documents
        "document/empty.docx": zipped(("[Content_Types].xml", b"<Types/>"), ("word/other.xml", b"<x/>")),
        "document/bomb.docx": zipped(
            ("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w:document>" + b" " * (48 << 20) + b"</w:document>")
        ),
        "document/entities-of-entities.odt": zipped(
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            (
                "content.xml",
                f"<!DOCTYPE office:document-content [{_ENTITIES}]><office:document-content>&l11;</office:document-content>".encode(),
            ),
        ),
        "document/groups.rtf": rb"{\rtf1 " + b"{" * 100_000 + story,
        "document/binary-without-end.rtf": rb"{\rtf1 \bin99999999999 " + story + b"}",
        "document/old-word.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        # ------------------------------------------------ pictures
        "picture/huge.png": _png(60_000, 60_000, (b"IDAT", zlib.compress(bytes(1000)))),
        "picture/words-are-a-bomb.png": _png(
            8, 8, (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(48 << 20), 9)), (b"IDAT", zlib.compress(bytes(72)))
        ),
        "picture/cut-off.png": _png(400, 400, (b"IDAT", zlib.compress(bytes(400 * 401))))[:-60],
        "picture/no-size.gif": b"GIF89a\0\0\0\0\0\0\0;",
        "picture/acting.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>",
        # ------------------------------------------------ names
        "names/a\nnew line.txt": story[:-1],
        "names/\u202egnp.exe.txt": story[:-2],
        "names/-rf.txt": story[:-3],
        "names/con.txt": story[:-4],
        "names/" + "n" * 240 + ".txt": story[:-5],
        "names/program.exe": b"MZ" + bytes(400),
        # ------------------------------------------------ and one that is whole
        "whole.txt": b"The Ferry\n\nby Wren Ashdown\n\n" + b"Nobody had asked the ferryman what the bell was for. " * 12,
    }
