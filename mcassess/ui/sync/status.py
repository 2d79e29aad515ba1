"""What the status line says of the syncs. The words of the contact are the sync screen's."""

from mcassess.jobs.attaching import FileState
from mcassess.jobs.sentences import bytes_text
from mcassess.texts import tr, tr_n
from mcassess.ui.kit.status_line import Side, StatusLine
from mcassess.ui.sync.presenter import Contact, SyncState
from mcassess.ui.sync.view import contact_text, contact_tone
from mcassess.ui.theme.tokens import Tone


def show_sync_state(status: StatusLine, state: SyncState) -> None:
    """Shows how it stands with the platform, what waits, and how much is here."""
    waiting = len(state.waiting) - state.needs_you + sum(each.file.state is not FileState.LOST for each in state.files)
    status.show_fact("contact", contact_text(state), tone=contact_tone(state.contact))
    text = tr_n("{count} waiting to send", "{count} waiting to send", waiting).format(count=waiting)
    status.show_fact("waiting", text if waiting else "")
    conflicts = len(state.conflicts)
    needs = tr_n("{count} needs you", "{count} need you", conflicts).format(count=conflicts)
    status.show_fact("needs_you", needs if conflicts else "", tone=Tone.BAD)
    here = tr("{size} here, encrypted").format(size=bytes_text(state.bytes_here))
    status.show_fact("here", here if state.bytes_here else "", side=Side.RIGHT)
    status.show_fact("programme", state.accounts[0].programme if state.accounts else "", side=Side.RIGHT)


def is_offline(state: SyncState) -> bool:
    """Tells whether the platform could not be reached."""
    return state.contact is Contact.OFFLINE
