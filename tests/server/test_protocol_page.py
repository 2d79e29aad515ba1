"""docs/protocol.md names every end point, code, kind, header and schema of the wire: another team builds from it."""

import re
from typing import get_args

import pytest

from mcassess.clock import SystemClock
from mcassess.paths import resources
from mcassess.server.app import create_app
from mcassess.server.data import PlatformData
from mcassess.server.problems import TITLES
from mcassess.sync import wire, wire_claims, wire_operations, wire_uploads

PAGE = (resources().parent / "docs" / "protocol.md").read_text(encoding="utf-8")
WORDS = set(re.findall(r"[A-Za-z_][\w./-]*[\w]", PAGE))


def test_every_end_point_is_on_the_page(tmp_path):
    data = PlatformData(tmp_path / "data", SystemClock())
    try:
        paths = create_app(data, SystemClock()).openapi()["paths"]
    finally:
        data.close()
    assert len(paths) > 10
    assert [path for path in paths if path.removeprefix(wire.PREFIX) not in PAGE] == []


@pytest.mark.parametrize(
    "names",
    [
        list(TITLES),
        list(wire_operations.OP_KINDS),
        list(get_args(wire_operations.ConflictCode)),
        list(get_args(wire_claims.ClaimRefusalCode)),
        list(get_args(wire_claims.ClaimAction)),
        list(get_args(wire.OpStatus)),
        list(get_args(wire.RemoveReason)),
        [wire.DEVICE_HEADER, wire.REQUEST_HEADER, wire.SERVER_HEADER, wire.EPOCH_HEADER, wire.TIME_HEADER],
        [wire_uploads.OFFSET_HEADER, wire_uploads.LENGTH_HEADER, wire_uploads.COMPLETE_HEADER],
        list(wire.Op.model_fields)[1:],
        list(wire.OpBase.model_fields),
    ],
    ids=lambda names: names[0],
)
def test_every_word_of_the_wire_is_on_the_page(names):
    assert [name for name in names if name not in WORDS] == []


def test_every_schema_of_the_wire_is_linked_and_there():
    there = {path.name for path in (resources() / "schemas").glob("wire-*.schema.json")}
    assert set(re.findall(r"schemas/(wire-[a-z-]+\.schema\.json)", PAGE)) == there
