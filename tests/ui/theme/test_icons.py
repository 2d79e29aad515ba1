"""Every icon is of one drawing style, takes any colour, and is sharp at every scale."""

import re
import xml.etree.ElementTree as ET

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QIcon, QImage, QPainter
from PySide6.QtWidgets import QApplication

from mcassess.paths import resources
from mcassess.ui.theme.icons import application_icon, draw_icon, icon_names, icon_pixmap, make_icon
from mcassess.ui.theme.tokens import DARK, LIGHT

SHAPES = {"path", "rect", "circle"}


def keeps_to_the_style(name: str) -> bool:
    drawing = ET.fromstring((resources() / "icons" / f"{name}.svg").read_text())
    width = "2.5" if name == "logo" else "1.75"
    wanted = {"viewBox": "0 0 24 24", "stroke": "currentColor", "fill": "none", "stroke-width": width}
    wanted |= {"stroke-linecap": "round", "stroke-linejoin": "round"}
    shapes = {re.sub(r"{.*}", "", shape.tag) for shape in drawing}
    return wanted.items() <= drawing.attrib.items() and shapes <= SHAPES


def test_every_icon_keeps_to_the_drawing_style() -> None:
    assert len(icon_names()) >= 45
    assert [name for name in icon_names() if not keeps_to_the_style(name)] == []


def test_every_icon_is_drawn_in_the_colour_asked_for_and_leaves_a_margin(qapp: QApplication) -> None:
    for name in icon_names():
        image = icon_pixmap(name, "#ff0000", 48).toImage()
        inked = [(x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() > 200]
        assert len(inked) > 20, name
        assert {image.pixelColor(x, y).name() for x, y in inked} == {"#ff0000"}, name
        assert all(0 < x < 47 and 0 < y < 47 for x, y in inked), name


def test_no_two_icons_are_the_same_picture(qapp: QApplication) -> None:
    pictures = {icon_pixmap(name, "#000000", 24).toImage().constBits().tobytes() for name in icon_names()}
    assert len(pictures) == len(icon_names())


def test_a_denser_screen_gets_more_pixels_of_the_same_size(qapp: QApplication) -> None:
    pixmap = icon_pixmap("queue", LIGHT.ink, 20, 1.5)
    assert (pixmap.width(), pixmap.deviceIndependentSize().width()) == (30, 20)


def test_an_icon_drawn_before_is_not_drawn_again(qapp: QApplication) -> None:
    first = icon_pixmap("desk", LIGHT.ink, 21)
    assert icon_pixmap("desk", LIGHT.ink, 21).cacheKey() == first.cacheKey()
    assert icon_pixmap("desk", DARK.ink, 21).cacheKey() != first.cacheKey()


def test_an_icon_is_drawn_in_the_middle_of_its_place(qapp: QApplication) -> None:
    image = QImage(60, 20, QImage.Format.Format_ARGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    draw_icon(painter, QRectF(0, 0, 60, 20), "plus", "#000000")
    painter.end()
    assert image.pixelColor(30, 10).lightness() < 60
    assert image.pixelColor(5, 10) == QColor("white")


def test_an_unknown_icon_is_a_fault_of_ours(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icon_pixmap("no-such-icon", LIGHT.ink, 16)


def test_qt_icons_have_a_greyed_form_and_the_program_has_a_sign(qapp: QApplication) -> None:
    icon = make_icon("sync", LIGHT)
    normal, grey = (icon.pixmap(18, 18, mode).toImage() for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled))
    assert normal != grey
    assert application_icon(LIGHT).pixmap(64, 64).toImage().pixelColor(32, 4).name().upper() == LIGHT.accent
