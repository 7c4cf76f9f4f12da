"""How fan writers of today speak to their readers, and of their own writing: cues beside those of `cues.py` and `voices.py`.

Thanks, comments, updates, where else to find them, and what the page itself adds.
"""

from __future__ import annotations

from variorum.rescue.cues import Cue, cue

__all__ = ["READERS"]

_WORK = r"(?:fics?|fanfics?|stor(?:y|ies)|chapters?|one-?shots?|drabbles?|ficlets?|works?|verse|au|series|parts?|thing|piece|mess|monstrosity)"

READERS: tuple[Cue, ...] = (
    # readers
    cue(
        "comment comments concrit constructive crit feedback kudos review reviews",
        r"\b(?:comments?|kudos|reviews?|feedback|con-?crit|constructive criticism)\b.{0,40}\b(?:welcome|appreciated?|love[ds]?|make|makes|made|feed|fuel|give[sn]?|sustain|keep|help|my (?:life|day|soul|heart)|life(?:blood)?|gold|cookies|motivat(?:e|es|ing|ion|ed)|happy|are (?:the|my|always|so|very|like|food)|is (?:the|my|always|so|very|food))\b",
        5.6,
        "feedback",
    ),
    cue(
        "comment comments cry feedback kudos review reviews scream shout yell",
        r"\b(?:leave|drop|leaving|dropping|consider|considering|send|write|give|post) (?:me )?(?:a |an |some |any |your |me )*(?:\w+ )?(?:comments?|kudos|reviews?|feedback)\b|\bin the comments?\b|\b(?:scream|yell|cry|shout) (?:at|with) me\b",
        5.0,
        "feedback",
    ),
    cue(
        "live/thrive/survive/run/feed_on/for/off",
        r"\b(?:i )?(?:live|thrive|survive|run|feed) (?:on|for|off) (?:feedback|comments|reviews|validation|your|kudos|it)\b",
        5.4,
        "feedback",
    ),
    cue(
        "to_hear/know & what your how from | me_know | tell_me | what_did/do & think",
        r"\b(?:love|like|want|happy|dying|curious|nervous) to (?:hear|know) (?:what|your|how|from)\b|\b(?:let me know|tell me) (?:your thoughts|what (?:you|u|y[’']?all)|if (?:you|u|there|i|anyone|it)|in the)\b|\bwhat (?:did|do) (?:you|u|y[’']?all) (?:guys )?think\b",
        4.0,
        "feedback",
    ),
    cue("me_know", r"\blet me know\b", 2.2, "feedback"),
    cue(
        "^+enjoy/enjoyed/hate/hated/like/liked/love/loved_it/this",
        r"^(?:did )?(?:you )?(?:liked?|loved?|hated?|enjoy(?:ed)?) (?:it|this)\?",
        4.0,
        "feedback",
    ),
    cue(
        "if_you/u & enjoy like love more",
        r"\bif (?:you|u) (?:enjoyed|liked|loved|like|enjoy|want(?:ed)? more)\b",
        3.0,
        "feedback",
    ),
    cue(
        "replying answering responding replies comments & bad terrible slow behind | read_every/all/each",
        r"\b(?:bad|terrible|slow|behind) (?:at|with|on) (?:replying|answering|responding|replies|comments)\b|\bread (?:every|all|each)(?: single)?(?: of)? (?:one|them|comment)\b",
        3.6,
        "feedback",
    ),
    cue(
        "thank thanks thx ty u",
        r"\b(?:thank(?:s| you| u)|thx|ty)\b.{0,30}\b(?:for )?(?:reading|read this|stopping by|clicking|sticking|all your|your (?:comments|patience|support|kind)|being here|the (?:kind|lovely) )",
        5.0,
        "note",
    ),
    cue(
        "thanks thank/love/bless_you & all everyone guys much & coming sticking support patience comment kudos ride reading following reviewed",
        r"\b(?:thank you|thanks|love you|bless you)\b.{0,20}\b(?:all|everyone|guys|so much)\b.{0,50}\b(?:coming|sticking|support|patience|comments?|kudos|ride|reading|following|commented|reviewed)\b",
        5.0,
        "note",
    ),
    cue(
        "^+again all darlings everybody everyone folks friends guys lovelies peeps yall",
        r"^(?:hi+|hey+|hello|heya|hiya|so|okay|ok|well|sorry|thanks|welcome back|good news|happy \w+)[ ,!]+(?:\w+ ){0,2}(?:guys|folks|y[’']?all|everyone|everybody|lovelies|friends|peeps|darlings|all|again)\b",
        5.0,
        "note",
    ),
    cue("guys", r"\b(?:you|u|love|ily) guys\b", 2.4, "note"),
    cue(
        "hope hoping & enjoy like love worth ok good",
        r"\b(?:hope|hoping) (?:that )?(?:you|u|ya|y[’']?all|everyone|you[’']?ll|this|it)\b.{0,24}\b(?:enjoy|like|love|worth|ok|okay|good)\b",
        3.6,
        "note",
    ),
    cue("enjoy", r"^(?:please )?(?:(?:anyway|so|and|now|but),? )*enjoy(?: [\w ]{1,20})?\s?[!.~<:♥❤)]*$", 5.0, "note"),
    cue(
        "btw fyi haha hahaha hahahaha idk ikr ily imo lmao lmk lol ngl omg pls plz tbh uwu whoops",
        r"\b(?:lol|lmao|haha(?:ha)?|omg|idk|tbh|btw|ily|ngl|imo|fyi|lmk|pls|plz|ikr|uwu|whoops)\b",
        2.8,
        "note",
    ),
    cue("FACE < ♥ ❤", r"<3|[♥❤]|(?::|;)-?[)(DP](?=\s|$)|:'\(", 3.0, "note"),
    # the writer about the writing
    cue(
        "delay hiatus post posted posting posts update updated updates updating wait",
        r"\b(?:(?:sorry|apolog(?:y|ies|ise|ize|ising|izing))\b.{0,60}\b(?:wait|delay|updat(?:e|es|ed|ing)|post(?:s|ed|ing)?|hiatus)|(?:double|slow|next|new|regular|weekly|sporadic|irregular|last) updates?|updates? (?:every|on|will|schedule|may|might|today|soon)|will (?:be )?updat(?:e|es|ed|ing)|update (?:every|on|again|soon|weekly))\b",
        5.0,
        "note",
    ),
    cue(
        "sorry apologies & wait delay update hiatus cliff cliffhanger chapter not",
        r"\b(?:sorry|apologies)\b.{0,30}\b(?:wait|delay|update|hiatus|cliff ?-?hanger|short chapter|not sorry)\b",
        5.0,
        "note",
    ),
    cue(
        "my_draft/drafts/wip/wips/google/notes/phone/head | posting & phone",
        r"\b(?:in|from) my (?:drafts?|wips?|wip folder|google docs?|notes app|phone|head)\b.{0,60}\b(?:since|for|so|forgive|weeks|months|years|ages)\b|\bposting (?:this )?from my phone\b",
        5.0,
        "note",
    ),
    cue(
        "idea scene image line & had got | stuck & head",
        r"\b(?:had|got) (?:this|the|an) (?:idea|scene|image|line)\b.{0,40}\b(?:head|brain|weeks|months|years|leave me alone|wouldn[’']?t)\b|\bstuck in my head\b",
        3.4,
        "note",
    ),
    cue(
        "wrote written finished posted done & thing fic stor chapter shot drabble work verse au series part piece mess monstrosity | writing/typing/finishing/editing_this/it/that/the | i_wrote/finished/started",
        rf"\b(?:this|first|last|next|it)\b.{{0,30}}\b(?:thing|{_WORK}) (?:i(?:[’']?ve)?|that i(?:[’']?ve)?) (?:\w+ )?(?:wrote|written|finished|posted|done)\b|\b(?:while|when|after) (?:i was )?(?:writing|typing|finishing|editing) (?:this|it|that|the (?:last|first|next))\b|\bi (?:wrote|finished|started) (?:this|it) (?:in|at|on|while|during|instead|for|because)\b",
        4.2,
        "note",
    ),
    cue(
        "supposed_to meant_to & words short shot drabble fluff funny k | got_away/out/so/longer",
        r"\b(?:this|it) (?:was|is) (?:only )?(?:supposed|meant) to be\b.{0,40}\b(?:words|short|one-?shot|drabble|fluff|funny|k)\b|\bgot (?:away from me|out of hand|so long|longer)\b",
        4.0,
        "note",
    ),
    cue(
        "@ blame",
        r"\bblame (?:the|my|tumblr|this|it on|twitter|discord|@)\b.{0,30}(?:chat|server|discord|twitter|tumblr|friends?|brain|@\w+|song|gif|post)",
        3.6,
        "note",
    ),
    cue(
        "uni/school/college/work/finals/exam/exams/life/rl/job/semester_has/have/had/got/is/was/happened/ate/kicked/came/get/gets/kicking",
        r"\b(?:uni|school|college|work|finals|exams?|real life|life|rl|my job|the semester) (?:has|have|had|got|is|was|happened|ate|kicked|came|gets?|kicking)\b.{0,40}\b(?:me|my|way|busy|crazy|hectic|ass|butt|over)\b",
        3.8,
        "note",
    ),
    cue(
        "chapter installment instalment part upcoming update",
        r"\b(?:next|last|this|final|new|previous|first|second|upcoming) (?:chapter|part|update|instal?lment)\b.{0,60}\b(?:up|soon|posted|ready|longer|shorter|short|weekend|tomorrow|friday|monday|tuesday|week|written|going|will|was|is|should|hopefully|promise)\b",
        4.0,
        "note",
    ),
    cue(
        "see_you/ya/u/y/yall & chapter part week time update friday monday one",
        r"\bsee (?:you|ya|u|y[’']?all)\b.{0,20}\b(?:next|soon|in the|on)\b.{0,30}\b(?:chapter|part|week|time|update|friday|monday|one)\b",
        4.0,
        "note",
    ),
    cue(
        "add companion continue expand fic follow prequel second sequel timestamp",
        r"\b(?:sequel|prequel|companion (?:piece|fic)|follow-up|timestamp|second part)\b|\b(?:continue|add to|expand) this\b",
        3.2,
        "note",
    ),
    cue(
        "is_complete/finished/done/a/on/now & complete finished done wip hiatus",
        rf"\b(?:this )?{_WORK} is (?:now )?(?:complete|finished|done|a wip|on hiatus)\b",
        4.4,
        "note",
    ),
    cue(
        "to_read to_have & need have & do | standalone | alone & can works reads | more_sense",
        r"\b(?:don[’']?t|do not) (?:need|have) to (?:have )?read\b|\b(?:can be|works as|reads as) (?:read )?(?:as )?(?:a )?(?:stand-?alone|alone)\b|\bmake more sense if\b",
        5.0,
        "note",
    ),
    cue(
        "chapter fic listened listening loop playlist repeat soundtrack",
        r"\b(?:listened to|listening to|playlist|soundtrack|on repeat|on loop)\b.{0,60}\b(?:writ(?:e|ing|ten)|this|fic|here|chapter)\b|^playlist\b",
        3.6,
        "note",
    ),
    cue(
        "googled research researched",
        r"\b(?:did|done|so much|too much|way too much|zero|no|some) research\b|\bi (?:googled|researched)\b",
        3.2,
        "note",
    ),
    cue("fun", r"^fun fact\b", 3.6, "note"),
    cue(
        "edit edited eta nb p ps psa update updated",
        r"^(?:edit(?:ed)?|eta|updated?|p\.?s\.?|psa|nb)(?: ?[:.,-]| \d| to\b| on\b)",
        5.0,
        "note",
    ),
    cue(
        "error errors formatting mistake mistakes spotted tense timeline typo typos",
        r"\b(?:fix(?:ed|ing)?|correct(?:ed)?|spotted|catch|caught) (?:a |an |the |some |any |that |my )?(?:\w+ )?(?:typos?|mistakes?|timeline|formatting|tense|errors?)\b",
        4.0,
        "note",
    ),
    cue(
        "ramble rambles rambling",
        r"\b(?:enough|sorry for the|i[’']?m|stop) rambl(?:ing|e)\b|\brambl(?:ing|es?) (?:over|aside|done)\b",
        3.6,
        "note",
    ),
    cue(
        "heres here_is/s | show story chapter fic & on | here_you/u/ya",
        r"\bhere(?:[’']?s| is) (?:the|another|a new|chapter|part)\b.{0,24}\b(?:chapter|update|part|fic|one|\d)\b|\bon (?:to|with) (?:the )?(?:show|story|chapter|fic)\b|\bhere (?:you|u|ya) go\b",
        4.2,
        "note",
    ),
    cue(
        "bonus cookie cookies reference",
        r"\b(?:yes,? )?that(?:[’']?s| is| was) a (?:\w+ )?reference\b|\bbonus points if\b|\bcookies? (?:if|for|to)\b",
        3.2,
        "note",
    ),
    cue("heads headsup", r"^(?:just a )?(?:quick )?heads[- ]?up\b", 4.4, "note"),
    cue(
        "drabble drabbles febuwhump flufftober inktober kinktober nanowrimo whumptober",
        r"\b(?:drabbles?|whumptober|kinktober|flufftober|febuwhump|nanowrimo|inktober)\b",
        4.0,
        "note",
    ),
    cue("^+k word words", r"^~?\d[\d.,]*(?:\s?k)?\s(?:words?)\b|^~?\d[\d.,]*\s?(?:words?|k)\b.{0,40}$", 4.0, "meta"),
    cue(
        "^+: chapter count fandom length pairing pairings relationship relationships tags verse wordcount",
        r"^(?:Relationships?|Additional tags|Chapter (?:summary|title|warnings?)|Length|Fandom|Pairings?|Word ?count|Verse|Tags)\b ?[:~=-]",
        6.5,
        "meta",
    ),
    cue("^+summary in_which", r"^(?:chapter )?summary ?[:~-]|^in which\b", 4.0, "meta"),
    cue(
        "rated rating",
        r"\b(?:rated|rating) (?:G|T|M|E|K\+?|PG(?:-?13)?|R|NC-?17|Gen|Teen|Mature|Explicit)\b",
        4.4,
        "meta",
    ),
    # where else
    cue(
        "/ : @ archive blog bluesky discord dreamwidth dw ff ffn insta instagram livejournal lj pillowfort server tumblr twitter wattpad",
        r"\b(?:come|find|follow|scream|yell|talk|chat|visit|catch|say (?:hi|hello)|hang out|hmu|join|ping)\b.{0,40}\b(?:tumblr|twitter|discord|bluesky|blog|instagram|dreamwidth|livejournal|pillowfort|lj|dw|server|insta)\b|^(?:my )?(?:tumblr|twitter|discord|bluesky|insta(?:gram)?|dreamwidth|dw|lj)\b ?[:@/-]|\b(?:on|to|from|over on|at) (?:my )?(?:ffn|lj|dw|wattpad|ff\.net|the archive)\b",
        5.6,
        "link",
    ),
    cue(
        "come",
        r"\bcome (?:and )?(?:yell|scream|cry|talk|chat|say hi|find|hang|bother|bug|squee|flail) ?(?:at|to|with|me|hi)?\b",
        4.6,
        "link",
    ),
    cue(
        "crosspost crossposted crossposting post posted posting reblog rebloggable xpost xposted xposting",
        r"\brebloggable\b|\breblog\b|\b(?:cross|x)-?post(?:ed|ing)?\b",
        5.0,
        "link",
    ),
    # furniture
    cue(
        "^+previous prev next first last",
        r"^(?:[<«←-]* ?)(?:previous|prev|next|first|last)(?: chapter| page| part| post)?(?: ?[/|»«<>→←-] ?(?:previous|prev|next|first|last|index|home|top|contents)(?: chapter| page| part| post)?)*[ >»→]*$",
        4.6,
        "boiler",
    ),
    cue(
        "PIPE / · • & comment share flag reply report bookmark like print link track",
        r"\b(?:comment|share|flag|reply|report|bookmark|like|print|link|track)\b ?[|/·•] ?(?:\w+ ?){1,3}",
        4.6,
        "boiler",
    ),
    cue("^+: #", r"^(?:tagged|tags|filed under) ?[:#]", 5.0, "boiler"),
    cue("notes", r"\bwith [\d,.]+ notes\b|^[\d,.]+ notes$", 5.5, "boiler"),
    cue(
        "^+chapter continued end fin finis tbc",
        r"^[~*\-–—. <]*(?:the )?(?:fin|finis|end|tbc|to be continued|end of (?:part|chapter|book) \w+|end (?:chapter|part) \w+)[~*\-–—.!>… ]*$",
        5.0,
        "boiler",
    ),
    cue("continued", r"^[~*\-–—. <]*to be continued\b.{0,12}$", 5.0, "boiler"),
)
