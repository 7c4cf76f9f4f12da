"""Makes the files of the sample library from the stories below: `python tests/first_minute.py`.

The stories, names, fandoms and addresses are invented. One story stands here once; the damage and the
templates around it are made by code, so that what a test expects can be read off this file.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from pathlib import Path

HERE = Path(__file__).parent / "samples" / "first-minute"

# ---------------------------------------------------------------- the story of the founding case

LAMP = """\
The lamp had been out for eleven years when Wren climbed the stairs to clean it.

There was no reason to clean it. The ships had other ways of knowing where the rocks were now, and the lamp room smelled of salt and old rope and the particular silence of things that have been told they are not needed. She cleaned it anyway. She cleaned it the way her grandmother had shown her, from the top down, with vinegar and a soft cloth and a great deal of muttering.

“You missed a bit,” said somebody behind her.

Wren did not drop the cloth, but it was a near thing. “I didn’t miss it,” she said. “I was *saving* it.”

“For what?”

“For when I had an audience.”

The woman on the stairs laughed. She was wet to the knees and she carried her boots in one hand, and she looked at the great lens the way some people look at horses. “Ottoline Pike,” she said. “I wrote to you about the survey. *Twice*, in fact. You didn’t answer.”

“I don’t answer letters from the Harbour Board.”

“Nobody does. It’s the only thing that makes the work *peaceful*.”

They looked at each other across forty panes of cloudy glass. Outside, the tide was turning, and all along the causeway the stones were going under, one by one, like a sentence somebody had decided not to finish.

“You can’t go back tonight,” Wren said at last. “The road’s drowned.”

“I had noticed it was *damp*,” said Ottoline.

* * *

They ate toast, because toast was what there was. Ottoline spread her charts over the table and weighted the corners with the butter dish, the teapot, a stone with a hole in it, and Wren’s left elbow.

“Here,” she said, and put her finger on a place where the paper was quite blank. “And here. Nobody has drawn this part of the bay since your grandmother’s time. Your grandmother drew it every month for thirty years. Do you know why she *stopped*?”

Wren looked at the finger, and at the blank, and at the small neat numbers that walked up to the edge of it and went no further. “She used to say that the lamp was for the people who were lost,” she said slowly, “and the map was for the people who were going to be.”

“That isn’t a reason.”

“No. But when the lamp went out, she said it would be a lie to go on drawing. A map says that somebody is watching. And nobody *was*.”

Ottoline was quiet for so long that the kettle began to sing before she spoke. “I have the paper,” she said. “I have ink, and a boat that only leaks on one side. I don’t suppose you have any lamp oil.”

“There are six drums of it under the stairs,” said Wren. “I was saving *it*.”

“For when you had an audience?”

“For when there was something to *see*.”

It took them until midnight, and both of them burned their fingers, and neither of them said anything sensible about it afterwards. But the whole of the bay saw the light come up over Sorrel Point, unsteady at first, and then as if it had never been away; and in the morning, when the causeway rose dripping out of the sea, there was a new line on the chart, and beside it, in two different hands, the date.
"""

#: What stood in the earlier posting: two words, and one sentence.
EARLIER = (
    ("salt and old rope", "salt and old canvas"),
    ("the great lens", "the tall lens"),
    (
        "Outside, the tide was turning, and all along the causeway the stones were going under, one by one, like a sentence somebody had decided not to finish.",
        "By now the sea was coming in over the path, quietly, as if it did not want to interrupt.",
    ),
)

ART = "https://marrowquill.tumblr.com/post/612045731/the-keeper"
FIRST_POSTED = "https://tidewrack.tumblr.com/post/612118204/what-the-lamp-was-for"
LAMP_NOTES = (
    f"Inspired by a picture by Mara Quill (marrowquill on Tumblr): {ART} . Go and look at it, it is better than this. "
    f"First posted on Tumblr: {FIRST_POSTED} . This version has one or two word changes and a rework of one sentence."
)

# ---------------------------------------------------------------- a work in progress, and the same work finished

RAIN_SUMMARY = "The weather office has nine words for rain. Ilse is hired to find out what the tenth one was."
RAIN = (
    (
        "Mizzle",
        """\
The weather office stood at the top of the town, where it could be rained on first.

Ilse had been told to report to a Mr. Tamber, and Mr. Tamber had been told nothing at all, so they spent a quarter of an hour being polite to each other across a desk before either of them understood that she was the new clerk.

“Can you spell?” he asked.

“Yes.”

“Can you count to ten?”

“Usually.”

“Then you are better off than we are,” said Mr. Tamber, and gave her the book. It was a very large book, and it had nine words in it.
""",
    ),
    (
        "Scotch Mist",
        """\
Nine words for rain, one to a page, each with its measurements: how large the drops, how far apart, how long before it came through a good coat.

The tenth page had been cut out. It had been done carefully, with a ruler.

“Everybody asks,” said Mr. Tamber, who had come in without a sound, as people do in felt slippers. “I was a boy. There was a day of it, and then the page was gone, and nobody has needed the word since.”

“But somebody must remember.”

“Oh, we all remember,” he said. “We just can’t *say* it.”
""",
    ),
    (
        "Downpour",
        """\
She asked the baker, who remembered that the bread had risen twice. She asked the ferryman, who remembered that he had been dry. She asked the oldest woman in the town, who remembered perfectly, and would not tell.

“You’ll know it when you’re in it,” said the oldest woman. “Take an umbrella. Don’t put it up.”
""",
    ),
    (
        "The Tenth",
        """\
It came on a Thursday, from the west, without any wind.

Ilse stood in the middle of the square with the umbrella under her arm. The drops were as far apart as houses. Each of them was warm, and each of them fell as slowly as if it were looking for somebody, and wherever one of them landed the stones were a little cleaner than they had ever been.

All round the square the doors were opening.

She did not write the word down. But that evening she sewed a new page into the book, and on it she drew, quite small, an umbrella that nobody had put up.
""",
    ),
)

# ---------------------------------------------------------------- a mail of 1998

CAT = """\
The Cartographer’s cat had been to every place on the map, which was more than could be said for the Cartographer.

“Where were you this time?” she asked, when it came in at the window with sand between its toes.

The cat considered the map. Then it walked across it, from the Amber Coast to the edge of the table, and lay down on the part that said *Here be dragons*.

“And are there?”

The cat looked at her for a while. It had very green eyes, and one whisker that was shorter than the rest and still smoked a little at the end.

***

In the spring she had the line taken out. It cost her an afternoon and a good deal of scraping, and in its place she wrote, in her smallest hand, what the cat had told her: *Dragon. One. Asleep. Likes to be scratched behind the ears.*
"""


def paragraphs(story: str) -> list[str]:
    """The paragraphs of a story; emphasis stands as *x*."""
    return [p for p in story.strip().split("\n\n") if p]


def straight(text: str) -> str:
    return text.translate(str.maketrans("“”‘’", "\"\"''"))


def markup(paragraph: str) -> str:
    return re.sub(r"\*([^*\s][^*]*)\*", r"<em>\1</em>", html.escape(paragraph, quote=False))


def body(story: str) -> str:
    return "\n".join("<hr>" if p in {"* * *", "***"} else f"<p>{markup(p)}</p>" for p in paragraphs(story))


def flattened() -> str:
    """One line: paragraphs joined by a space, italics dropped with their tags joined by spaces, a lone dash for the rule."""
    lines = ["-" if p == "* * *" else re.sub(r"\*([^*]+)\*", r" \1 ", p) for p in paragraphs(straight(LAMP))]
    return re.sub(r" {2,}", " ", " ".join([*lines, straight(LAMP_NOTES)])) + "\n"


def linked(text: str) -> str:
    return re.sub(r"https://\S+", lambda m: f'<a href="{m[0]}" rel="nofollow">{m[0]}</a>', html.escape(text, quote=False))


def archive_page(
    title: str,
    author: str,
    number: int,
    tags: list[tuple[str, list[str]]],
    stats: str,
    summary: str,
    chapters: list[tuple[str | None, str]],
    end_notes: str = "",
) -> str:
    """An AO3 HTML download as the archive has written them since February 2026."""
    base = "https://archiveofourown.org"
    rows = []
    for label, values in tags:
        links = ", ".join(f'<a href="{base}/tags/{html.escape(v.replace("/", "*s*"))}">{html.escape(v)}</a>' for v in values)
        rows.append(f"<dt>{label}:</dt>\n<dd>{links}</dd>")
    rows.append("<dt>Language:</dt>\n<dd>English</dd>")
    rows.append(f"<dt>Stats:</dt>\n<dd>\n{stats}\n</dd>")
    if len(chapters) == 1:
        story = f'<h2 class="toc-heading">{html.escape(title)}</h2>\n<div class="userstuff">\n{chapters[0][1]}\n</div>'
    else:
        story = "\n".join(
            f'<div class="meta group">\n<h2 class="heading">Chapter {n}: {html.escape(name or "")}</h2>\n</div>\n'
            f'<!--chapter content-->\n<div class="userstuff">\n{text}\n</div>'
            for n, (name, text) in enumerate(chapters, 1)
        )
    notes = ""
    link = ""
    if end_notes:
        link = '<div class="endnote-link">See the end of the work for <a href="#endnotes">notes</a></div>'
        notes = f'<div id="endnotes" class="meta">\n<p>End Notes</p>\n<blockquote class="userstuff"><p>{linked(end_notes)}</p></blockquote>\n</div>'
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>{html.escape(title)} - {html.escape(author)} - {html.escape(tags[2][1][0])}</title>
<style type="text/css">p.message {{ text-align: center; }}</style>
</head>
<body>
<div id="preface">
<h2 class="toc-heading">Preface</h2>
<p class="message">
<b>{html.escape(title)}</b><br>
Posted originally on the <a href="{base}/">Archive of Our Own</a> at <a href="{base}/works/{number}">{base}/works/{number}</a>.
</p>
<div class="meta">
<dl class="tags">
{chr(10).join(rows)}
</dl>
<h1>{html.escape(title)}</h1>
<div class="byline">by <a rel="author" href="{base}/users/{author}/pseuds/{author}">{author}</a></div>
<p>Summary</p>
<blockquote class="userstuff"><p>{html.escape(summary, quote=False)}</p></blockquote>
{link}
</div>
</div>
<div id="chapters" class="userstuff">
{story}
</div>
<div id="afterword">
<h2 class="toc-heading">Afterword</h2>
{notes}
<p class="message">Please <a href="{base}/works/{number}/comments/new">drop by the Archive and comment</a> to let the creator know if you enjoyed their work!</p>
</div>
</body>
</html>
"""


LAMP_TAGS = [
    ("Rating", ["General Audiences"]),
    ("Archive Warning", ["No Archive Warnings Apply"]),
    ("Fandom", ["The Keepers of Sorrel Point (Radio)"]),
    ("Relationship", ["Wren Ashdown & Ottoline Pike"]),
    ("Characters", ["Wren Ashdown", "Ottoline Pike"]),
    ("Additional Tags", ["Lighthouses", "Maps", "First Meetings", "The tide is a character, actually"]),
]
RAIN_TAGS = [
    ("Rating", ["Teen And Up Audiences"]),
    ("Archive Warning", ["Creator Chose Not To Use Archive Warnings"]),
    ("Fandoms", ["The Weather Office", "Original Work"]),
    ("Character", ["Ilse (The Weather Office)"]),
    ("Additional Tags", ["Rain", "Bureaucracy", "Slow Burn, but it is a mystery"]),
]


def lamp_archive() -> str:
    stats = f"Published: 2016-02-28 Words: {count(LAMP)} Chapters: 1/1"
    summary = "The lamp at Sorrel Point has been out for eleven years. Somebody has come to draw the dark."
    return archive_page(
        "What the Lamp Was For", "tidewrack", 90000001, LAMP_TAGS, stats, summary, [(None, body(LAMP))], LAMP_NOTES
    )


def rain_archive(held: int, stats: str) -> str:
    chapters: list[tuple[str | None, str]] = [(name, body(text)) for name, text in RAIN[:held]]
    return archive_page("Nine Kinds of Rain", "halfpennyweather", 90000002, RAIN_TAGS, stats, RAIN_SUMMARY, chapters)


def count(*stories: str) -> int:
    """AO3's word count of our stories (no dashes doubled, no unspaced scripts in them)."""
    return sum(len(re.findall(r"\w+", re.sub("['’‘*-]", "", story))) for story in stories)


def tumblr_page() -> str:
    """The earlier posting, saved from a browser."""
    story = LAMP
    for now, then in EARLIER:
        assert now in story
        story = story.replace(now, then)
    return f"""<!DOCTYPE html>
<html lang="en">
<!-- Page saved with SingleFile
 url: {FIRST_POSTED}
 saved date: Sat Mar 05 2016 21:14:07 GMT+0000 (Coordinated Universal Time)
-->
<head>
<meta charset="utf-8">
<title>tidewrack — What the lamp was for</title>
<meta property="og:site_name" content="Tumblr">
<meta property="og:title" content="What the lamp was for">
<link rel="canonical" href="{FIRST_POSTED}">
</head>
<body>
<nav><a href="/">tidewrack</a> <a href="/ask">ask me about lighthouses</a> <a href="/archive">archive</a></nav>
<main>
<article class="post text" id="612118204">
<h2>What the lamp was for</h2>
{body(story)}
<p><em>For <a href="{ART}">this picture</a> by marrowquill, who can make a whole sea out of three greys.</em></p>
<footer><a href="/tagged/lighthouses">#lighthouses</a> <a href="/tagged/my-writing">#my writing</a> <span>41 notes</span></footer>
</article>
</main>
<footer><a href="https://www.tumblr.com/">Powered by Tumblr</a></footer>
</body>
</html>
"""


def old_mail() -> bytes:
    """A list mail as somebody saved it: hard-wrapped, and read as Latin when it was Unicode."""
    out = [
        "TITLE: The Cartographer's Cat",
        "AUTHOR: Bell Hathersage",
        "RATING: G",
        "FANDOM: The Amber Atlas",
        "SUMMARY: It has been everywhere. It does not talk about it.",
        "ARCHIVE: Ask first, I usually say yes.",
        "",
    ]
    for paragraph in paragraphs(CAT):
        out += [*wrap(paragraph), ""]
    out += ["-- ", "Bell, who has only the one cat", ""]
    return misread("\n".join(out).encode()).encode()


def misread(data: bytes) -> str:
    """UTF-8 read as Windows-1252 the way browsers do it: bytes without a letter become C1 controls."""
    return "".join(bytes([b]).decode("cp1252") if b not in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else chr(b) for b in data)


def wrap(paragraph: str, width: int = 68) -> list[str]:
    lines, line = [], ""
    for word in paragraph.split(" "):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def rain_epub() -> bytes:
    """The finished work as the archive's EPUB: the same HTML, cut up by calibre."""
    page = rain_archive(4, f"Published: 2019-10-01 Completed: 2020-03-14 Words: {count(*(t for _, t in RAIN))} Chapters: 4/4")
    preface = page[page.index('<div id="preface">') : page.index('<div id="chapters"')]
    head, rest = preface.split("<h1>")
    files = {
        "Nine Kinds of Rain_split_000.xhtml": head + "</div></div>",
        "Nine Kinds of Rain_split_001.xhtml": "<div><h1>" + rest.rsplit("</div>", 1)[0],
    }
    for n, (name, text) in enumerate(RAIN, 1):
        chapter = f'<div class="meta group"><h2 class="heading">Chapter {n}: {name}</h2></div>\n<div class="userstuff2">\n{body(text)}\n</div>'
        files[f"Nine Kinds of Rain_split_{n + 1:03}.xhtml"] = (
            f'<div id="chapters" class="userstuff1">{chapter}</div>' if n == 1 else chapter
        )
    files["Nine Kinds of Rain_split_006.xhtml"] = page[page.index('<div id="afterword">') : page.index("</body>")]
    items = "".join(
        f'<item id="p{i}" href="{html.escape(name)}" media-type="application/xhtml+xml"/>' for i, name in enumerate(files)
    )
    refs = "".join(f'<itemref idref="p{i}"/>' for i in range(len(files)))
    subjects = "".join(f"<dc:subject>{html.escape(v)}</dc:subject>" for _, values in RAIN_TAGS for v in values)
    opf = (
        '<?xml version="1.0" encoding="utf-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" version="2.0" unique-identifier="uid">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">'
        '<dc:title>Nine Kinds of Rain</dc:title><dc:creator opf:role="aut">halfpennyweather</dc:creator>'
        "<dc:publisher>Archive of Our Own</dc:publisher><dc:language>en</dc:language><dc:date>2020-03-14T00:00:00+00:00</dc:date>"
        f'<dc:identifier id="uid">urn:uuid:6b1f0d52-0000-4000-8000-000090000002</dc:identifier><dc:subject>Fanworks</dc:subject>{subjects}'
        f"</metadata><manifest>{items}</manifest><spine>{refs}</spine></package>"
    )
    container = (
        '<?xml version="1.0"?>\n<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        put(book, "mimetype", "application/epub+zip")
        put(book, "META-INF/container.xml", container)
        put(book, "content.opf", opf)
        for name, inner in files.items():
            text = inner.replace("<hr>", "<hr/>").replace("<br>", "<br/>")
            put(
                book,
                name,
                f'<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Nine Kinds of Rain</title></head><body class="calibre">\n{text}\n</body></html>\n',
            )
    return out.getvalue()


def put(book: zipfile.ZipFile, name: str, text: str) -> None:
    info = zipfile.ZipInfo(name, (2020, 3, 14, 0, 0, 0))
    info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
    book.writestr(info, text)


LOGIN_WALL = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Log In | Archive of Our Own</title></head>
<body class="logged-out">
<div id="main" class="sessions-new region">
<div class="flash error">Sorry, this work is only available to registered users of the Archive. If you have an account, log in below.</div>
<h2 class="heading">Log In</h2>
<form id="new_user" action="/users/login" method="post">
<dl><dt><label for="user_login">User name or email:</label></dt><dd><input type="text" id="user_login" name="user[login]"></dd>
<dt><label for="user_password">Password:</label></dt><dd><input type="password" id="user_password" name="user[password]"></dd></dl>
<input type="submit" value="Log In">
</form>
</div>
</body>
</html>
"""


#: The post of the drawing that the story was written for; the drawing itself is made by `python bench/icons.py`.
KEEPER = """<!DOCTYPE html>
<html lang="en">
<!-- saved from url=(0061){art} -->
<head>
<meta charset="utf-8">
<title>marrowquill — The Keeper</title>
<meta property="og:site_name" content="Tumblr">
<meta property="og:title" content="The Keeper">
<link rel="canonical" href="{art}">
</head>
<body>
<nav><a href="/">marrowquill</a> <a href="/ask">ask</a> <a href="/archive">archive</a></nav>
<main>
<article class="post photo" id="612045731">
<h2>The Keeper</h2>
<figure><img src="the-keeper_files/keeper.jpg" alt="A lighthouse on a black rock at dusk, all greys but for the lamp; somebody stands on the gallery and watches the sea."></figure>
<p>Title: The Keeper<br>
Artist: marrowquill<br>
Fandom: The Keepers of Sorrel Point (Radio)<br>
Rating: G</p>
<p>Three greys and one yellow. I do not know who she is waiting for. Ink and a great deal of water.</p>
<footer><a href="/tagged/sorrel-point">#sorrel point</a> <a href="/tagged/my-art">#my art</a> <span>112 notes</span></footer>
</article>
</main>
<footer><a href="https://www.tumblr.com/">Powered by Tumblr</a></footer>
</body>
</html>
""".replace("{art}", ART)


def files() -> dict[str, bytes]:
    """Every file of the sample library: path below ``samples/first-minute`` -> bytes."""
    rain_then = f"Published: 2019-10-01 Updated: 2019-11-12 Words: {count(RAIN[0][1], RAIN[1][1])} Chapters: 2/?"
    return {
        "1-an-old-laptop/lamp.txt": flattened().encode(),
        "1-an-old-laptop/Nine_Kinds_of_Rain.html": rain_archive(2, rain_then).encode(),
        "1-an-old-laptop/FIC The Cartographers Cat.txt": old_mail(),
        "1-an-old-laptop/works_90000077.html": LOGIN_WALL.encode(),
        "2-downloads-from-the-archive/What_the_Lamp_Was_For.html": lamp_archive().encode(),
        "2-downloads-from-the-archive/Nine Kinds of Rain.epub": rain_epub(),
        "3-saved-from-a-blog/what-the-lamp-was-for.html": tumblr_page().encode(),
        "3-saved-from-a-blog/the-keeper.html": KEEPER.encode(),
        "3-saved-from-a-blog/the-keeper_files/keeper.jpg": (
            HERE / "3-saved-from-a-blog/the-keeper_files/keeper.jpg"
        ).read_bytes(),
    }


if __name__ == "__main__":
    for name, data in files().items():
        path = HERE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
