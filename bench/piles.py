"""Piles of invented files to measure with: sentences out of made-up words, as text, AO3 pages and EPUBs.

    python bench/piles.py FOLDER --files 1000

Word frequencies follow Zipf's law over 8,000 words made of syllables, so that texts are as different from each other
as texts of one language are. Nothing is taken from anywhere; the same seed gives the same pile.
"""

from __future__ import annotations

import argparse
import html
import io
import random
import zipfile
from itertools import accumulate
from pathlib import Path

_ONSETS = [
    "b",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "qu",
    "r",
    "s",
    "sh",
    "sl",
    "st",
    "t",
    "th",
    "tr",
    "v",
    "w",
]
_NUCLEI = ["a", "ai", "e", "ea", "ee", "i", "ie", "o", "oa", "oo", "ou", "u"]
_CODAS = ["", "", "l", "m", "n", "nd", "r", "rn", "s", "st", "t", "ck", "ng"]


class Language:
    """Words and sentences of a language nobody speaks."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        words: dict[str, None] = dict.fromkeys(
            ["the", "and", "of", "to", "a", "in", "that", "she", "he", "it", "was", "not", "said"]
        )
        while len(words) < 8000:
            syllables = self.random.choice((1, 1, 2, 2, 2, 3))
            made = "".join(
                self.random.choice(_ONSETS) + self.random.choice(_NUCLEI) + self.random.choice(_CODAS) for _ in range(syllables)
            )
            words.setdefault(made)
        self.words = list(words)
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.words))))

    def sentence(self) -> str:
        """Six to twenty-two words, some of them spoken."""
        count = self.random.randint(6, 22)
        words = self.random.choices(self.words, cum_weights=self.weights, k=count)
        words[0] = words[0].capitalize()
        text = " ".join(words)
        if self.random.random() < 0.35:
            return f"“{text},” said {self.random.choice(self.words).capitalize()}."
        return text + self.random.choice((".", ".", ".", "?", "!"))

    def paragraphs(self, characters: int) -> list[str]:
        """Paragraphs of one to five sentences, about so many characters together."""
        out: list[str] = []
        size = 0
        while size < characters:
            paragraph = " ".join(self.sentence() for _ in range(self.random.randint(1, 5)))
            out.append(paragraph)
            size += len(paragraph) + 2
        return out


def page(number: int, title: str, paragraphs: list[str]) -> str:
    """An AO3 HTML download in the present layout."""
    body = "\n".join(f"<p>{html.escape(p, quote=False)}</p>" for p in paragraphs)
    words = sum(len(p.split()) for p in paragraphs)
    where = f"https://archiveofourown.org/works/{number}"
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{title} - somebody - A Fandom</title></head><body>
<div id="preface"><h2 class="toc-heading">Preface</h2><p class="message"><b>{title}</b><br>
Posted originally on the <a href="https://archiveofourown.org/">Archive of Our Own</a> at <a href="{where}">{where}</a>.</p>
<div class="meta"><dl class="tags"><dt>Rating:</dt><dd><a href="#">General Audiences</a></dd>
<dt>Fandom:</dt><dd><a href="#">Fandom {number % 40}</a></dd><dt>Language:</dt><dd>English</dd>
<dt>Stats:</dt><dd>Published: 2020-01-{number % 28 + 1:02} Words: {words:,} Chapters: 1/1</dd></dl>
<h1>{title}</h1><div class="byline">by <a rel="author" href="https://archiveofourown.org/users/u{number % 300}/pseuds/u{number % 300}">u{number % 300}</a></div>
<p>Summary</p><blockquote class="userstuff"><p>{html.escape(paragraphs[0])}</p></blockquote></div></div>
<div id="chapters" class="userstuff"><h2 class="toc-heading">{title}</h2><div class="userstuff">
{body}
</div></div><div id="afterword"><h2 class="toc-heading">Afterword</h2></div></body></html>
"""


def epub(title: str, paragraphs: list[str]) -> bytes:
    """A plain EPUB 2 of nobody's making."""
    body = "\n".join(f"<p>{html.escape(p, quote=False)}</p>" for p in paragraphs)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        book.writestr(
            "META-INF/container.xml",
            '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="c.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        )
        book.writestr(
            "c.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" version="2.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{title}</dc:title></metadata><manifest><item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest>"
            "<spine><itemref idref='a'/></spine></package>",
        )
        book.writestr(
            "a.xhtml", f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{title}</title></head><body>{body}</body></html>'
        )
    return out.getvalue()


def make(folder: Path, files: int, seed: int = 1) -> int:
    """Writes a mixed pile of files of 5 to 500 kB; gives its bytes. Every tenth is a copy of the one before in another format."""
    folder.mkdir(parents=True, exist_ok=True)
    language = Language(seed)
    chance = random.Random(seed)
    total = 0
    paragraphs: list[str] = []
    for number in range(files):
        if number % 10 != 9 or not paragraphs:
            size = int(5000 * 100 ** chance.random())  # 5 to 500 kB, every size class as often
            paragraphs = language.paragraphs(size)
        title = f"Work {number}"
        kind = number % 5
        if kind in (0, 1):
            name, data = f"{number:05}.html", page(number, title, paragraphs).encode()
        elif kind == 2:
            name, data = f"{number:05}.txt", "\n\n".join(paragraphs).encode()
        elif kind == 3:
            name, data = f"{number:05}.txt", " ".join(paragraphs).encode()  # flattened
        else:
            name, data = f"{number:05}.epub", epub(title, paragraphs)
        (folder / name).write_bytes(data)
        total += len(data)
    return total


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=1000)
    options = parser.parse_args()
    print(f"{make(options.folder, options.files) / 1e6:.1f} MB in {options.files} files")
