"""The words by which notes speak of people, pictures, sites and copies. Data only; all our own."""

from __future__ import annotations

import re
from typing import Any, cast

from variorum.addresses import SITES

__all__ = ["ART", "COMMON", "FILLERS", "NOT_NAMES", "PARTICLES", "PURPOSES", "SITE", "TEXTS", "between", "expression"]


_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn", "flags", "groups", "groupindex")


def expression(pattern: str, flags: int = 0) -> re.Pattern[str]:
    r"""Compiles an expression of a rule: ``\s+`` and ``\s*`` take six characters of white space at most.

    Several of them in a row over a long run of spaces would try every way of sharing it out.
    """
    return cast("re.Pattern[str]", _Later(pattern.replace(r"\s+", r"\s{1,6}").replace(r"\s*", r"\s{0,6}"), flags))


class _Later:
    """An expression that is compiled when it is first used: most texts need few of them, and all together take a tenth of a second."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._flags)
        # From now on they are attributes of its own, found without asking here.
        self.__dict__.update({method: getattr(compiled, method) for method in _METHODS})
        return self.__dict__[name]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Things that are drawn, painted, cut: their maker is an artist.
ART = (
    r"(?:(?:fan|cover|title)[ -]?)?(?:art(?:work)?s?|pictures?|pics?|drawings?|illustrations?|paintings?|sketch(?:es)?|comics?"
    r"|doodles?|photo(?:set|manip|graph)?s?|gif(?:set)?s?|edits?|mood ?boards?|images?|prints?|watercolou?rs?|portraits?"
    r"|banners?|graphics?|posters?|covers?|tattoo designs?|dividers?|headers?|icons?|collages?|aesthetics?)"
)
#: Things that are written, filmed or said: their maker is an author.
TEXTS = r"(?:fan)?(?:fics?|fictions?|stor(?:y|ies)|works?|(?:text )?posts?|tweets?|toots?|skeets?|head ?canons?|poems?|ficlets?|drabbles?|thread|au|meta)"

#: What stands between a cue and the name it is about.
FILLERS = _words(
    "the my our a an this that these those always ever ever-patient very most so also dear dearest lovely wonderful amazing fabulous fantastic"
    " incredible talented brilliant gorgeous awesome beautiful patient sweet great marvellous marvelous fellow friend friends best good"
    " artist artists author authors writer user tumblr tumblrs beta betas beta-reader beta-readers betareader reader readers editor"
    " translator podficcer person people incomparable inimitable superb splendid glorious magnificent kind generous darling excellent"
    " both long-suffering tireless endlessly infinitely super extremely truly really ridiculously absolutely"
    " lj dw ao3 blogger livejournal dreamwidth twitter deviantart deviantartist prompter requester giftee recipient deviant"
    " archivist inimitable equally slightly wildly utterly unbelievably ever-wonderful ever-lovely marvellously lovelies eternally phenomenal stunning delightful charming clever famous skilled cool only"
)

#: Words that stand where a name could and are none, whatever their letter case.
NOT_NAMES = _words(
    "i i'm i've i'll i'd me you he she it we they us them him her his hers their theirs your yours mine my its this that these those there here"
    " who whom whose which what when where why how everyone everybody anyone anybody someone somebody nobody none no one all any some"
    " each both many much more most other others another anonymous anon guest the a an and or but if so as at by for from in into of off on onto out over to up"
    " with without not yes please sorry thanks thank hello hi hey ok okay well now then just only again also too very really is are was"
    " were be been being am do does did done has have had will would can could should may might must let lets let's don't doesn't"
    " mistakes all any the comments kudos reviews review reading readers reviewers lovely people guys folks y'all friends family mum mom dad sister brother"
    " husband wife cat dog god life love permission itself myself yourself himself herself themselves each first last next part chapter"
    " title summary rating fandom warnings warning pairing characters note notes disclaimer spoilers series archive feedback category"
    " status words word count monday tuesday wednesday thursday friday saturday sunday january february march april june july august"
    " september october november december today tomorrow yesterday christmas yuletide english french german spanish russian chinese italian"
    " originally previously recently finally initially formerly eventually apparently actually accidentally probably literally obviously grammarly spellcheck chatgpt google spite caffeine coffee"
    " finnish japanese korean polish portuguese swedish norwegian danish dutch czech hungarian"
)

#: Lower-case words that follow "by", "for", "from", "to" in ordinary prose; a plain lower-case name must not be one of them.
COMMON = _words(
    "thing things one two three accident actual ages all another anything asking author bad being bed black blood blue books boredom bus canon car chance choice"
    " coffee cold colour comics computer course daily dark dawn day days death definition default dinner dreams dreaming driving"
    " email episode episodes evening events everything example eyes face fact fall fandom fanfic fans far fear fiction film films fire fun"
    " fluff future general getting giving going grief half hand hands heart herself history home hope hours ideas inspiration instinct"
    " italics kissing last late later law letter life light listening living long looking love luck magic making mail memory midnight mistake moonlight"
    " morning most movie movies music name nature necessity nice night nothing now old once others ours others pain people pictures"
    " plane players post posts prompt prompts putting rain reading real reason request rights rules saying sea season sheer sitting sleep"
    " snow something song songs spring stories storm story such summer talking telling text that thinking time times today tonight"
    " touch train travel true truth two us using various waiting walking war watching water way week weeks what whatever when"
    " whim wind winter work works writing year years young accounts ages always anyone archiving art beginning better birthday"
    " breakfast cheering chapter chapters clarity clothes cookies commas context corrections details discussion editing encouragement encouraging ever"
    " everything feedback fics fixing food friends good grammar hugs help helping hints hurt inspiring keeping kicks lending letting like lunch mistakes money moral"
    " mutual mutuals never one patience peace podfic pointing posting practice profit purposes putting questions readers research reviewing"
    " reviews room shame sharing short show shows silly smut someone spelling starters sticking suggestions support supper sure taking tea"
    " teaching tears textiles themes translation translating trying tumblr twitter typos understanding warm warnings whoever word words wonderful"
    " worse you written used read lost done drawn made posted cover covers art asked edited recorded translated inspired based found available here there both together separately candlelight lamplight firelight cheerleading beta betaing extraordinaire spite caffeine insomnia grammarly someone somebody strangers chance committee popular demand"
)

PARTICLES = _words("of the de la le du van von der den da di del dos y af av bin ibn al el ter zu")

#: What somebody is thanked for, and what that makes of them; the first that fits.
PURPOSES: tuple[tuple[str, str], ...] = (
    (r"brit-?pick", "britpicker"),
    (
        r"beta|proof-?read|\bread(?:ing)? (?:this|it|over|through|the)|look(?:ing|ed)? (?:this |it )?over|commas?\b|grammar|spelling|typos?|drafts?\b|edit(?:ing|ed|s)\b",
        "beta",
    ),
    (r"cheer|encourag", "cheerleader"),
    (r"podfic|record(?:ing|ed)", "podficcer"),
    (r"(?<!me )(?<!us )translat(?!e this)(?!e it)", "translator"),
    (r"\bprompt|\bidea|request|suggest|plot ?bunn", "prompter"),
    (rf"\b{ART}\b|\bdrew\b|illustrat", "artist"),
)

_SITE_WORDS = sorted({word for site in SITES for word in (site.name, *site.words)}, key=lambda w: (-len(w), w))
#: A site as a person calls it.
SITE = "(?=[A-Za-z])(?:" + "|".join(word.replace(".", r"\.").replace(" ", r"\s?") for word in _SITE_WORDS) + r")(?![\w-])"


def between(most: int) -> str:
    """Up to so many characters of one clause, as few as will do."""
    return rf"[^.,;:!?()\[\]\n]{{0,{most}}}?"
