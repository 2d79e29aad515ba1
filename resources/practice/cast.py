"""Who plays in the practice films: looks and voices. All invented."""

from dataclasses import replace

from figures import Person
from speech import Voice

VOICES = {
    "T": Voice("Teacher", "en-us+f3", 48, 148),
    "S1": Voice("Student 1", "en-us+f2", 84),
    "S2": Voice("Student 2", "en-us+f5", 78),
    "S3": Voice("Student 3", "en-gb+f4", 88),
    "S4": Voice("Student 4", "en-us+f1", 80),
    "S5": Voice("Student 5", "en-gb-scotland+f2", 90),
    "S6": Voice("Student 6", "en-us+f4", 72),
    "S7": Voice("Student 7", "en-gb+f5", 92),
    "S8": Voice("Student 8", "en-us+f2", 95),
}

CLASS_A = {
    "T": Person(skin="#7a5238", hair="#2c1f1a", style="bun", top="#c9a27c", adult=True),
    "S1": Person(skin="#d9a98a", hair="#5a3a22", style="crop", top="#5b7ca3"),
    "S2": Person(skin="#8d5b43", hair="#20160f", style="curls", top="#a1586b"),
    "S3": Person(skin="#f0c9a8", hair="#c9903f", style="long", top="#5f9270"),
    "S4": Person(skin="#b87f56", hair="#3b4f76", style="scarf", top="#d8a94b"),
    "S5": Person(skin="#c98f68", hair="#191412", style="bunches", top="#7a6aa8"),
    "S6": Person(skin="#e8bd9a", hair="#7a4a26", style="side", top="#c8694a"),
    "S7": Person(skin="#6b4430", hair="#17110d", style="crop", top="#4c8a8a"),
    "S8": Person(skin="#dba57f", hair="#3a2516", style="long", top="#b9577f"),
}


def other_class(teacher: Person, shift: int, tops: tuple[str, ...]) -> dict[str, Person]:
    """Another teacher with a class whose looks are shuffled and dressed anew."""
    pupils = [CLASS_A[f"S{number}"] for number in range(1, 9)]
    cast = {"T": teacher}
    for number in range(8):
        cast[f"S{number + 1}"] = replace(pupils[(number + shift) % 8], top=tops[number % len(tops)])
    return cast


CLASS_B = other_class(
    Person(skin="#eac3a2", hair="#8a4f2a", style="side", top="#4f7a94", legs="#5a5148", adult=True),
    3, ("#d08a4e", "#5f8f6b", "#b9577f", "#d8b04b", "#5b7ca3", "#8a6ba8"),
)  # fmt: skip
CLASS_C = other_class(
    Person(skin="#c08a62", hair="#1d1613", style="long", top="#a8566a", legs="#3e4658", adult=True),
    5, ("#4c8a8a", "#c8694a", "#e0b85a", "#6d7fb3", "#8fa65a"),
)  # fmt: skip
CLASS_D = other_class(
    Person(skin="#5f3d2b", hair="#1a1411", style="crop", top="#5d8a66", legs="#4a4238", adult=True),
    1, ("#c96b4b", "#5b7ba8", "#d9a441", "#a3587a", "#3f7d74", "#9a7fc0"),
)  # fmt: skip

LOW_VOICES = VOICES | {"T": Voice("Teacher", "en-us+m3", 42, 150)}
"""The same children with a teacher whose voice is low."""
CLEAR_VOICES = VOICES | {"T": Voice("Teacher", "en-gb+f1", 55, 145)}
"""The same children with another teacher's voice."""
