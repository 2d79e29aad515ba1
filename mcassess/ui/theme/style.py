"""The one style sheet and palette of the application, made from the tokens, and the theme that follows the system."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from mcassess.ui.theme.tokens import DARK, LIGHT, RADII, SPACES, TEXT_SCALE, Colours, TextSize

_TABULAR_FIGURES = "tnum"
_LEAST_POINTS = 9.75


class Theme(QObject):
    """The look that an application wears now. It belongs to the application and goes with it.

    Attributes:
        changed: Emitted after light became dark or the other way round.
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._follows = False
        self._colours: Colours | None = None
        self._points = 0.0
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._follow_system)

    @property
    def dark(self) -> bool:
        """Whether the dark colours are worn."""
        return self._colours is DARK

    @property
    def colours(self) -> Colours:
        """The colours that are worn."""
        return self._colours or LIGHT

    def choose(self, dark: bool | None) -> None:  # noqa: FBT001 - three values, not a switch
        """Wears dark (True), light (False) or what the system asks for (None), at the application's font size."""
        self._follows = dark is None
        self._wear(dark=self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark if dark is None else dark)

    def _follow_system(self, scheme: Qt.ColorScheme) -> None:
        if self._follows:
            self._wear(dark=scheme == Qt.ColorScheme.Dark)

    def _wear(self, *, dark: bool) -> None:
        colours = DARK if dark else LIGHT
        font = self._app.font()
        set_in_pixels = font.pointSizeF() <= 0
        points = max(QFontInfo(font).pointSizeF() if set_in_pixels else font.pointSizeF(), _LEAST_POINTS)
        if colours is self._colours and points == self._points == font.pointSizeF():
            return
        self._colours, self._points = colours, points
        font.setPointSizeF(points)
        font.setFeature(QFont.Tag(_TABULAR_FIGURES), 1)
        self._app.setFont(font)
        self._app.setPalette(make_palette(colours))
        QToolTip.setPalette(make_palette(colours))
        self._app.setStyleSheet(make_style_sheet(colours, points))
        self.changed.emit()


def apply_theme(app: QApplication, dark: bool | None) -> Theme:  # noqa: FBT001 - three values, not a switch
    """Gives the application its look, and returns the theme, which the application owns.

    Args:
        app: The application. Its font (the system's, or one set before) decides all text sizes; it is never smaller
            than the 13 pixels of the design.
        dark: Dark, light, or None to follow the system now and whenever it changes.
    """
    theme = app.findChild(Theme, options=Qt.FindChildOption.FindDirectChildrenOnly) or Theme(app)
    theme.choose(dark)
    return theme


def colours_of(widget: QWidget) -> Colours:
    """Returns the colours that ``widget`` wears, as its palette tells, so that no theme must be handed in."""
    return DARK if widget.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def make_palette(colours: Colours) -> QPalette:
    """Returns Qt's palette for the colours, greyed state included."""
    role = QPalette.ColorRole
    palette = QPalette()
    for which, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.ink),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.window),
        (role.Text, colours.ink),
        (role.PlaceholderText, colours.muted),
        (role.Button, colours.surface),
        (role.ButtonText, colours.ink),
        (role.BrightText, colours.on_accent),
        (role.Light, colours.surface),
        (role.Midlight, colours.hover),
        (role.Mid, colours.line),
        (role.Dark, colours.line_strong),
        (role.Shadow, colours.line),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Accent, colours.accent),
        (role.Link, colours.accent),
        (role.LinkVisited, colours.accent),
        (role.ToolTipBase, colours.ink),
        (role.ToolTipText, colours.surface),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.line_strong))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(colours.line_strong))
    return palette


def make_style_sheet(colours: Colours, base_points: float) -> str:
    """Returns the application's style sheet.

    Labels say their rank by the dynamic property ``rank``: heading, title, strong, muted, small, caps, figure, bad.

    Args:
        colours: The theme's colours.
        base_points: The system font's size in points; every text size is a share of it.
    """
    values = {name: getattr(colours, name) for name in Colours.__slots__ if name != "criteria"}
    values |= {f"{size}_pt": f"{base_points * scale:.2f}pt" for size, scale in TEXT_SCALE.items()}
    values |= {f"radius_{name}": f"{getattr(RADII, name)}px" for name in RADII.__slots__}
    values |= {f"space_{name}": f"{getattr(SPACES, name)}px" for name in SPACES.__slots__}
    return _SHEET % values


def text_font(widget: QWidget, size: TextSize = TextSize.BODY, weight: QFont.Weight | None = None) -> QFont:
    """Returns a font for painting under a theme: the widget's own family, at one of our sizes, in a weight."""
    font = QFont(widget.font())
    font.setPointSizeF(QApplication.font().pointSizeF() * TEXT_SCALE[size])
    if weight is not None:
        font.setWeight(weight)
    return font


_SHEET = """
QLabel[rank="heading"] { font-size: %(heading_pt)s; font-weight: 650; }
QLabel[rank="title"] { font-size: %(title_pt)s; font-weight: 600; }
QLabel[rank="figure"] { font-size: %(figure_pt)s; font-weight: 700; }
QLabel[rank="strong"] { font-weight: 600; }
QLabel[rank="muted"] { color: %(muted)s; }
QLabel[rank="small"] { color: %(muted)s; font-size: %(small_pt)s; }
QLabel[rank="caps"] { color: %(muted)s; font-size: %(small_pt)s; font-weight: 600; }
QLabel[rank="bad"] { color: %(not_yet)s; font-size: %(small_pt)s; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDateEdit {
    background: %(surface)s; border: 1px solid %(line)s; border-radius: %(radius_control)s;
    padding: 6px 9px; selection-background-color: %(accent)s; selection-color: %(on_accent)s; }
QPlainTextEdit, QTextEdit { padding: 3px 6px; }
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover { border-color: %(line_strong)s; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDateEdit:focus {
    border: 2px solid %(accent)s; padding: 5px 8px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 2px 5px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled { color: %(muted)s; background: %(window)s; }
QTabBar QToolButton { background: %(surface)s; border: 1px solid %(line)s; border-radius: %(radius_key)s; }
QComboBox QAbstractItemView { border-radius: 0; padding: %(space_tight)s; }
*[plain="true"] { border: none; background: transparent; }

QAbstractItemView {
    background: %(surface)s; border: 1px solid %(line)s; border-radius: %(radius_card)s; outline: none;
    selection-background-color: %(accent_soft)s; selection-color: %(ink)s; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section {
    background: %(surface)s; color: %(muted)s; border: none; border-bottom: 1px solid %(line)s;
    padding: 8px 12px; font-size: %(small_pt)s; font-weight: 500; }

QScrollArea { background: transparent; border: none; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: %(line_strong)s; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: %(muted)s; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: %(line)s; }
QSplitter::handle:hover { background: %(accent)s; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }

QMenu { background: %(surface)s; border: 1px solid %(line)s; padding: %(space_tight)s; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: %(radius_chip)s; }
QMenu::item:selected { background: %(accent_soft)s; color: %(accent)s; }
QMenu::item:disabled { color: %(line_strong)s; }
QMenu::separator { height: 1px; background: %(line)s; margin: %(space_tight)s %(space_near)s; }
QToolTip {
    background: %(ink)s; color: %(surface)s; border: 1px solid %(ink)s; padding: 4px 8px; font-size: %(small_pt)s; }
"""
