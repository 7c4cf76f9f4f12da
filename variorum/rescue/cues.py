"""How people write around a story: cues, each with its weight in favour of *note* (log odds) and its label.

The cues are general habits of archives, lists and blogs, written down from knowledge of them; the weights are
set by hand (`scoring.py` adds them up).

Every cue names its *keys*: words or signs of which one stands in whatever it matches, so that only what holds a key need be searched.
``a_b`` are two words side by side, ``a/b_c`` is short for ``a_c b_c``. Where a key says too little, letters follow behind ``&`` of which some
must stand too; ``|`` parts the ways to write it.
"""

from __future__ import annotations

import re
from itertools import product
from typing import NamedTuple

__all__ = ["CUES", "HEADER", "Cue", "cue"]

#: A label with which headers of stories begin their lines.
HEADER = re.compile(
    r"(?:Title|Author|Fandom|Fandoms|Rating|Rated|Pairing|Pairings|Paring|Ship|Category|Categories|Characters?|Genre|Status|Archive|"
    r"Archived|Distribution|Summary|Spoilers?|Series|Word ?count|Words|Wordcount|Length|Timeline|Setting|Date|Published|Updated|"
    r"Disclaimers?|Warnings?|Trigger warnings?|TW|CW|Content warnings?|Content notes?|Feedback|Comments|Notes?|A/N|AN|Author[’']?s? notes?|"
    r"End notes?|Endnotes?|Beta|Betas|Beta[- ]?read(?:er)?|Prompt|Written for|For|Dedication|Thanks|Acknowledge?ments|Language|Keywords?|Tags?|"
    r"Website|URL|Email|E-mail|Original post|Cover|Artist|Art|Soundtrack|Sequel|Prequel|Chapters?|Classification|Type|Universe)"
    r"(?: (?:\(s\)|by|to|for))?\s?[:~=]\s?",
    re.IGNORECASE,
)


class Way(NamedTuple):
    """A way to write a cue: one of the keys stands in it, and one of each of the other letters."""

    keys: frozenset[str]
    others: tuple[tuple[str, ...], ...]  #: in small letters


class Cue(NamedTuple):
    """A habit of writing: how it looks, how much it weighs, what it says; and the words without which it cannot stand."""

    pattern: re.Pattern[str]
    weight: float
    label: str
    ways: tuple[Way, ...]
    first: bool  #: the key is the first word of the unit
    anchored: bool  #: the pattern stands at the beginning of a unit

    @property
    def keys(self) -> frozenset[str]:
        """Words and signs of which one always stands there."""
        return frozenset[str]().union(*(way.keys for way in self.ways))


def cue(keys: str, pattern: str, weight: float, label: str, flags: int = re.IGNORECASE) -> Cue:
    """A cue with its keys: ``^`` before them when the pattern begins a unit, ``^+`` when the key stands elsewhere.

    Signs are written as they are, but ``FACE`` for a colon or semicolon with something close behind it, ``PIPE`` for ``|``.
    """
    anchored, first = keys.startswith("^"), keys.startswith("^") and not keys.startswith("^+")
    ways = tuple(map(_way, keys.lstrip("^+" if anchored else "").split(" | ")))
    return Cue(re.compile(pattern, flags), weight, label, ways, first, anchored)


def _way(text: str) -> Way:
    keys, *others = text.split(" & ")
    words = (
        "_".join(pair)
        for key in keys.split()
        for pair in (product(*(side.split("/") for side in key.split("_"))) if len(key) > 1 else [(key,)])
    )
    return Way(frozenset(words), tuple(tuple(some.split()) for some in others))


CUES = (
    # headers
    cue(
        "^a an author authors end endnote endnotes note notes",
        r"^[(\[*~]{0,2}(?:A/N|AN|A\.N\.|Author[’']?s? notes?|End ?notes?|Notes?|Author)\b ?[-:~.]",
        7.0,
        "note",
    ),
    cue("^a an", r"^[(\[*]{0,2}(?:A/N|AN)\b", 6.0, "note", 0),
    cue(
        "^author writer note editor",
        r"^[(\[]\s*(?:author|writer|note|editor)\b.{0,30}\b(?:note|interrupts?|here|speaking|interjects?)\b",
        6.0,
        "note",
    ),
    cue("author authors", r"\bauthor[’']?s? (?:interrupts?|notes?|here)\b", 3.0, "note"),
    cue("^disclaimer disclaimers", r"^(?:Disclaimers?)\b ?[-:~]", 7.0, "disclaimer"),
    cue(
        "^warning warnings trigger tw cw content",
        r"^(?:Warnings?|Trigger warnings?|TW|CW|Content (?:warnings?|notes?))\b ?[-:~]",
        7.0,
        "warning",
    ),
    cue("^summary", r"^(?:Summary)\b ?[-:~]", 7.0, "summary"),
    cue("^title author", r"^(?:Title|Author)\b ?[-:~]", 6.0, "title"),
    cue(
        "^fandom fandoms rating rated pairing pairings ship category categories character characters genre status archive archived distribution spoiler spoilers series word wordcount words length timeline setting published updated prompt written language keyword keywords tag tags classification universe complete completed",
        r"^(?:Fandoms?|Rating|Rated|Pairings?|Ship|Category|Categories|Characters?|Genre|Status|Archived?|Distribution|Spoilers?|Series|"
        r"Word ?count|Words|Length|Timeline|Setting|Published|Updated|Prompt|Written for|Language|Keywords?|Tags?|Classification|Universe|Completed?)\b ?[-:~]",
        6.5,
        "meta",
    ),
    cue("^feedback comment comments review reviews", r"^(?:Feedback|Comments?|Reviews?)\b ?[-:~]", 7.0, "feedback"),
    cue(
        "^beta betas betaread betareads betareader betareaders thanks dedication dedicated acknowledgments acknowledgements cover artist art credit credits",
        r"^(?:Beta|Betas|Beta[- ]?read(?:er)?s?|Thanks|Dedication|Dedicated|Acknowledge?ments|Cover|Artist|Art|Credits?)\b ?[-:~]",
        6.5,
        "credit",
    ),
    cue("^original website url email e link", r"^(?:Original post|Website|URL|E-?mail|Link)\b ?[-:~]", 6.5, "link"),
    cue("part", r"^PART \d+ of\b|\bpart \w+ (?:of|in) the .{2,40} (?:series|verse|universe)\b", 6.0, "meta"),
    cue("^+by", r"^.{2,60} by [a-z0-9_-]{4,}$", 3.0, "title", 0),
    # ownership
    cue("own & do don did didn", r"\b(?:do(?:n[’']t| not)|did(?:n[’']t| not)) own\b", 4.5, "disclaimer"),
    cue(
        "own_nothing | not_mine | none_of & belong mine",
        r"\bI own nothing\b|\bown nothing but\b|\bnot mine\b|\bnone of (?:these|this|the|them)\b.{0,40}\b(?:belongs?|mine)\b",
        4.5,
        "disclaimer",
    ),
    cue(
        "belong belongs property owned copyright",
        r"\b(?:belongs?|property of|owned by|copyright)\b.{0,60}\b(?:network|writers?|creators?|owners?|author|me|studio|rowling|company)\b",
        3.5,
        "disclaimer",
    ),
    cue(
        "money profit copyright infringement & no | fun & profit money paying paid | paying",
        r"\bno (?:money|profit|copyright|infringement)\b|\bnot? (?:making|make|made) (?:any )?(?:money|profit)\b|\bfor fun\b.{0,30}\b(?:profit|money|paying|paid)\b|\b(?:nobody|no one) is paying\b",
        4.5,
        "disclaimer",
    ),
    cue(
        "borrowed_them borrowing_them | play/playing_with/in | put_them",
        r"\bborrow(?:ing|ed) them\b|\bplay(?:ing)? (?:with them|in (?:their|someone))|\bput them back\b",
        3.0,
        "disclaimer",
    ),
    # thanks and credits
    cue(
        "beta betad betaed betas betaing betaread betareader betareading betareaders",
        r"\bbeta(?:[’']?d|ed|s|ing|[- ]?read(?:er|ing|ers)?)?\b",
        4.0,
        "credit",
    ),
    cue(
        "beta betad betaed unbeta unbetad unbetaed mistakes errors typos",
        r"\b(?:un-?beta(?:[’']?d|ed)\b|mistakes (?:are|that are|left)|(?:all|any) (?:remaining )?(?:mistakes|errors|typos)\b)",
        4.0,
        "note",
    ),
    cue(
        "thank thanks kudos shout shoutout hugs love & read review comment cheer support letting help betaing patience encourag feedback",
        r"\b(?:thank(?:s| you)|kudos|shout[- ]?out|hugs|love)\b.{0,40}\b(?:to|for)\b.{0,80}\b(?:read|review|comment|cheer|support|letting|help|reading|reviewing|betaing|patience|encourag|feedback)",
        4.5,
        "credit",
    ),
    cue(
        "^many huge big special so lots much thanks thank",
        r"^(?:(?:many|huge|big|special|so many|lots of|much) )?(?:thanks|thank you)\b.{0,12}\bto\b",
        3.5,
        "credit",
    ),
    cue("thank thanks & reading", r"\bthank(?:s| you)\b.{0,30}\bfor reading\b", 5.0, "note"),
    cue("inspired prompted", r"\b(?:inspired|prompted) by\b", 3.0, "credit"),
    cue(
        "cover art artwork banner drawing picture illustration fanart painting sketch podfic comic & by from",
        r"\b(?:cover|art|artwork|banner|drawing|picture|illustration|fanart|painting|sketch|podfic|comic)\b.{0,60}\b(?:by|from)\b",
        2.6,
        "credit",
    ),
    cue(
        "title lyrics quote song",
        r"\b(?:title|lyrics|quote|song)\b.{0,40}\b(?:comes?|is|are|taken|stolen|borrowed|shamelessly)\b.{0,20}\b(?:from|by)\b",
        4.0,
        "credit",
    ),
    cue("known k ak ka aka", r"\b(?:also known as|a\.?k\.?a\.?)\b", 2.5, "credit"),
    cue("@", r"(?<![\w/.])@\w{3,}", 4.5, "credit"),
    cue(
        "written",
        r"\bwritten for\b.{0,60}\b(?:exchange|challenge|fest|bang|prompt|birthday|week|day|round|swap)\b",
        4.5,
        "credit",
    ),
    cue("gift present birthday dedicated", r"\b(?:gift|present|birthday) (?:fic|for|present)\b|\bdedicated to\b", 3.0, "credit"),
    cue("translated translation", r"\btranslat(?:ed|ion) (?:by|of|from|into)\b", 3.0, "credit"),
    cue(
        "^written made done drawn prompt prompted art beta betaed betad cover podfic banner requested suggested",
        r"^(?:written|made|done|drawn|prompt(?:ed)?|art|beta(?:ed|[’']d)?|cover|podfic|banner|requested|suggested) (?:for|by)\b",
        4.6,
        "credit",
    ),
    # links and sites
    cue(
        "/ www com org net example uk info",
        r"https?://|\bwww\.|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|example|co\.uk|info)\b",
        6.0,
        "link",
    ),
    cue(
        "tumblr livejournal dreamwidth ao archive fanfiction ff ffn deviantart wattpad twitter discord pillowfort blog",
        r"\b(?:tumblr|livejournal|dreamwidth|ao3|archive of our own|fanfiction\.net|ffn?\.net|deviantart|wattpad|twitter|discord|pillowfort|blog)\b",
        4.0,
        "link",
    ),
    cue(
        "crossposted xposted also originally posted repost reposted",
        r"\b(?:cross-?posted|x-?posted|also (?:posted|on|up)|originally (?:posted|written|published)|first posted|posted (?:this|it|to|on|at)|repost(?:ed)?)\b",
        3.5,
        "link",
    ),
    cue(
        "talk chat hi scream yell find join & come feel say",
        r"\b(?:come|feel free to|say) (?:and )?(?:talk|chat|say hi|hi|scream|yell|find me|join me)\b",
        3.0,
        "link",
    ),
    cue(
        "version | since_i & first | rewrote wrote reworked rework revised edited tweaked & sentence word paragraph scene chapter bit",
        r"\b(?:this|the) version\b|\bsince I first (?:put|posted)|\b(?:re-?wrote|reworked|rework|revised|edited|tweaked)\b.{0,40}\b(?:sentence|word|words|paragraph|scene|chapter|bits?)\b",
        3.5,
        "note",
    ),
    # readers
    cue(
        "review reviews comment comments kudos feedback concrit criticism flame flames",
        r"\b(?:reviews?|comments?|kudos|feedback|concrit|criticism|flames?)\b.{0,60}\b(?:welcome|please|love|loved|appreciated|faster|leave|make|makes|feed|used|food|live)\b",
        5.0,
        "feedback",
    ),
    cue(
        "review comment & please pls plz and r | read_and | r | leave",
        r"\b(?:please|pls|plz|and|r)\b.{0,14}\b(?:review|comment|r ?& ?r)\b|\bread (?:and|&) review\b|\bR&R\b|\bleave (?:a|one|me|some) ?(?:comment|review|note|kudos)?\b(?=.{0,12}$|.{0,30}:\))",
        4.0,
        "feedback",
    ),
    cue(
        "me_know & th like | tell_me & th",
        r"\blet me know (?:what|if|how)\b.{0,30}\b(?:you )?(?:thought|think|liked?|thoughts)\b|\btell me what you th(?:ink|ought)\b",
        4.0,
        "feedback",
    ),
    cue(
        "hope_you glad_you & enjoy like",
        r"\b(?:hope|glad) you(?: all| guys)?(?:[’']ll)? (?:enjoy|enjoyed|like|liked)\b",
        4.0,
        "note",
    ),
    cue(
        "who_reviewed/commented/has/have/read/left/favourited/favorited/followed",
        r"\b(?:everyone|anyone|those|all of you|people|you all|you guys) who (?:reviewed|commented|has read|have read|read|left|favou?rited|followed)\b",
        5.0,
        "note",
    ),
    cue(
        "reader readers reviewer reviewers lurker lurkers subscriber subscribers",
        r"\b(?:readers?|reviewers?|lurkers?|subscribers?)\b",
        1.8,
        "note",
    ),
    # the author about the writing
    cue(
        "chapter fic fanfic story oneshot shot drabble ficlet update installment instalment epilogue sequel series verse au fandom",
        r"\b(?:this|that|the|my|next|last|first|previous|new|short|long|each) (?:chapter|fic|fanfic|story|oneshot|one-shot|drabble|ficlet|update|instal?lment|epilogue|sequel|series|verse|AU|fandom)\b",
        2.6,
        "note",
    ),
    cue(
        "fic fics fanfic fanfiction fandom canon au ooc oneshot shot drabble headcanon wip slash crossover ficlet bunny plotbunny muse angst fluff comfort pov oc",
        r"\b(?:fic|fics|fanfic|fanfiction|fandom|canon|AU|OOC|oneshot|one-shot|drabble|headcanon|WIP|slash|crossover|ficlet|plot ?bunny|muse|angst|fluff|hurt/comfort|POV|OC)\b",
        3.2,
        "note",
    ),
    cue(
        "chapter chapters part parts update updates epilogue epilogues sequel sequels & be coming up soon next posted friday monday week written",
        r"\b(?:chapter|part|update|epilogue|sequel)s?\b.{0,50}\b(?:will be|coming|up|soon|next|posted|friday|monday|weekend|week|written)\b",
        2.6,
        "note",
    ),
    cue("cliff cliffhang cliffhangs cliffhanger cliffhangers cliffhanging", r"\bcliff-?hang(?:er|ers|ing|s)?\b", 3.0, "note"),
    cue(
        "sorry apolog & long late delay wait update short cliff took",
        r"\b(?:sorry|apolog)\b.{0,60}\b(?:long|late|delay|wait|update|short|cliff|took)\b",
        3.4,
        "note",
    ),
    cue(
        "set/place/happens_after/before/between/during/in & season episode chapter book series film movie finale canon",
        r"\b(?:set|takes place|happens) (?:after|before|between|during|in)\b.{0,40}\b(?:season|episodes?|chapter|book|series|film|movie|finale|canon)\b",
        4.5,
        "note",
    ),
    cue("spoiler spoilers season episode episodes", r"\b(?:spoilers?|season|episodes?)\b", 2.0, "note"),
    cue(
        "first/last_attempt/try/fic | first/last_time & writing | be_kind/nice/gentle",
        r"\b(?:first|last) (?:attempt|try|time writing|fic)\b|\bbe (?:kind|nice|gentle)\b",
        2.4,
        "note",
    ),
    cue(
        "wrote write writing written posted posting update updated rewrote typed & i",
        r"\bI(?:[’'](?:m|ve|ll|d))?\b.{0,50}\b(?:wrote|write|writing|written|posted|posting|updated?|rewrote|typed)\b",
        1.8,
        "note",
    ),
    cue(
        "before_you | on_with | without_further | here_you/we/goes | enjoy",
        r"\b(?:before you (?:start|read)|on with the (?:show|story|fic|chapter)|without further ado|here (?:you go|we go|goes\b)|enjoy[!.])",
        3.2,
        "note",
    ),
    cue(
        "scene timeskip skip flashback bit",
        r"\b(?:next scene|scene|time ?skip|flashback|this bit|next bit|last bit|skip (?:to|it|this))\b",
        1.6,
        "note",
    ),
    cue(
        "trigger triggers tw cw squick nsfw death graphic con noncon dubcon",
        r"\b(?:triggers?|trigger warning|tw|cw|squick|nsfw|character death|graphic|non-?con|dub-?con)\b",
        2.8,
        "warning",
    ),
    cue(
        "FACE < ^ xd xdd xddd xdddd xddddd o lol",
        r"(?:^|\s)(?::-?\)|;-?\)|:-?D|:P|<3|[xX]D{1,5}\b|\^_\^|o\.O|lol\b|LOL\b)",
        3.0,
        "note",
        0,
    ),
    cue("^+( [", r"^[(\[].{6,400}[)\]]$", 1.4, "note"),
    cue("^+*", r"^\*\w+s\*", 3.6, "note"),
    # furniture
    cue(
        "^the fin end finis tbc to owari",
        r"^[~*\-–—. ]*(?:the end|fin|end|finis|tbc|to be continued|owari|end of (?:part|chapter).{0,12})[~*\-–—.! ]*$",
        4.4,
        "boiler",
    ),
    cue(
        "^back return go previous next top continue",
        r"^(?:back to|return to|go to|previous|next|top of|continue to)\b.{0,30}(?:index|top|chapter|page|list|main|home|story|stories|part)?$",
        3.6,
        "boiler",
    ),
    cue(
        "^posted published submitted updated filed tagged uploaded archived",
        r"^(?:posted|published|submitted|updated|filed|tagged|uploaded|archived) (?:by|on|at|in|under)\b",
        5.2,
        "boiler",
    ),
    cue(
        "^+0 1 2 3 4 5 6 7 8 9",
        r"^[0-9][\d,.]* (?:notes?|comments?|kudos|reviews?|hits|bookmarks|likes?|views?|reblogs?|words)\b",
        5.5,
        "boiler",
    ),
    cue(
        "log login sign signup subscribe unsubscribe bookmark permalink reblog share terms rights webmaster",
        r"\b(?:log ?in|sign ?up|subscribe|unsubscribe|bookmark|permalink|reblog|share this|terms of service|all rights reserved|webmaster)\b",
        3.0,
        "boiler",
    ),
    # answers to reviews: a name and a colon, the text in small letters
    cue("^+:", r"^(?:[a-z][\w-]{3,}|[A-Z][a-z]+[\w-]*\d\w*|Guest|Anon(?:ymous)?|\w+_\w+)\s?: ", 4.6, "reply", 0),
    cue("_ 0 1 2 3 4 5 6 7 8 9", r"\b[a-z]+_[a-z0-9]+\b|\b[a-z]{4,}[0-9]{1,4}\b", 2.2, "credit", 0),
)
