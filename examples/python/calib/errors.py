# SPDX-License-Identifier: MIT
"""The exceptions: one class for each kind of failure. Each is also of the built-in class, if there is one, by
which a caller would catch such a failure."""
from typing import Dict, Type


class Error(Exception):
    """A failed call. str() is the library's message: what failed, on which object, and the remedy.
    Attributes: status, name (of the status), message, callback_result, system_error, http_status, offset."""

    def __init__(self, message: str, status: int = 0, name: str = "", callback_result: int = 0,
                 system_error: int = 0, http_status: int = 0, offset: int = -1):
        # All of them are arguments of the exception, so that a pickle has them.
        super().__init__(message, status, name, callback_result, system_error, http_status, offset)
        self.message, self.status, self.name = message, status, name
        self.callback_result, self.system_error = callback_result, system_error
        self.http_status, self.offset = http_status, offset
        if isinstance(self, OSError):
            setattr(self, "errno", system_error or None)

    def __str__(self) -> str:
        return self.message


class ArgumentError(Error, ValueError):
    """An argument is missing, wrong or out of range."""


class UnsupportedError(Error, NotImplementedError):
    """This build or version of the library does not offer that."""


class OutOfMemoryError(Error, MemoryError):
    """Memory ran out."""


class CancelledError(Error):
    """The progress function cancelled the call."""


class SystemFailure(Error, OSError):
    """The operating system refused an operation; also the base of those below."""


class NotFoundError(SystemFailure, FileNotFoundError):
    """There is no such file."""


class AccessError(SystemFailure, PermissionError):
    """Permission was denied."""


class NoSpaceError(SystemFailure):
    """The device has no space left."""


class NetworkError(Error, ConnectionError):
    """A transfer failed: no network, no trusted connection, an answer that is an error; or the library is
    offline, and the text is not in the cache."""


class TimeLimitError(NetworkError, TimeoutError):
    """A time limit was reached."""


class IntegrityError(Error):
    """A text or stored tokens are not those that were pinned, stored or first read."""


class SourceError(Error, ValueError):
    """A source holds something else than its format asks for."""


class TooFewError(Error, ValueError):
    """The corpus is empty, or too short for the rows that were asked for."""


class TokenizerError(Error, ValueError):
    """The tokenizer cannot be opened, failed, or gave ids that it cannot give."""


class CallbackError(Error, RuntimeError):
    """A callback of a source failed."""


class RecipeError(Error, ValueError):
    """A file is no recipe, or something is not as its lock holds it."""


# Numbers of CALIB_STATUSES in calib.h. A newer library may know more of them: Error.
_KINDS: Dict[int, Type[Error]] = {
    -1: ArgumentError, -2: UnsupportedError, -3: UnsupportedError, -4: OutOfMemoryError,
    -5: CancelledError, -6: SystemFailure, -7: NotFoundError, -8: AccessError, -9: NoSpaceError,
    -10: NetworkError, -11: NetworkError, -12: NetworkError, -13: NetworkError, -14: TimeLimitError,
    -15: IntegrityError, -16: IntegrityError, -17: IntegrityError, -18: IntegrityError,
    -19: TooFewError, -20: SourceError, -21: SourceError, -22: TokenizerError,
    -23: TooFewError, -24: TooFewError, -25: TokenizerError, -26: SourceError,
    -27: IntegrityError, -28: SourceError, -29: SourceError, -30: CallbackError,
    -31: RecipeError, -32: RecipeError}

for _kind in (Error, *_KINDS.values()):
    _kind.__module__ = "calib"


def kind_of(status: int) -> Type[Error]:
    """Returns the class of the failures with this status."""
    return _KINDS.get(status, Error)
