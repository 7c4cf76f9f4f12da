"""Undamaged downloads as AO3 makes them, to measure with: pages and books of several chapters, nothing wrong with them.

    python bench/downloads.py FOLDER --megabytes 40
    python bench/downloads.py FOLDER --megabytes 40 --corpus RESCUE_CORPUS

The words are those of `piles.Language`. With a corpus (``clean.jsonl.gz`` of the rescue corpus) the paragraphs are English:
each story has exchanged the words of three letters and more among themselves, so that no two stories share a passage and yet what
looks for habits of English finds about what it finds in any story. Every other file is a page, the others are books; the
same seed gives the same folder.
"""

from __future__ import annotations

import argparse
import gzip
import html
import io
import json
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from piles import Language

_WORD = re.compile(r"(?<![\w’'-])[a-z]{3,}(?![\w’'-])")
_HEAD = '<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" /><title>{}</title></head>'
_XHTML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" '
    '"http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml">\n'
)
_CHAPTER = 16_000  # characters of a chapter


class English:
    """Paragraphs of a corpus in words that each story has exchanged among themselves, common ones for common ones."""

    def __init__(self, corpus: Path, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.known: list[str] = []
        with gzip.open(corpus / "clean.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                self.known += [b["text"] for b in json.loads(line)["blocks"] if b["t"] == "p"]
        counted = Counter(w for text in self.known for w in _WORD.findall(text))
        self.words = [word for word, _ in counted.most_common()]

    def paragraphs(self, characters: int) -> list[str]:
        """The paragraphs of a story of about so many characters."""
        ranks = [rank * self.random.uniform(0.5, 2.0) + 20 * self.random.random() for rank in range(len(self.words))]
        others = [self.words[rank] for rank in sorted(range(len(ranks)), key=ranks.__getitem__)]
        exchanged = dict(zip(self.words, others, strict=True))
        out: list[str] = []
        size = 0
        while size < characters:
            paragraph = _WORD.sub(lambda m: exchanged[m[0]], self.random.choice(self.known))
            out.append(paragraph)
            size += len(paragraph) + 2
        return out


def marked(paragraph: str, chance: random.Random) -> str:
    """A paragraph as markup; in every third some words are stressed."""
    text = html.escape(paragraph, quote=False)
    words = text.split(" ")
    if len(words) > 4 and chance.random() < 0.33:
        at = chance.randrange(1, len(words) - 2)
        words[at] = f"<em>{words[at]}</em>"
    return f"<p>{' '.join(words)}</p>"


def preface(number: int, title: str, words: int, chapters: int) -> str:
    """What stands before the story: tags, counts, title, author, summary."""
    where = f"http://archiveofourown.org/works/{number}"
    writer = f"writer{number % 300}"

    def tags(name: str, values: list[str]) -> str:
        links = ", ".join(f'<a href="http://archiveofourown.org/tags/{v.replace(" ", "%20")}">{v}</a>' for v in values)
        return f"<dt>{name}:</dt>\n<dd>{links}</dd>\n"

    return f"""<div id="preface">
<h2 class="toc-heading">Preface</h2>
<p class="message"><b>{title}</b><br />
Posted originally on the <a href="http://archiveofourown.org/">Archive of Our Own</a> at <a href="{where}">{where}</a>.</p>
<div class="meta"><dl class="tags">
{tags("Rating", ["General Audiences"])}{tags("Archive Warning", ["No Archive Warnings Apply"])}{tags("Category", ["Gen"])}\
{tags("Fandom", [f"Fandom {number % 40}"])}{tags("Character", [f"Person {number % 97}", f"Person {number % 89}"])}\
{tags("Additional Tags", [f"Tag {number % 53}", f"Tag {number % 71}", f"Tag {number % 31}"])}\
<dt>Language:</dt><dd>English</dd>
<dt>Stats:</dt><dd>
Published: 2020-01-{number % 28 + 1:02}
Words: {words:,}
Chapters: {chapters}/{chapters}
</dd></dl>
<h1>{title}</h1>
<div class="byline">by <a rel="author" href="http://archiveofourown.org/users/{writer}/pseuds/{writer}">{writer}</a></div>
<p>Summary</p><blockquote class="userstuff"><p>What happened at the mill, and after.</p></blockquote>
<p>Notes</p><blockquote class="userstuff"><p>Thank you to friend{number % 50} for the beta.</p></blockquote></div>
</div>
"""


def chapter(number: int, body: str) -> str:
    """One chapter with its heading."""
    heading = f'<div class="meta group"><h2 class="heading">Chapter {number}: A Part</h2></div>'
    return f'{heading}\n<!--chapter content-->\n<div class="userstuff">\n{body}\n</div>\n<!--/chapter content-->\n'


def afterword(number: int) -> str:
    """What stands behind it."""
    return (
        '<div id="afterword"><h2 class="toc-heading">Afterword</h2><p class="message">Please <a href="http://archiveofourown.org/works/'
        f'{number}/comments/new">drop by the archive and comment</a> to let the creator know if you enjoyed their work!</p></div>\n'
    )


def work(number: int, paragraphs: list[str]) -> tuple[str, list[str], list[str]]:
    """Title, parts of the page (preface, chapters, afterword) and the names of their files in a book."""
    chance = random.Random(number)
    bodies: list[list[str]] = [[]]
    size = 0
    for paragraph in paragraphs:
        bodies[-1].append(marked(paragraph, chance))
        size += len(paragraph)
        if size > _CHAPTER:
            bodies.append([])
            size = 0
    bodies = [body for body in bodies if body]
    title = f"Story {number} of the Mill"
    words = sum(len(p.split()) for p in paragraphs)
    chapters = [chapter(index, "\n".join(body)) for index, body in enumerate(bodies, 1)]
    names = ["preface", *(f"chapter{index}" for index in range(1, len(bodies) + 1)), "afterword"]
    return title, [preface(number, title, words, len(bodies)), *chapters, afterword(number)], names


def page(title: str, parts: list[str]) -> bytes:
    """The HTML download."""
    story = "".join(parts[1:-1])
    return (
        f"<!DOCTYPE html>\n<html>{_HEAD.format(title)}\n<body>\n{parts[0]}"
        f'<div id="chapters" class="userstuff">\n{story}</div>\n{parts[-1]}</body></html>\n'
    ).encode()


def book(number: int, title: str, parts: list[str], names: list[str]) -> bytes:
    """The EPUB download in the older layout, a file a chapter."""
    out = io.BytesIO()
    items = "".join(f'<item id="{n}" href="{n}.xhtml" media-type="application/xhtml+xml"/>' for n in names)
    refs = "".join(f'<itemref idref="{n}"/>' for n in names)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/container.xml",
            '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        )
        archive.writestr(
            "OEBPS/content.opf",
            '<?xml version="1.0" encoding="UTF-8"?><package xmlns="http://www.idpf.org/2007/opf" version="2.0" unique-identifier="BookId">'
            '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">'
            f'<dc:title>{title}</dc:title><dc:creator opf:role="aut">writer{number % 300}</dc:creator><dc:language>en</dc:language>'
            f'<dc:publisher>Archive of Our Own</dc:publisher><dc:identifier id="BookId">http://archiveofourown.org/works/{number}</dc:identifier>'
            f"</metadata><manifest>{items}</manifest><spine>{refs}</spine></package>",
        )
        for name, part in zip(names, parts, strict=True):
            inside = part if name in ("preface", "afterword") else f'<div id="chapters" class="userstuff">\n{part}</div>\n'
            archive.writestr(
                f"OEBPS/{name}.xhtml", f"{_XHTML}<head><title>{name}</title></head>\n<body>\n{inside}</body>\n</html>\n"
            )
    return out.getvalue()


def make(folder: Path, megabytes: float, paragraphs: Callable[[int], list[str]], seed: int = 1) -> tuple[int, int, int]:
    """Writes the downloads of stories of 5 to 500 kB; gives files, bytes, and bytes of markup once the books are unpacked."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    files = size = unpacked = 0
    while unpacked < megabytes * 1e6:
        number = files + 1_000
        title, parts, names = work(number, paragraphs(int(5000 * 100 ** chance.random())))
        whole = page(title, parts)
        data, ending = (whole, "html") if files % 2 == 0 else (book(number, title, parts, names), "epub")
        (folder / f"{number:06}.{ending}").write_bytes(data)
        files, size, unpacked = files + 1, size + len(data), unpacked + len(whole)
    return files, size, unpacked


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--megabytes", type=float, default=40)
    parser.add_argument("--corpus", type=Path)
    options = parser.parse_args()
    source = English(options.corpus) if options.corpus else Language()
    files, size, unpacked = make(options.folder, options.megabytes, source.paragraphs)
    print(f"{files} files, {size / 1e6:.1f} MB, {unpacked / 1e6:.1f} MB unpacked")
