"""Telling the programme that a file is not what it announced; the report goes out as any operation does."""

from mcassess.store.evidence import FileRow
from mcassess.sync.operations import EVIDENCE_REPORT, Sender, base_of, freeze
from mcassess.sync.run import INITIATOR, Run, Step
from mcassess.sync.wire_operations import EvidenceReport
from mcassess.texts import tr


def report_damaged(run: Run, file: FileRow, found: str) -> None:
    """Puts an ``evidence.report`` into the outbox, and fetches the file no more until the platform changes it.

    Args:
        run: The run in which it was found.
        file: As the platform announced it.
        found: The SHA-256 of what came instead, time and again.
    """
    body = EvidenceReport(
        evidence=file.evidence_id,
        reason="damaged",
        text=tr("What the platform sends is not the file that it announced; three tries brought the same."),
        sha256=found,
    )
    with run.library.write(INITIATOR) as writing:
        stored = writing.submissions.get(file.key)
        sender = Sender(
            account=writing.accounts.get(run.account.key),
            device_id=run.library.device_id,
            device_seq=writing.outbox.next_device_seq(),
            clock=run.library.clock,
        )
        base = base_of(stored).model_copy(update={"attempt": file.attempt})
        operation = freeze(EVIDENCE_REPORT, body.model_dump(mode="json"), base, stored.submission.id, sender)
        writing.outbox.add(
            file.key,
            file.attempt,
            operation.op_id,
            operation.device_seq,
            operation.kind,
            operation.payload,
            None,
        )
        writing.evidence.set_available(file.key, file.evidence_id, file.attempt, file.role, available=False)
    text = tr("Reported as damaged: {id}, {evidence}").format(id=stored.submission.id, evidence=file.evidence_id)
    run.tell(Step.FETCH, text, changed=writing.change_set)
