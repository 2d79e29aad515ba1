"""Words that look like the names of people, in file names, titles and properties of documents. A guess, no proof."""

import re

_GIVEN_NAMES = """
aaron abdul abigail adriana ahmed aisha alan alejandra alejandro alex alexander alexandra alice alicia amanda amelia
amina amir amy ana andrea andreas andrew angela anita anjali ann anna anne anthony antonio arjun arturo ashley
ayesha barbara beatriz ben benjamin bernardo brandon brenda brian bruno caitlin camila carlos carmen caroline
cassandra catherine cecilia charles charlotte chen chloe christina christine christopher claire clara claudia connor
courtney cristina cynthia daniel daniela danielle david deborah denise dennis deshawn diana diego dmitri dominic
donald donna dorothy douglas eduardo edward elena eli elijah elizabeth ella ellen emily emma eric erik erin esteban
esther ethan eva evelyn fatima felipe felix fernanda fernando fiona francesca francisco gabriel gabriela george
gloria gonzalo graciela gregory guadalupe hannah harold hassan heather hector helen henry hiroshi hugo ibrahim ines
ingrid irene isaac isabel isabella ivan jacob jacqueline jacquelyn jaime jamal james jamie jane janet jasmine jason
javier jeffrey jennifer jeremy jessica joan joanna joaquin joe john johnny jonas jonathan jorge jose joseph joshua
juan juanita judith julia julian julie justin karen karla katherine kathleen kathryn katie keiko keisha kelly kenji
kenneth kevin khadija kim kimberly kristen kumar kyle lakshmi larry latisha laura lauren leah leila leonardo leticia
liam linda lisa liu logan lorenzo louis lucas lucia luis luke luna lydia madison mai malik manuel marco marcos
marcus margaret maria mariana maribel mario marisol martha martin mary mateo matthew maya megan mei melanie melissa
mercedes mia michael michelle miguel mohamed mohammed monica muhammad nadia nancy naomi natalia natalie nathan neha
nicholas nicole nina noah nora olga oliver olivia omar oscar pablo pamela patricia patrick paul paula pedro peter
philip priya rachel rafael rahul ramon rania raquel rashid raul raymond rebecca renee ricardo richard robert roberto
rodrigo rosa rosario ruth ryan sabrina salma samantha samira samuel sandra santiago sara sarah sebastian sergio
shanice sharon shirley silvia simone sofia sonia sophia sophie stephanie stephen steven susan suzanne svetlana
takashi tamara tanya tatiana teresa thanh theresa thomas tiffany timothy tomas tran tyler tyrone valentina valeria
vanessa vera veronica victoria vincent virginia vivian vladimir walter wei wendy william xavier ximena yasmin
yolanda yuki yusuf zachary zainab zoe zoey
"""
_NOBODYS_WORDS = """
admin administrator anonymous apple author canva computer default department district educator google home laptop
lesson libreoffice macbook microsoft office openoffice owner plan preferred scanner school student teacher test
unknown user windows word
"""
_GIVEN = frozenset(_GIVEN_NAMES.split())
_NO_NAMES = frozenset(_NOBODYS_WORDS.split())
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MOST_WORDS = 4


def names_in(text: str) -> tuple[str, ...]:
    """Returns what looks like a name in a file's name or a title: a known given name, and the word behind it."""
    words = _WORD.findall(_HUMP.sub(" ", text))
    found = []
    for place, word in enumerate(words):
        if word.casefold() in _GIVEN:
            family = words[place + 1] if place + 1 < len(words) else ""
            follows = family[:1].isupper() and family.casefold() not in _NO_NAMES and len(family) > 1
            found.append(f"{word} {family}" if follows else word)
    return tuple(dict.fromkeys(found))


def name_of_maker(value: str) -> str:
    """Returns the name that a property such as "author" holds, or nothing where it names a program or nobody."""
    words = _WORD.findall(value)
    if not 0 < len(words) <= _MOST_WORDS or any(word.casefold() in _NO_NAMES for word in words):
        return ""
    several = len(words) > 1 and all(word[:1].isupper() for word in words)
    known = any(word.casefold() in _GIVEN for word in words)
    return " ".join(words) if several or known else ""
