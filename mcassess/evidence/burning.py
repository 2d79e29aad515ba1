"""In the child of kind ``pages``: draws an assessor's annotations into a copy of a document. Keeps none of it."""

from html import escape
from typing import Any

_Page = Any  # PyMuPDF comes without types, its points and matrices neither
_FRAME = 1.5
_WASH = 0.35
_BADGE = 7.0
_GAP = 2.0


class Burner:
    """Draws annotations, each with its number, and lists their words on pages at the end.

    Args:
        pymupdf: The library, which one file alone imports.
        document: A PDF, which is changed.
    """

    def __init__(self, pymupdf: Any, document: Any) -> None:  # noqa: ANN401 - see above
        self._pymupdf, self._document = pymupdf, document

    def burn(self, annotations: list[dict[str, Any]]) -> None:
        """Draws annotations.

        Args:
            annotations: Each with ``page`` (from 0), ``style`` (``highlight``, ``region`` or ``note``), ``boxes`` in
                fractions of the page as it is shown, ``colour`` as three fractions, and ``number``.
        """
        for annotation in annotations:
            index = int(annotation["page"])
            if 0 <= index < self._document.page_count:
                self._draw(self._document[index], annotation)

    def _draw(self, page: _Page, annotation: dict[str, Any]) -> None:
        page.wrap_contents()
        turn, back, shown = page.rotation, page.derotation_matrix, page.rect
        rects = [self._rect(shown, box) for box in annotation["boxes"]]
        colour = tuple(float(part) for part in annotation["colour"])
        page.set_rotation(0)  # on a page that is cropped and turned, the library draws in the wrong place
        for rect in rects:
            shape = page.new_shape()
            shape.draw_rect(rect * back)
            if annotation["style"] == "highlight":
                shape.finish(color=None, fill=colour, fill_opacity=_WASH)
            elif annotation["style"] == "region":
                shape.finish(color=colour, width=_FRAME, fill=colour, fill_opacity=_WASH / 3)
            shape.commit()
        corner = rects[0].tl if rects else self._pymupdf.Point(_BADGE * 2, _BADGE * 2)
        x = min(max(corner.x - _GAP, _BADGE), shown.width - _BADGE)
        y = min(max(corner.y - _GAP, _BADGE), shown.height - _BADGE)
        self._badge(page, self._pymupdf.Point(x, y), (back, turn), colour, str(annotation["number"]))
        page.set_rotation(turn)

    def _badge(
        self, page: _Page, centre: _Page, turned: tuple[_Page, int], colour: tuple[float, ...], number: str
    ) -> None:
        """Draws a number in a circle; ``turned`` is the way back from the page as it is shown, and its turn."""
        back, turn = turned
        shape = page.new_shape()
        shape.draw_circle(centre * back, _BADGE)
        shape.finish(color=None, fill=colour)
        shape.commit()
        size = _BADGE * (1.25 if len(number) == 1 else 1.0 if len(number) == 2 else 0.75)
        width = self._pymupdf.get_text_length(number, fontname="hebo", fontsize=size)
        start = self._pymupdf.Point(centre.x - width / 2, centre.y + size * 0.36) * back
        page.insert_text(start, number, fontname="hebo", fontsize=size, color=(1, 1, 1), rotate=turn)

    def _rect(self, shown: Any, box: list[float]) -> Any:  # noqa: ANN401 - see above
        x, y, width, height = box
        return self._pymupdf.Rect(
            x * shown.width, y * shown.height, (x + width) * shown.width, (y + height) * shown.height
        )


def notes_html(title: str, annotations: list[dict[str, Any]]) -> str:
    """Returns the pages at the end: what is said about each number.

    Args:
        title: Stands over them.
        annotations: Each with ``number``, ``where``, ``quote``, ``about`` and ``text``.
    """
    rows = []
    for annotation in annotations:
        quote = f"<p><i>“{escape(annotation['quote'])}”</i></p>" if annotation["quote"] else ""
        about = f"<p><b>{escape(annotation['about'])}</b></p>" if annotation["about"] else ""
        lines = "".join(f"<p>{escape(line)}</p>" for line in str(annotation["text"]).split("\n") if line.strip())
        place = f"<td><b>{annotation['number']}</b></td><td>{escape(annotation['where'])}</td>"
        rows.append(f"<tr>{place}<td>{about}{quote}{lines}</td></tr>")
    return f"<h2>{escape(title)}</h2><table>{''.join(rows)}</table>"
