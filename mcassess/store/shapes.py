"""Domain objects from the JSON that the platform sent. pydantic comes in with the first one, not before."""

from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")


@cache
def _adapter(shape: Any) -> Any:  # noqa: ANN401 - its type is not imported at the start
    from pydantic import TypeAdapter  # noqa: PLC0415 - costs 40 ms that the first picture need not pay

    return TypeAdapter(shape)


def read(shape: type[T], raw: str) -> T:
    """Returns the domain object that ``raw`` describes.

    Raises:
        ValueError: It describes none.
    """
    result: T = _adapter(cast(Any, shape)).validate_json(raw)
    return result
