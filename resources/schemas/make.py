"""Writes the JSON Schemas beside this file from the program's own models; run it when a shape was added to.

python resources/schemas/make.py
"""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from mcassess.domain.decision import Decision
from mcassess.domain.rubric import Rubric
from mcassess.domain.submission import MicroCredential, Submission
from mcassess.server.admin_evidence import Destroyed
from mcassess.server.admin_people import PersonRecord
from mcassess.server.admin_records import AuditRecord, ClaimRecord, RemarkRecord, UnappliedRecord
from mcassess.server.listing import OutcomeRecord
from mcassess.sync import wire, wire_claims, wire_operations, wire_records, wire_sign_in, wire_uploads
from mcassess.sync.conformance import suite
from mcassess.sync.pack_models import PackDocument

AWARD_RULES = ("All", "Total", "MinimumPerRequirement", "Judgement", "EveryOf", "AnyOf")
FOLDER = Path(__file__).parent


class ServeLine(BaseModel):
    """The one line that ``mcassess serve`` prints, when it is ready."""

    url: str


class AssessorLine(BaseModel):
    """What ``mcassess platform assessor NAME`` prints."""

    name: str
    token: str


class LoadResult(BaseModel):
    """What ``mcassess platform load PACK --json`` prints: how many of each are new or changed."""

    microcredentials: int
    rubrics: int
    submissions: int
    attempts: int
    exemplars: int


def schemas() -> dict[str, dict[str, Any]]:
    """Returns each schema by its file's name."""
    models: dict[str, Any] = {
        "pack": PackDocument,
        "serve": ServeLine,
        "platform-assessor": AssessorLine,
        "platform-load": LoadResult,
        "platform-decisions": list[wire.DecisionRecord],
        "platform-people": list[PersonRecord],
        "platform-outcomes": list[OutcomeRecord],
        "platform-unapplied": list[UnappliedRecord],
        "platform-remarks": list[RemarkRecord],
        "platform-claims": list[ClaimRecord],
        "platform-audit": list[AuditRecord],
        "platform-retention": Destroyed,
        "platform-conformance": suite.Report,
        "wire-server": wire.ServerInfo,
        "wire-me": wire.Me,
        "wire-changes": wire.ChangesPage,
        "wire-snapshot": wire.SnapshotPage,
        "wire-digest": wire.StateDigest,
        "wire-leaf-list": wire.LeafList,
        "wire-microcredential": MicroCredential,
        "wire-rubric": Rubric,
        "wire-submission": Submission,
        "wire-decision": Decision,
        "wire-receipt": wire.Receipt,
        "wire-op": wire.Op,
        "wire-op-results": wire.OpResults,
        "wire-ops": wire_operations.OpsPush,
        "wire-comment-add": wire_operations.CommentAdd,
        "wire-comment-amend": wire_operations.CommentAmend,
        "wire-comment-remove": wire_operations.CommentRemove,
        "wire-review-request": wire_operations.ReviewRequest,
        "wire-evidence-report": wire_operations.EvidenceReport,
        "wire-claim-release": wire_operations.ClaimRelease,
        "wire-decision-extras": wire_operations.DecisionExtras,
        "wire-claims": wire_claims.ClaimRequest,
        "wire-claim-results": wire_claims.ClaimResults,
        "wire-recommendations": wire_records.Recommendations,
        "wire-problem": wire.Problem,
        "wire-device-authorization": wire_sign_in.DeviceAuthorization,
        "wire-tokens": wire_sign_in.Tokens,
        "wire-sign-in-fault": wire_sign_in.SignInFault,
        "wire-upload-request": wire_uploads.UploadRequest,
        "wire-upload-state": wire_uploads.UploadState,
        "wire-attachment": wire_uploads.Attachment,
    }
    found = {f"{name}.schema.json": TypeAdapter(model).json_schema() for name, model in models.items()}
    for schema in found.values():
        _name_kinds(schema)
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return found


def _name_kinds(schema: dict[str, Any]) -> None:
    # In the program an award rule knows its kind; as data it has to say it.
    for name in AWARD_RULES:
        if (rule := schema.get("$defs", {}).get(name)) is not None:
            rule["required"] = sorted({*rule.get("required", []), "kind"})


def written(schema: dict[str, Any]) -> str:
    """Returns a schema as it stands in its file."""
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    """Writes all schemas."""
    for name, schema in schemas().items():
        (FOLDER / name).write_text(written(schema), encoding="utf-8")


if __name__ == "__main__":
    main()
