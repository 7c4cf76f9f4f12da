"""The commonest words of English narrative, so that what a story says often and others do not (its people) stands out.

A text in another language finds none of its words here; its own common words then stand for its people, are found
everywhere, and no collection is suspected: the safe answer.
"""

from __future__ import annotations

__all__ = ["COMMON_WORDS"]

COMMON_WORDS = """
the and to a of i it was he in you that her she his had for with as at but on said be is him not have all me so up if my they what
there this out one do when no were we from would by them been an like don't about are little your did which could then down who now well
know over will very i'm man into good time see go it's or just think more came never come back can how old say their only much some
get away after got any going way here went looked has made than before something look eyes right yes off too must tell face first
thought long thing two day again make should young didn't other through why room i'll us take such home things nothing oh where want
ever mind can't last asked put i've might always girl miss life door head am great new himself seemed took mother quite once anything
looking being night hand its because that's moment found herself even own while felt dear let without work saw still told our love
voice turned better most may mean began won't knew people every hands place sat another course house heart rather find you're give
isn't gave morning those left keep done these enough kind really around three half next help i'd men few best sir sure upon pretty
white many sort he's though cried gone years behind hard there's world stood couldn't feel boy against along seen under table hair
poor air heard soon suppose round coming small father wouldn't woman big name words myself having side everything does feeling you'll
evening almost whole happy believe both far yet called each matter read word same friend days lady set suddenly used wasn't wish
across window trying nice talk slowly hear perhaps bed ask call happened brought since try getting light understand child what's tried
you've minute story remember afternoon open care doing until hope taken black red between sorry stopped part fell sitting stay rest
alone silence speak else opened afraid walked bad we're please show second yourself spoke dark paper she's saying bit wife nodded
certain passed trouble fact moved ought doesn't smiled real laughed times past kept quiet hour eye children haven't fine leave later
chair you'd minutes met five given floor cold making blue fire held anyone shook run live tired wrong use friends point started able
thinking ran lay four family talking answer standing hadn't turn need chance sound smile waiting mine lost true arm arms sit meant
others returned outside already wonder above water sometimes dead among person seems wait breath reached stop exactly today they're
whom early ago sun also start near deep watched late street human themselves strong everyone sweet bring question ten lips change hours
bright probably imagine caught inside during let's stared six looks nobody several close death became makes shut broke itself loved
women forget bear whose body cannot finished top different tears send closed cut reason nearly someone tomorrow simply goes forward
mouth leaving listen watch either forgot hardly instead whether fear heavy happen fingers turning means stand aren't quick talked
whispered wind working especially touched warm quietly glanced shoulder shoulders step nose neck skin finally pulled pushed leaned
toward towards low okay yeah hey gonna wanna shrugged sighed grinned kissed kiss replied muttered looked looking seem gaze knees legs
feet foot leg hold holding pull push lean onto ground wall walls morning week month year today tonight yesterday later maybe actually
shouldn't weren't we'll they'd they'll it'll who's here's one's someone's everything anything nothing somehow somewhere anyway
""".strip()
