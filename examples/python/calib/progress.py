# SPDX-License-Identifier: MIT
"""Progress: the caller's own function, or bars of tqdm."""
import importlib
import sys
from typing import Any, Callable, Optional, Union

# (stage, done, total); true cancels.
Report = Callable[[int, int, int], object]
Progress = Union[None, bool, Report]

_STAGES = ("waiting", "ms"), ("downloading", "B"), ("reading", "B"), ("tokenizing", "B"), ("sampling", " rows")


class Bars:
    """A bar for each stage, from half a second on."""

    def __init__(self) -> None:
        self._tqdm: Any = importlib.import_module("tqdm.auto").tqdm
        self._stage, self._bar = -1, None  # type: int, Any

    def __call__(self, stage: int, done: int, total: int) -> None:
        if stage != self._stage:
            self.close()
            name, unit = _STAGES[stage] if stage < len(_STAGES) else (f"stage {stage}", "")
            self._stage, self._bar = stage, self._tqdm(desc=f"calib: {name}", unit=unit, unit_scale=True,
                                                       leave=False, delay=0.5)
        self._bar.total = total or None
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._stage, self._bar = -1, None


def chosen(progress: Progress) -> Union[None, bool, Report]:
    """Returns None, True for bars, or the caller's function. None, the default, is bars if stderr is a
    terminal and tqdm is there."""
    if progress is None:
        return True if sys.stderr is not None and sys.stderr.isatty() and _has_tqdm() else None
    if progress is True and not _has_tqdm():
        raise ImportError("progress=True needs tqdm: install it, or give a function")
    if progress is not True and progress is not False and not callable(progress):
        raise TypeError(f"progress must be a bool or a function, not {type(progress).__name__}")
    return progress or None


def begin(progress: Union[None, bool, Report]) -> Optional[Report]:
    """Returns the function of one call. end() follows."""
    return Bars() if isinstance(progress, bool) else progress


def end(report: Optional[Report]) -> None:
    if isinstance(report, Bars):
        report.close()


def _has_tqdm() -> bool:
    try:
        importlib.import_module("tqdm")
    except ImportError:
        return False
    return True
