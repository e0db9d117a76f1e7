# SPDX-License-Identifier: MIT
"""The rows: sequence, buffer, DLPack tensor, and array of numpy."""
import array
import ctypes
import operator
import pickle
import sys
from ctypes import c_char_p, c_int, c_int32, c_void_p
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Tuple, Union, overload

from . import dlpack
from .library import when_gone

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import DTypeLike, NDArray
    from typing_extensions import SupportsIndex


def _buffer_base() -> Any:
    """Returns the base of Samples that makes memoryview(samples) return samples.view().

    From 3.12 on, Python calls __buffer__() for that. Before, only C types have buffers. In 3.10 and
    3.11 PyType_FromSpec makes such a type with the function of PickleBuffer, which asks the object
    at Py_buffer.obj behind the head. In older versions only samples.view() works."""
    if not (3, 10) <= sys.version_info < (3, 12) or sys.implementation.name != "cpython":
        return object

    class Slot(ctypes.Structure):
        _fields_ = [("slot", c_int), ("function", c_void_p)]

    class Spec(ctypes.Structure):
        _fields_ = [("name", c_char_p), ("basicsize", c_int), ("itemsize", c_int),
                    ("flags", ctypes.c_uint), ("slots", ctypes.POINTER(Slot))]

    get_slot = ctypes.PYFUNCTYPE(c_void_p, ctypes.py_object, c_int)(
        ("PyType_GetSlot", ctypes.pythonapi))
    make = ctypes.PYFUNCTYPE(ctypes.py_object, c_void_p)(("PyType_FromSpec", ctypes.pythonapi))
    slots = (Slot * 2)(Slot(1, get_slot(pickle.PickleBuffer, 1)))  # Py_bf_getbuffer
    size = object.__basicsize__ + 10 * ctypes.sizeof(c_void_p)  # with a Py_buffer
    spec = Spec(b"calib.Buffer", size, 0, 1 << 18 | 1 << 10, slots)  # DEFAULT | BASETYPE
    base = make(ctypes.addressof(spec))
    base._keep = spec
    return base


if TYPE_CHECKING:
    _Buffer = object
else:
    _Buffer = _buffer_base()


class Samples(_Buffer):
    """The rows. numpy.asarray(samples) and memoryview(samples) return them without a copy,
    read-only, and keep them alive. samples[i] is a row as a list, samples[i, j] an id.

    The attributes are those of calib_samples: n_rows, seq_len, n_asked, n_sampled, n_available,
    n_tokens, n_dropped; lists with an element for each row: offsets, documents, sources, lengths;
    with one for each of n_sources: source_rows and, None without weights, source_asked and
    source_available; corpus_sha256, in hexadecimal; lock, the text of the lock that gave the rows, or
    None. Copies and pickles hold the rows themselves.
    """

    n_rows: int
    seq_len: int
    offsets: List[int]
    documents: List[int]
    sources: List[int]
    lengths: List[int]
    n_sources: int
    source_rows: List[int]
    source_asked: Optional[List[int]]
    source_available: Optional[List[int]]
    corpus_sha256: str
    lock: Optional[str] = None
    n_asked: int
    n_sampled: int
    n_available: int
    n_tokens: int
    n_dropped: int

    def __init__(self, library: ctypes.CDLL, pointer: Any):
        rows = pointer.contents
        for name in ("n_rows", "seq_len", "n_asked", "n_sampled", "n_available", "n_tokens",
                     "n_dropped", "n_sources"):
            setattr(self, name, getattr(rows, name))
        for name in ("offsets", "documents", "sources"):
            setattr(self, name, getattr(rows, name)[:rows.n_rows] if rows.n_rows else [])
        self.lengths = rows.lengths[:rows.n_rows] if rows.lengths else [rows.seq_len] * rows.n_rows
        for name in ("source_rows", "source_asked", "source_available"):
            found = getattr(rows, name)
            setattr(self, name, found[:rows.n_sources] if found else None)
        self.corpus_sha256 = bytes(rows.corpus_sha256).hex()
        ids = (c_int32 * (rows.n_rows * rows.seq_len)).from_address(
            rows.tokens or ctypes.addressof(rows))
        when_gone(ids, library, "calib_samples_free", ctypes.cast(pointer, c_void_p))
        self._show(ids, (rows.n_rows, rows.seq_len))

    def _show(self, ids: Any, shape: Tuple[int, int]) -> None:
        """Takes the ids, a ctypes array. All views keep it alive."""
        self._ids, self._shape, self._address = ids, shape, ctypes.addressof(ids)
        if shape[0]:
            self._view = memoryview(ids).toreadonly().cast("B").cast("i", shape)
        else:  # cast() takes no 0
            self._view = memoryview((c_int32 * shape[1] * 0)()).toreadonly()
        if _Buffer is not object:
            at = id(self) + object.__basicsize__ + ctypes.sizeof(c_void_p)
            c_void_p.from_address(at).value = id(self._view)

    def __copy__(self) -> "Samples":
        return _restored(*self.__reduce__()[1])

    def __deepcopy__(self, memo: object) -> "Samples":
        return self.__copy__()

    def __reduce__(self) -> Tuple[Any, ...]:
        public = {name: value for name, value in self.__dict__.items() if name[0] != "_"}
        for name in ("offsets", "documents", "sources", "lengths"):
            public[name] = list(public[name])
        return _restored, (self._shape, array.array("i", bytes(self._ids)), public)

    def __buffer__(self, flags: int) -> memoryview:
        return self._view

    def view(self) -> memoryview:
        """Returns memoryview(self), also in Python 3.8 and 3.9."""
        return self._view[:]

    def numpy(self) -> "NDArray[np.int32]":
        """Returns numpy.asarray(self): int32[n_rows][seq_len], the memory itself, read-only."""
        rows: "NDArray[np.int32]" = _import_numpy().asarray(self)
        return rows

    def as_dict(self, dtype: "DTypeLike" = "int32") -> "Dict[str, NDArray[np.integer[Any]]]":
        """Returns {"input_ids": ids, "attention_mask": mask}, two arrays of numpy of n_rows by seq_len.

        The mask is 1 where the row has an id of its own, and 0 where a short row is padded, from its length
        in `lengths` on. Ids of int32 are the memory itself, read-only; those of another `dtype`, such as
        "int64" for torch, are a copy. The mask is of the same type, and always an array of its own.
        """
        module, ids = _import_numpy(), self.numpy()
        lengths = module.array(self.lengths, "int64").reshape(-1, 1)
        mask = module.arange(self._shape[1]) < lengths
        return {"input_ids": ids.astype(dtype, copy=False), "attention_mask": mask.astype(dtype)}

    def as_list(self) -> List[Dict[str, List[int]]]:
        """Returns {"input_ids": [...], "attention_mask": [1, ...]} for each row, without its padding: what
        GPTQModel's quantize() takes, and datasets.Dataset.from_list(), whose result llm-compressor takes."""
        return [{"input_ids": self[row, :n], "attention_mask": [1] * n} for row, n in enumerate(self.lengths)]

    def __repr__(self) -> str:
        return f"<calib.Samples: {self._shape[0]} rows of {self._shape[1]} ids>"

    def __len__(self) -> int:
        return self._shape[0]

    @overload
    def __getitem__(self, index: "SupportsIndex") -> List[int]: ...

    @overload
    def __getitem__(self, index: slice) -> List[List[int]]: ...

    @overload
    def __getitem__(self, index: "Tuple[SupportsIndex, SupportsIndex]") -> int: ...

    @overload
    def __getitem__(self, index: "Tuple[Union[SupportsIndex, slice], Union[SupportsIndex, slice]]") -> Any: ...

    def __getitem__(self, index: Any) -> Any:
        pair = isinstance(index, tuple) and len(index) == 2
        row, column = index if pair else (index, slice(None))
        if isinstance(row, slice):
            return [self[i, column] for i in range(*row.indices(len(self)))]
        i, (n, length) = operator.index(row), self._shape
        if not -n <= i < n:
            raise IndexError(f"row {i} of {n}")
        start = i % n * length
        if isinstance(column, slice):
            return self._ids[start:start + length][column]
        j = operator.index(column)
        if not -length <= j < length:
            raise IndexError(f"token {j} of {length}")
        return self._ids[start + j % length]

    def __iter__(self) -> Iterator[List[int]]:
        return (self[i] for i in range(len(self)))

    def tolist(self) -> List[List[int]]:
        """Returns the rows as lists."""
        return list(self)

    @property
    def __array_interface__(self) -> Dict[str, Any]:
        return {"version": 3, "shape": self._shape,
                "typestr": "<i4" if sys.byteorder == "little" else ">i4",
                "data": (self._address, True)}

    def __dlpack_device__(self) -> Tuple[int, int]:
        return 1, 0  # the CPU

    def __dlpack__(self, *, stream: Any = None, max_version: Optional[Tuple[int, int]] = None,
                   dl_device: Optional[Tuple[int, int]] = None, copy: Optional[bool] = None) -> Any:
        """Returns a capsule: the memory itself, read-only, for DLPack 1; a copy for older readers,
        which cannot know that it is read-only."""
        if stream is not None or dl_device not in (None, (1, 0)):
            raise BufferError("the rows are in the memory of the CPU, without a stream")
        versioned = max_version is not None and max_version[0] >= 1
        if not versioned and copy is False:
            raise BufferError("the rows are read-only, which needs DLPack 1 or a copy")
        copied = bool(copy) or not versioned
        samples = self.__copy__() if copied else self
        return dlpack.capsule(samples, samples._address, self._shape, versioned, copied)


def _import_numpy() -> Any:
    try:
        import numpy
    except ImportError as error:
        raise ImportError("arrays need numpy: install it, or use tolist() or memoryview()") from error
    return numpy


def _restored(shape: Tuple[int, int], ids: "array.array[int]", attributes: Dict[str, Any]) -> Samples:
    """Returns Samples in memory of Python's own."""
    samples = Samples.__new__(Samples)
    samples.__dict__.update(attributes)
    copy = (c_int32 * len(ids))()
    ctypes.memmove(copy, ids.buffer_info()[0], ctypes.sizeof(copy))
    samples._show(copy, shape)
    return samples
