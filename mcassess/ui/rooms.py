"""What lies behind the queue: desk, sync, viewers, summary, care. Loaded after the first picture, never before."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from mcassess.store.library import Library
from mcassess.ui.arrivals import Arrivals
from mcassess.ui.care import Care
from mcassess.ui.desk.presenter import DeskPresenter
from mcassess.ui.desk.view import Desk
from mcassess.ui.summary_bar import SummaryBar
from mcassess.ui.sync.presenter import SyncPresenter
from mcassess.ui.sync.view import SyncScreen
from mcassess.ui.viewers.factory import ViewerFactory
from mcassess.ui.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """The screens behind the queue, and what they stand on."""

    desk: Desk
    sync: SyncScreen
    syncing: SyncPresenter
    summary: SummaryBar
    viewers: ViewerFactory
    care: Care
    arrivals: Arrivals


def make_rooms(library: Library, work: Work, owners: tuple[QObject, QObject], audio_output: str | None) -> Rooms:
    """Makes them.

    Args:
        library: Open.
        work: Runs its jobs.
        owners: Who owns the syncs, which may outlive a lock, and who owns all other logic.
        audio_output: Name of libVLC's sound output; None lets it choose.
    """
    program, logic = owners
    viewers = ViewerFactory(audio_output)
    syncing = SyncPresenter(library, work, program)
    care = Care(library, work, logic)
    arrivals = Arrivals(library, work, logic)
    syncing.finished.connect(care.keep)
    desk = Desk(DeskPresenter(library, work, logic), viewers)
    syncing.finished.connect(desk.strips.strips.make_ahead)
    syncing.finished.connect(arrivals.look)
    return Rooms(
        desk=desk,
        sync=SyncScreen(syncing, library.clock),
        syncing=syncing,
        summary=SummaryBar(library, work),
        viewers=viewers,
        care=care,
        arrivals=arrivals,
    )
