"""How fan writers of today credit, warn and disclaim: cues beside those of headers, lists and archives in `cues.py`.

"No beta we die like", gifts, prompts and art; tags to be heeded; what is canon and whose it is. A sentence of a story may hold one of the weaker ones: they count only together, near
other notes, or at the ends of a text.
"""

from __future__ import annotations

from variorum.rescue.cues import Cue, cue

__all__ = ["VOICES"]

_HANDLE = r"@?[A-Za-z0-9][\w.-]{2,30}"
_MADE = r"(?:art|artwork|fan ?art|piece|drawing|comic|picture|edit|gif ?set|painting|sketch|headcanon|post|prompt|photo|moodboard|video|fan ?vid)"

VOICES: tuple[Cue, ...] = (
    # beta readers, or none
    cue(
        "beta betad betaed betaread unbeta unbetad unbetaed",
        r"\b(?:un-?beta(?:[’']?d|ed)?|no beta|not beta(?:[’']?d|ed|[ -]?read)?)\b",
        6.0,
        "note",
    ),
    cue("die", r"\bwe die like\b", 6.0, "note"),
    cue(
        "errors grammar mistakes typos",
        r"\b(?:all|any|remaining|the) (?:\w+ )?(?:mistakes|typos|errors) (?:are|here are|is)?\s?(?:all )?(?:mine|my (?:own|fault))\b|\bmistakes are (?:all )?(?:mine|my)\b|\bsorry (?:for|about) any (?:\w+ ){0,2}(?:mistakes|typos|errors|grammar)\b",
        5.0,
        "note",
    ),
    cue(
        "english grammar isnt language native",
        r"\bEnglish (?:isn[’']?t|is not) my (?:first|native|mother)\b|\bnot my (?:first|native) language\b|\b(?:weird|bad|terrible|any) grammar\b",
        5.5,
        "note",
    ),
    cue("beta", r"\b(?:my|my wonderful|my lovely|my amazing) beta\b", 4.5, "credit"),
    # who it is for and where it comes from
    cue(
        "birthday gift gifted present",
        r"^(?:a )?(?:(?:birthday )?(?:gift|present)|gifted|birthday (?:fic|present))\b.{0,20}\b(?:for|to)\b",
        5.0,
        "credit",
    ),
    cue(
        "^for happy",
        r"^(?:for|happy birthday,?)\s@?(?!(?:a|an|the|once|some|days|years|hours|weeks|months|one|all|now|example|instance|her|his|their|my|your|this|that|it|him|me|us|them|you|two|three|ten|most|nine|five)\b)[\w.-]+(?:,| - |\.$|!$|$| who\b| because\b| as\b| on\b)",
        3.6,
        "credit",
    ),
    cue(
        "bang bingo exchange fest kinkmeme meme prompt prompts request swap",
        r"\b(?:(?:for|from|to|in response to|fill(?:ed|ing)?|filling|answer to|based on|my|the|this|tumblr|anon|these|your|kink ?meme) (?:\w+ ){0,3}(?:prompts?|request|prompt meme|kink ?meme|ask meme)\b|\bprompt (?:from|by|was|fill|is|meme)|(?:take|taking|accepting|send me|filling) (?:\w+ )?prompts\b|(?:exchange|bingo|big bang|mini bang|fest|swap)\b.{0,12}(?:\d{4}|20\d\d|gift|fic|square|fill))",
        4.8,
        "credit",
    ),
    cue("for/prompted/requested/sent/suggested_by", r"\b(?:sent|requested|prompted|asked for|suggested) by\b", 3.2, "credit"),
    cue(
        "based inspired prompted",
        rf"\b(?:inspired|prompted) by\b.{{0,60}}\b{_MADE}\b|\bbased (?:on|off)(?: of)? (?:this|a|an|the|some)?\b.{{0,40}}\b{_MADE}\b|\b(?:inspired|based) (?:by|on) this\b",
        5.0,
        "credit",
    ),
    cue(
        "inspired",
        r"\b(?:this|fic|work|story|it) (?:was|is|were) (?:heavily |loosely |partly |very )?inspired by\b",
        4.6,
        "credit",
    ),
    cue(
        "art artwork fanart illustration illustrations banner graphic graphics podfic cover & by | drew | illustrated/made_this/the/a/some/amazing/beautiful/gorgeous/art/fan/fanart & scene art chapter fic picture piece drawing comic !",
        rf"^(?:the )?(?:\w+ ){{0,3}}(?:art|artwork|fan ?art|illustrations?|banner|graphics?|podfic|cover) (?:is |was )?by\b|\b(?:drew|illustrated|made) (?:this|the|a|some|amazing|beautiful|gorgeous|art|fan ?art)\b.{{0,40}}(?:\b(?:scene|art|chapter|fic|picture|piece|drawing|comic)\b|!)|\b{_HANDLE} drew\b.{{0,30}}[!<:]",
        4.2,
        "credit",
    ),
    cue(
        "podfic podficced remix translated translation",
        r"\bpodfic(?:ced)?\b|\bremix of\b|\btranslat(?:ed|ion) (?:from|into|of)\b.{0,60}\b(?:by|permission|blessing)\b",
        5.0,
        "credit",
    ),
    cue("blessing permission", r"\bwith (?:the )?(?:\w+[’']s )?(?:kind )?(?:permission|blessing)\b.{0,20}$", 3.2, "credit"),
    cue(
        "title titles",
        r"^(?:the )?(?:(?:fic|story|work|chapter) )?titles?(?: is| are| comes| come| was| were)?(?: (?:shamelessly|also|taken|stolen|borrowed|nicked|and \w+)){0,3} (?:from|by|courtesy)\b",
        6.0,
        "credit",
    ),
    cue(
        "epigraph lyrics poem quote quotes song",
        r"^(?:(?:the|all|opening|song|chapter|summary) )*(?:lyrics|quotes?|poem|epigraph|song)\b.{0,60}\b(?:from|by|belongs?|is real|are real)\b",
        4.6,
        "note",
    ),
    cue(
        "gratitude hugs kudos love shout shoutout thank thanks thx ty",
        r"^(?:(?:so|too) much |lots of |all (?:the|my) |much |big |many |huge |special |massive |eternal |endless |a (?:huge|big) )*(?:love|thanks|thank you|kudos|hugs|gratitude|shout ?-?out|thx|ty)\b.{0,12}\b(?:to|for)\b",
        4.2,
        "credit",
    ),
    cue(
        "betaing thank thanks thx u",
        r"\b(?:thank(?:s| you| u)|thx)\b.{0,50}\b(?:beta|betaing|read-?through|looking (?:this|it) over|holding my hand|hand-?holding|cheerlead(?:ing|er|ers)?|brainstorm(?:ing|ed|s)?|enabling|listening to me|encourag(?:ing|ement|ed)|sprint(?:s|ing)?)",
        5.5,
        "credit",
    ),
    cue(
        "brainstormed brainstorming cheerleader cheerleaders cheerleading enabled enabler enablers held holding",
        r"\b(?:cheerlead(?:ing|ers?)|my enablers?|enabled (?:this|me)|held my hand|holding my hand|brainstorm(?:ing|ed) (?:this|with))\b",
        3.8,
        "credit",
    ),
    cue(
        "without_whom/which/you/them/her/him & this mess exist fic unreadable finished",
        r"\bwithout (?:whom|which|you|them|her|him)\b.{0,40}\b(?:this|mess|exist|fic|unreadable|finished)\b",
        3.8,
        "credit",
    ),
    # warnings and what is what
    cue(
        "^+: apply content cw cws include trigger triggers tw tws",
        r"^(?:cws?|tws?|trigger warnings?|triggers|content (?:warnings?|notes?)|content)(?: for\b| ?[:-]| include| apply)",
        7.0,
        "warning",
    ),
    cue(
        "rating tags warnings",
        r"\b(?:heed|mind|check|read|see|please note) (?:the |all (?:the )?)?(?:tags|warnings|rating)\b|\btags (?:are|will be|may|to be) (?:updated|added|change)",
        6.0,
        "warning",
    ),
    cue(
        "canon fix",
        r"\bcanon[- ](?:typical|compliant|divergen(?:ce|t))\b|\bpost-canon\b|\bpre-canon\b|\bfix-it\b",
        5.0,
        "note",
    ),
    cue(
        "angst crack fluff gets plot smut whump",
        r"\b(?:gets dark|mostly (?:fluff|angst|smut|crack)|pure (?:fluff|crack|angst|smut)|(?:fluff|angst|smut|whump) (?:ahead|and|with|incoming)|shameless (?:fluff|smut)|no plot)\b",
        3.6,
        "note",
    ),
    cue(
        "ending endings",
        r"\b(?:there (?:is|will be)|i promise|has) an? happy ending\b|\bhappy endings? (?:eventually|guaranteed|i promise)\b",
        3.8,
        "note",
    ),
    cue(
        "au",
        r"\b(?:modern|college|coffee ?shop|soulmates?|high school|royalty|pirate|hogwarts|roommates|fantasy|space) AU\b|\bAU (?:where|in which)\b",
        5.0,
        "note",
    ),
    cue(
        "spoiler spoilers",
        r"\bspoilers? (?:for|up to|through|ahead|obviously|of|warning)\b|\b(?:contains|no|major|minor|mild|huge) spoilers?\b",
        4.6,
        "note",
    ),
    cue(
        "^+set takes happens picks",
        r"^\(?(?:this (?:is |one[’']s |fic is |chapter is )?)?(?:set|takes place|happens|picks up)\b.{0,60}\b(?:seasons?|episodes?|finale|book|series|movie|film|canon|part|chapter|universe|\d)",
        4.6,
        "note",
    ),
    cue(
        "alternate dream dreams emphasis flashback flashbacks marked pov text texts thoughts view written",
        r"\b(?:POV|point of view) (?:switch(?:es|ed|ing)?|change(?:s|d)?|alternates?)|\b(?:thoughts|flashbacks?|texts?|emphasis|dreams?) (?:are|is|will be) (?:in |marked |written )",
        4.6,
        "note",
    ),
    cue(
        "yourself yourselves & care after | stay/keep_safe | to_home",
        r"\b(?:take care of|look after) yoursel(?:f|ves)\b|\b(?:stay|keep) safe\b|\bhits? (?:too )?close to home\b",
        2.8,
        "warning",
    ),
    # whose they are, and what may be done with them
    cue(
        "repost reposting post posting translate translated translating translation copy upload steal redistribute feed train use & do don please never no & permission work fic stories writing elsewhere anywhere ai goodreads site without ask this | ask & before first | archive & anywhere freely it | permission",
        r"\b(?:do not|don[’']?t|please|never|no) (?:\w+ ){0,3}(?:re-?post(?:ing)?|translat(?:e|ed|ing|ion)|copy|upload|steal|redistribute|feed|train|use (?:this|my|any))\b.{0,60}"
        r"\b(?:permission|works?|fics?|stories|writing|elsewhere|anywhere|ai|goodreads|sites?|without|asking|ask|this)\b|^ask (?:me )?(?:before|first)\b|\bask (?:me )?before (?:archiving|reposting|translating)"
        r"|\barchive (?:anywhere|freely|it wherever)\b|\b(?:blanket|transformative works?) permission\b|\bpermission to (?:podfic|translate|remix|archive)\b",
        5.0,
        "disclaimer",
    ),
    cue(
        "^+: archived brit britpick britpicked britpicker co coauthor coauthors cocreator cocreators cowriter cowriters cowritten cowrittens credit credits translation",
        r"^(?:co-?(?:author|writer|written|creator)s?|brit-?pick(?:ed|er)?|(?:art|cover|photo|image|story) credits?|archived|translation)\b ?(?::|by\b|-)",
        6.0,
        "credit",
    ),
    cue(
        "written",
        r"^written (?:for|as part of|during|because)\b.{0,40}(?:,? who\b|exchange|challenge|fest|meme|$)|^written (?:by|for) @?[\w.-]+\.?$",
        4.6,
        "credit",
    ),
    cue(
        "own & do don didn doesn | rights & all | owner owners creator creators & respective rightful original | sue | profit & no | sandbox | mine & not & never sadly alas sue belong",
        r"\b(?:don[’']?t|do not|didn[’']?t|doesn[’']?t) own (?:any|these|the|them|this|anything|a |it|either)\b|\ball rights (?:belong|go|reserved)\b|\b(?:respective|rightful|original) (?:owners?|creators?)\b|\b(?:don[’']?t|do not) sue\b|\bno profit\b|\bplaying in (?:the|their|someone\w*|\w+[’']s?) sandbox\b|\bnot mine\b.{0,30}\b(?:never|sadly|alas|sue|belong)",
        5.0,
        "disclaimer",
    ),
    cue(
        "belong belongs",
        r"^(?:the |all |these |most )?(?:\w+ ){0,3}(?:characters?|world|settings?|universe|boys|girls|everything|names|places)\b.{0,40}\bbelongs? to\b",
        5.5,
        "disclaimer",
    ),
    cue(
        "coincidental disrespect fiction happened harm offence offense resemblance",
        r"\b(?:work of fiction|any resemblance|purely coincidental|is coincidental|never happened|no (?:offen[cs]e|harm|disrespect) (?:is )?(?:meant|intended))\b",
        5.0,
        "disclaimer",
    ),
)
