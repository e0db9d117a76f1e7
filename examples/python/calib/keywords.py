# SPDX-License-Identifier: MIT
"""The types of the keywords of load(), Corpus() and Corpus.sample(): what each does is in calib.h,
calib_documents.h and docs/python.md."""
import os
from typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping, Sequence, TypedDict, Union

from .progress import Progress

if TYPE_CHECKING:
    from typing_extensions import Protocol

    class HasArrowStream(Protocol):
        """A table of pyarrow, polars, DuckDB, pandas, ..."""

        def __arrow_c_stream__(self, requested_schema: Any = None) -> object: ...

Path = Union[str, "os.PathLike[str]"]
Document = Union[str, Mapping[str, Any]]
Documents = Union[Iterable[Document], "HasArrowStream"]


class SourceKeywords(TypedDict, total=False):
    """Of one source."""

    source: Union[Path, Documents, None]
    text: Union[str, bytes, bytearray, memoryview, None]
    mirrors: Sequence[str]
    sha256: str
    size_bytes: int
    bearer_token: str
    weight: int
    reader: Union[str, int]
    source_flags: int
    documents: str
    field: str
    separator: str
    join: str
    strip: str
    specials: str
    chat: str
    render: Callable[[Any], str]
    render_sha256: bytes
    append_id: int
    append_missing: bool
    skip_malformed: bool
    plain: bool
    parts: bool
    lazy: bool
    min_chars: int
    max_chars: int
    min_tokens: int
    max_tokens: int


class OptionKeywords(TypedDict, total=False):
    """Of calib_options."""

    cache_dir: Path
    proxy: str
    ca_file: Path
    progress: Progress
    max_download_bytes: int
    max_whole_bytes: int
    max_memo_bytes: int
    max_cache_bytes: int
    max_text_bytes: int
    flags: int
    offline: int
    connect_timeout_ms: int
    stall_timeout_ms: int
    deadline_ms: int
    lock_timeout_ms: int
    max_tries: int
    threads: int
    slice: int
    n_slices: int


class _SamplingKeywords(TypedDict, total=False):
    sampler: str
    numbers: Sequence[int]
    first_row: int
    skip: int
    rank: int
    world: int
    bos: int
    short_rows: int
    pad_id: int
    pad: int


class SampleKeywords(_SamplingKeywords, total=False):
    """Of Corpus.sample()."""

    flags: int


class CorpusKeywords(SourceKeywords, OptionKeywords, total=False):
    """Of Corpus()."""

    sources: Iterable[SourceKeywords]


class LoadKeywords(CorpusKeywords, _SamplingKeywords, total=False):
    """Of load()."""

    sampling_flags: int
