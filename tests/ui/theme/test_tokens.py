"""The colours can be read, and told apart by eyes that see fewer of them."""

import itertools
import math

import pytest

from mcassess.ui.theme.tokens import DARK, LIGHT, Colours, Tone

Triple = tuple[float, float, float]

# Machado, Oliveira and Fernandes 2009, severity 1: what each kind of colour vision makes of linear RGB.
VISIONS: dict[str, tuple[Triple, Triple, Triple]] = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}


def linear(colour: str) -> Triple:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def seen(colour: str, vision: str) -> Triple:
    given = linear(colour)
    red, green, blue = (
        min(max(sum(a * b for a, b in zip(line, given, strict=True)), 0), 1) for line in VISIONS[vision]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


both_themes = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


@both_themes
def test_text_stands_out_from_every_ground_that_it_is_written_on(colours: Colours) -> None:
    grounds = (colours.window, colours.surface, colours.hover, colours.accent_soft)
    pairs = [(text, ground) for text in (colours.ink, colours.muted, colours.accent) for ground in grounds]
    pairs += [
        (text, ground) for text in (colours.not_yet, colours.almost) for ground in (colours.window, colours.surface)
    ]
    pairs += [colours.tone(tone) for tone in Tone]
    pairs += [
        (colours.on_accent, colours.accent),
        (colours.on_not_yet, colours.not_yet),
        (colours.on_video, colours.video),
        (colours.surface, colours.ink),
        (colours.muted, colours.not_yet_soft),
        (colours.muted, colours.almost_soft),
    ]
    weak = [(text, ground, round(contrast(text, ground), 2)) for text, ground in pairs if contrast(text, ground) < 4.5]
    assert not weak


@both_themes
def test_marks_and_criterion_bars_stand_out_from_their_grounds(colours: Colours) -> None:
    marks = (*colours.criteria, colours.accent, colours.not_yet, colours.almost)
    weak = [
        (mark, ground) for mark in marks for ground in (colours.window, colours.surface) if contrast(mark, ground) < 3
    ]
    assert not weak


@both_themes
@pytest.mark.parametrize("vision", VISIONS)
def test_criterion_colours_are_told_apart_by_every_kind_of_colour_vision(colours: Colours, vision: str) -> None:
    assert len(colours.criteria) == 8
    close = [
        (one, other)
        for one, other in itertools.combinations(colours.criteria, 2)
        if math.dist(seen(one, vision), seen(other, vision)) < 12
    ]
    assert not close


def test_criterion_colours_begin_again_after_the_last() -> None:
    assert LIGHT.criterion(8) == LIGHT.criterion(0) != LIGHT.criterion(7)
