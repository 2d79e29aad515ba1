"""The look as plain values: colours for light and dark, spaces, radii and text sizes. Nothing here draws."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a sign says by its colour, always beside a word."""

    NEUTRAL = "neutral"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


class TextSize(StrEnum):
    """The steps of text; each is a share of the system font's size (see ``TEXT_SCALE``)."""

    TINY = "tiny"
    SMALL = "small"
    BODY = "body"
    TITLE = "title"
    HEADING = "heading"
    FIGURE = "figure"


TEXT_SCALE: dict[TextSize, float] = {
    TextSize.TINY: 0.77,
    TextSize.SMALL: 0.885,
    TextSize.BODY: 1.0,
    TextSize.TITLE: 1.15,
    TextSize.HEADING: 1.54,
    TextSize.FIGURE: 2.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """Every colour of one theme, as ``#RRGGBB``.

    Attributes:
        window: The ground that cards lie on.
        surface: Cards, bars, fields.
        hover: A surface under the pointer.
        ink: Text.
        muted: Text of the second rank.
        line: Hairlines and quiet borders.
        line_strong: Borders and greyed text that must still be found.
        accent: The one colour of action, focus, selection and what is reached.
        on_accent: Text on ``accent``.
        accent_soft: Ground of what is selected or well.
        not_yet: What is below its pass level, refused or dangerous.
        on_not_yet: Text on ``not_yet``.
        not_yet_soft: Ground for ``not_yet`` text.
        almost: What is open, offline or warned of.
        almost_soft: Ground for ``almost`` text.
        video: Ground behind moving pictures, dark in both themes.
        on_video: Text on ``video``.
        criteria: The criteria's own colours; told apart by colour-blind eyes too, and never without a number or name.
    """

    window: str
    surface: str
    hover: str
    ink: str
    muted: str
    line: str
    line_strong: str
    accent: str
    on_accent: str
    accent_soft: str
    not_yet: str
    on_not_yet: str
    not_yet_soft: str
    almost: str
    almost_soft: str
    video: str
    on_video: str
    criteria: tuple[str, ...]

    def criterion(self, index: int) -> str:
        """Returns the colour of the criterion at ``index`` (from 0) in its rubric; colours repeat after the last."""
        return self.criteria[index % len(self.criteria)]

    def tone(self, tone: Tone) -> tuple[str, str]:
        """Returns the text and the ground colour of a tone."""
        return {
            Tone.NEUTRAL: (self.muted, self.surface),
            Tone.OK: (self.accent, self.accent_soft),
            Tone.WARN: (self.almost, self.almost_soft),
            Tone.BAD: (self.not_yet, self.not_yet_soft),
        }[tone]


LIGHT = Colours(
    window="#F5F6F3",
    surface="#FFFFFF",
    hover="#F0F3F0",
    ink="#1B2420",
    muted="#5F6B66",
    line="#DFE4E0",
    line_strong="#8B9791",
    accent="#0B6E5F",
    on_accent="#FFFFFF",
    accent_soft="#DDF1EC",
    not_yet="#A84B23",
    on_not_yet="#FFFFFF",
    not_yet_soft="#F9E7DE",
    almost="#8A5E0A",
    almost_soft="#FBF0D6",
    video="#0E1211",
    on_video="#FFFFFF",
    criteria=("#0072B2", "#C47B00", "#009E73", "#B9450A", "#B0568A", "#44248A", "#36430A", "#571830"),
)

DARK = Colours(
    window="#121715",
    surface="#1A211E",
    hover="#222B27",
    ink="#E7ECE9",
    muted="#93A09A",
    line="#2B3531",
    line_strong="#6A7771",
    accent="#3CC2A8",
    on_accent="#0C1311",
    accent_soft="#17352E",
    not_yet="#F08B5F",
    on_not_yet="#101513",
    not_yet_soft="#3A241A",
    almost="#E3B34D",
    almost_soft="#362B14",
    video="#0E1211",
    on_video="#FFFFFF",
    criteria=("#56B4E9", "#E69F00", "#1DA665", "#F0803C", "#D98ABB", "#9580F8", "#E4DB8A", "#C66287"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spaces:
    """Distances in device-independent pixels, in steps of eight with halves for what belongs together."""

    hair: int = 2
    tight: int = 4
    near: int = 8
    inner: int = 12
    card: int = 16
    page: int = 24
    wide: int = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Radii:
    """Corner radii in device-independent pixels."""

    key: int = 4
    chip: int = 6
    control: int = 8
    item: int = 10
    card: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Strokes:
    """Line widths in device-independent pixels."""

    hair: float = 1.0
    focus: float = 2.0
    accent_bar: float = 4.0


SPACES = Spaces()
RADII = Radii()
STROKES = Strokes()
