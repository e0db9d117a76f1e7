# SPDX-License-Identifier: MIT
"""Ctrl-C for tests."""
import contextlib
import os
import signal
import threading
import time

import tap

LATE = 1.0  # seconds from Ctrl-C to the exception


@contextlib.contextmanager
def interrupted(what, after=0.3):
    """Sends SIGINT to this process; the body must raise KeyboardInterrupt within LATE."""
    def send():
        time.sleep(after)
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)
    sent, old = [], signal.signal(signal.SIGINT, signal.default_int_handler)
    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield
    except KeyboardInterrupt:
        late = time.monotonic() - sent[0]
    else:
        late = None
    finally:
        with contextlib.suppress(KeyboardInterrupt):
            sender.join()
        signal.signal(signal.SIGINT, old)
    tap.holds(late is not None, f"{what}: KeyboardInterrupt was raised")
    tap.note(f"{what}: {late * 1000:.0f} ms")
    tap.holds(late < LATE, f"{what}: {late:.3f} s")
