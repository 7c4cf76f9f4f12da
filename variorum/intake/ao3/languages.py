"""Languages as AO3 names them (each in itself) and their BCP 47 codes."""

from __future__ import annotations

__all__ = ["LANGUAGES"]

_NAMED = """
af Afrikaans|ar العربية|az Azərbaycan dili|eu Euskara|be Беларуская|bn বাংলা|bs Bosanski|br Brezhoneg|bg Български|ca Català
ceb Binisaya|cs Čeština|ckb سۆرانی|cy Cymraeg|da Dansk|de Deutsch|et eesti keel|el Ελληνικά|en English|es Español|eo Esperanto
fil Filipino|fa فارسی|fi Suomi|fr Français|fy Friisk|fur Furlan|ga Gaeilge|gd Gàidhlig|gl Galego|gu ગુજરાતી|he עברית|hi हिन्दी
hr Hrvatski|hu Magyar|hy հայերեն|ia Interlingua|id Bahasa Indonesia|id Indonesian|is Íslenska|it Italiano|ja 日本語|jv Basa Jawa
ka ქართული|kk қазақша|km ភាសាខ្មែរ|ko 한국어|ku Kurdî|la Lingua latina|lv Latviešu valoda|lt Lietuvių kalba|lb Lëtzebuergesch
mk македонски|ml മലയാളം|mr मराठी|ms Bahasa Malaysia|mn Монгол Кирилл үсэг|my မြန်မာဘာသာ|ne नेपाली|nl Nederlands|no Norsk|nn Nynorsk
ps پښتو|pl Polski|pt-BR Português brasileiro|pt-PT Português europeu|pt Português|pa ਪੰਜਾਬੀ|qu Runasimi|ro Română|ru Русский
sco Scots|sq Shqip|si සිංහල|sk Slovenčina|sl Slovenščina|so af Soomaali|sr Српски|sv Svenska|sw Kiswahili|ta தமிழ்|te తెలుగు
th ไทย|bo བོད་སྐད་|tr Türkçe|uk Українська|ur اُردُو|vi Tiếng Việt|vo Volapük|yi יידיש|yua maayaʼ tʼàan|zu isiZulu
zh 中文-普通话 國語|zh 中文|yue 中文-广东话 粵語|nan 中文-闽南话 臺語|wuu 吴语|sjn Sindarin|qya Quenya|tlh tlhIngan-Hol|ase American Sign Language
en-GB British English|ru Russian|de German|fr French|es Spanish|it Italian|ja Japanese|zh Chinese|pl Polish|pt Portuguese|nl Dutch
"""

#: Case-folded name -> code.
LANGUAGES: dict[str, str] = {
    name.casefold(): code
    for line in _NAMED.strip().splitlines()
    for code, _, name in (entry.partition(" ") for entry in line.split("|"))
}
