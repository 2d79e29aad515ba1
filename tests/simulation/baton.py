"""Several things at once, one at a time: threads that hand on a baton, in an order that the seed draws."""

import threading
from collections.abc import Callable

_PATIENCE_S = 10.0
"""How long a task that was given up is waited for."""


class AbandonedError(BaseException):
    """The bout was given up, because something in it has failed."""


class Bout:
    """Runs tasks until all have ended. Only one moves at any time: until it pauses, or ends."""

    def __init__(self, draw: Callable[[list[str]], str]) -> None:
        self._draw = draw
        self._mine: dict[str, threading.Semaphore] = {}
        self._back = threading.Semaphore(0)
        self._over: set[str] = set()
        self._failure: BaseException | None = None
        self._names: dict[int, str] = {}

    def run(self, tasks: dict[str, Callable[[], None]]) -> None:
        """Runs the tasks; raises what one of them has raised, after all have ended.

        What comes from outside, such as the end of the time that a test has, gives the bout up and is raised at once:
        whoever waits for the baton ends, and whoever never hands it on keeps nobody from ending.
        """
        threads = [
            threading.Thread(target=self._run, args=[name, task], name=name, daemon=True)
            for name, task in tasks.items()
        ]
        self._mine = {name: threading.Semaphore(0) for name in tasks}
        for thread in threads:
            thread.start()
        try:
            while left := [name for name in tasks if name not in self._over]:
                chosen = self._draw(left) if self._failure is None else left[0]
                self._mine[chosen].release()
                self._back.acquire()
        except BaseException as error:
            self._failure = self._failure or error
            for mine in self._mine.values():
                mine.release()
            raise
        finally:
            for thread in threads:
                thread.join(_PATIENCE_S)
        if self._failure is not None:
            raise self._failure

    def pause(self) -> None:
        """Lets others go on; of no effect for who is no task of this bout."""
        name = self._names.get(threading.get_ident())
        if name is None:
            return
        self._back.release()
        self._mine[name].acquire()
        if self._failure is not None:
            raise AbandonedError

    def _run(self, name: str, task: Callable[[], None]) -> None:
        self._mine[name].acquire()
        self._names[threading.get_ident()] = name
        try:
            if self._failure is None:
                task()
        except AbandonedError:
            pass
        except BaseException as error:  # noqa: BLE001 - handed on to whoever waits for the bout
            self._failure = self._failure or error
        finally:
            del self._names[threading.get_ident()]
            self._over.add(name)
            self._back.release()
