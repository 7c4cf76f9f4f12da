"""Tables of elements: which there are, which stand in a line, which end others, which are not shown."""

from __future__ import annotations

__all__ = [
    "BARRIERS",
    "BLOCK",
    "CLOSED_BY",
    "CLOSES_P",
    "FORMATTING",
    "HEAD",
    "KNOWN",
    "NOT_SHOWN",
    "RAW",
    "SPAN_KINDS",
    "VOID",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID = _words("area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr")

#: Elements whose content is no markup; True: it is text all the same.
RAW = {"script": False, "style": False, "title": True, "textarea": True, "xmp": True, "iframe": False}

HEAD = _words("title meta link base script style noscript template object bgsound basefont")

#: Elements that begin and end a block.
BLOCK = _words(
    "html body address article aside blockquote canvas center dd details dialog dir div dl dt fieldset figcaption figure footer"
    " form frameset h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav noframes ol optgroup option p plaintext"
    " pre search section select summary table caption colgroup tbody td tfoot th thead tr ul xmp title textarea noscript"
    " template lj-cut cut lj-raw"
)

#: Elements in a line of text; ended early by the end of a block they lie in, and then still to be ended.
FORMATTING = _words(
    "a abbr acronym b bdi bdo big blink cite code data del dfn em font i ins kbd label mark nobr q s samp small span strike"
    " strong sub sup time tt u var"
)

#: What the beginning of one of these ends: an open paragraph.
CLOSES_P = BLOCK - _words("html body option optgroup title textarea noscript template td th tr tbody thead tfoot")

#: Beginning one ends an open one of these, up to a barrier.
CLOSED_BY: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "menu", "dir", "table", "td", "th"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl", "table", "td", "th"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl", "table", "td", "th"})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    "td": (frozenset({"td", "th"}), frozenset({"table", "tr"})),
    "th": (frozenset({"td", "th"}), frozenset({"table", "tr"})),
    "thead": (frozenset({"thead", "tbody", "tfoot"}), frozenset({"table"})),
    "tbody": (frozenset({"thead", "tbody", "tfoot"}), frozenset({"table"})),
    "tfoot": (frozenset({"thead", "tbody", "tfoot"}), frozenset({"table"})),
    "option": (frozenset({"option"}), frozenset({"select", "datalist"})),
    "optgroup": (frozenset({"option", "optgroup"}), frozenset({"select"})),
}

#: No end tag of something smaller reaches through these.
BARRIERS = _words("table td th caption button object template")

_SVG_MATHML = (
    "svg g path rect circle ellipse line polyline polygon text tspan textpath defs use symbol clippath lineargradient"
    " radialgradient stop mask pattern filter image foreignobject desc metadata view animate marker"
    " math mi mn mo ms mtext mrow mfrac msup msub msubsup msqrt mroot mtable mtr mtd mover munder munderover mspace mstyle"
    " menclose semantics annotation annotation-xml"
)
#: LiveJournal's and Dreamwidth's own elements, and old ones of browsers and word processors.
_OTHERS = (
    "lj lj-cut lj-user lj-poll lj-embed lj-raw cut user site-embed image comment layer ilayer nolayer multicol spacer server"
    " marquee applet isindex nextid noembed xml bgsound command content element shadow slot rb rbc rp rt rtc ruby picture audio"
    " video source track map object output progress meter datalist legend portal dialog big"
)

#: A tag with another name is not a tag: "<she said>" is text.
KNOWN = (
    VOID | BLOCK | FORMATTING | HEAD | frozenset(RAW) | _words(_SVG_MATHML) | _words(_OTHERS) | _words("head button area legend")
)

#: Elements a reader of the page does not see as text, with the reason given when their text is left out.
NOT_SHOWN = {
    "head": "about the page, for programs",
    "title": "the title of the page",
    "noscript": "shown only where scripts are off",
    "template": "a template for scripts",
    "select": "a menu",
    "datalist": "a menu",
    "button": "a button",
    "textarea": "a field to write in",
    "svg": "a drawing",
    "iframe": "another page shown inside this one",
    "audio": "shown only where sound cannot be played",
    "video": "shown only where films cannot be played",
    "canvas": "shown only where drawings cannot be made",
    "noframes": "shown only where frames are off",
    "noembed": "shown only where plug-ins are off",
    "xml": "data for a word processor",
    "applet": "a program",
}

SPAN_KINDS = {
    **dict.fromkeys(("em", "i", "cite", "dfn", "var"), "emphasis"),
    **dict.fromkeys(("strong", "b"), "strong"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("code", "tt", "kbd", "samp"), "code"),
    "sup": "superscript",
    "sub": "subscript",
}
