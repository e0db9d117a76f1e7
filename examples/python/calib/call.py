# SPDX-License-Identifier: MIT
"""Runs calls of the library so that the caller can leave them."""
import atexit
import contextvars
import os
import queue
import threading
import time
from typing import TYPE_CHECKING, Any, Callable, Optional, Set, Tuple

from .library import last_error
from .progress import begin, end
from .structs import E_ENCODE

if TYPE_CHECKING:
    from .borrow import Borrowed

current = threading.local()  # .call: the one that this thread runs
_left: "Set[Call]" = set()  # calls that were cancelled and have not ended


@atexit.register
def _wait_at_exit() -> None:
    """Lets cancelled calls end, at most a second, while the interpreter still runs."""
    limit = time.monotonic() + 1
    for call in list(_left):
        call.ended.wait(max(0, limit - time.monotonic()))


class Call:
    """A call of the library, on a thread of its own.

    Python handles signals on the main thread only. So no signal ends a callback before it has a
    result, and the caller waits where Ctrl-C reaches it. If the caller leaves, the call is
    cancelled. Its thread keeps alive all that it borrows until it ends.
    """

    def __init__(self, borrowed: "Borrowed", work: "Callable[[Call], Any]"):
        self.borrowed: Borrowed = borrowed
        self.work: Optional[Callable[[Call], Any]] = work
        self.cancelled = False
        self.ended = threading.Event()
        self.callers = {threading.get_ident()}
        self.process = os.getpid()
        self.reports: "queue.SimpleQueue[Optional[Tuple[int, ...]]]" = queue.SimpleQueue()
        self.answers: "queue.SimpleQueue[bool]" = queue.SimpleQueue()
        self.value: Any = None
        self.error: Optional[BaseException] = None
        self.failure: Optional[BaseException] = None
        self.refusal: Optional[BaseException] = None

    def result(self) -> Any:
        """Runs the call. Returns or raises what `work` does."""
        thread = threading.Thread(target=contextvars.copy_context().run, args=(self._run,),
                                  name="calib", daemon=True)
        progress: Any = begin(self.borrowed.progress)
        try:
            thread.start()
            while True:
                report = self._next_report()
                if report is None:
                    break
                self.answers.put(bool(progress(*report)))
        except BaseException:
            self._leave(thread)
            raise
        finally:
            end(progress)
        error, self.error = self.error, None
        if error is not None:
            try:
                raise error
            finally:
                del error  # its traceback holds this frame
        return self.value

    def _next_report(self) -> Optional[Tuple[int, ...]]:
        while True:
            try:
                return self.reports.get(timeout=0.1)  # some systems do not interrupt longer waits
            except queue.Empty:
                continue

    def _leave(self, thread: threading.Thread) -> None:
        self.cancelled = True
        self.answers.put(True)
        if thread.ident is not None:
            _left.add(self)
            if self.ended.wait(0.3):
                _left.discard(self)

    def _run(self) -> None:
        current.call = self
        self.callers.add(threading.get_ident())
        try:
            if not self.cancelled and self.work:
                self.value = self.work(self)
        except BaseException as error:
            self.error = error
        # The caller may hold this object for long, in a traceback.
        self.work = None
        if self.cancelled:
            self.value = self.error = None
        self.ended.set()
        _left.discard(self)
        self.reports.put(None)

    def report(self, *report: int) -> bool:
        """The progress callback: returns true to cancel. The caller runs its function."""
        if self.cancelled or self.borrowed.progress is None:
            return self.cancelled
        self.reports.put(report)
        return self.answers.get()

    def check(self, status: int) -> None:
        """Raises what a callback raised, or the Error of a status."""
        error = self.failure
        if error is None and status == E_ENCODE:
            error = self.refusal
        self.failure = self.refusal = None
        if error is not None:
            raise error
        if status:
            raise last_error(status)
