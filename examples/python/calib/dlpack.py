# SPDX-License-Identifier: MIT
"""DLPack capsules, through ctypes."""
import ctypes
from ctypes import c_char_p, c_int, c_int32, c_int64, c_uint8, c_uint16, c_uint32, c_uint64
from ctypes import c_void_p
from typing import Any, Dict, Tuple

_DELETER = ctypes.CFUNCTYPE(None, c_void_p)
_DESTRUCTOR = ctypes.PYFUNCTYPE(None, c_void_p)
_exported: Dict[int, Tuple[Any, ...]] = {}  # address of a tensor: the struct, and the samples that it shows


class _Tensor(ctypes.Structure):
    _fields_ = [("data", c_void_p), ("device_type", c_int32), ("device_id", c_int32),
                ("ndim", c_int32), ("code", c_uint8), ("bits", c_uint8), ("lanes", c_uint16),
                ("shape", ctypes.POINTER(c_int64)), ("strides", ctypes.POINTER(c_int64)),
                ("byte_offset", c_uint64)]


class _Managed(ctypes.Structure):
    _fields_ = [("tensor", _Tensor), ("manager", c_void_p), ("deleter", _DELETER)]


class _Versioned(ctypes.Structure):
    _fields_ = [("major", c_uint32), ("minor", c_uint32), ("manager", c_void_p),
                ("deleter", _DELETER), ("flags", c_uint64), ("tensor", _Tensor)]


_delete = _DELETER(_exported.pop)
_NAMES = b"dltensor", b"dltensor_versioned"
_new = ctypes.PYFUNCTYPE(ctypes.py_object, c_void_p, c_char_p, _DESTRUCTOR)(
    ("PyCapsule_New", ctypes.pythonapi))
_valid = ctypes.PYFUNCTYPE(c_int, c_void_p, c_char_p)(("PyCapsule_IsValid", ctypes.pythonapi))
_pointer = ctypes.PYFUNCTYPE(c_void_p, c_void_p, c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi))


def _free(capsule: Any) -> None:
    """Frees the tensor of a capsule that nobody used: a reader renames it and frees it itself."""
    for name in _NAMES:
        if _valid(capsule, name):
            _exported.pop(_pointer(capsule, name), None)


_destroy = _DESTRUCTOR(_free)


def capsule(owner: object, address: int, rows_by_length: Tuple[int, int], versioned: bool, copied: bool) -> Any:
    """Returns a new capsule of int32 at `address`, which lives as long as `owner`."""
    rows, length = rows_by_length
    shape, strides = (c_int64 * 2)(rows, length), (c_int64 * 2)(length, 1)
    tensor = _Tensor(address, 1, 0, 2, 0, 32, 1, shape, strides, 0)
    managed: ctypes.Structure
    if versioned:  # flags: 1 read-only, 2 copied
        managed = _Versioned(1, 0, None, _delete, 2 if copied else 1, tensor)
    else:
        managed = _Managed(tensor, None, _delete)
    _exported[ctypes.addressof(managed)] = managed, shape, strides, owner
    return _new(ctypes.addressof(managed), _NAMES[versioned], _destroy)
