# SPDX-License-Identifier: MIT
"""Imports functions of other programs, and puts others in the place of what they call.

Packages come from tests/python/requirements-peers.txt. Programs that have none are read from clones in the
folders of $CALIB_TEST_CLONES, which is made by hand.
"""
import contextlib
import functools
import importlib
import importlib.util
import os
import pathlib
import sys
import types

import tap

CLONES = os.environ.get("CALIB_TEST_CLONES")


@contextlib.contextmanager
def replaced(*attributes):
    """Replaces attributes of modules, each (module, name, value)."""
    before = [(module, name, getattr(module, name)) for module, name, _ in attributes]
    for module, name, value in attributes:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


def package(name):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise tap.Skip(f"{error}: run sh tests/run.sh peers") from None


def alone(name):
    """Imports a module of a package without what the package itself imports."""
    if name in sys.modules:
        return sys.modules[name]
    parents = name.split(".")[:-1]
    spec = importlib.util.find_spec(parents[0])
    if not spec:
        raise tap.Skip(f"no package {parents[0]}: run sh tests/run.sh peers")
    root = pathlib.Path(spec.origin).parent.parent
    for depth in range(len(parents)):
        module = types.ModuleType(".".join(parents[:depth + 1]))
        module.__path__ = [str(root.joinpath(*parents[:depth + 1]))]
        sys.modules.setdefault(module.__name__, module)
    return importlib.import_module(name)


def clone(path):
    """Imports a file of a clone in $CALIB_TEST_CLONES, with nothing in place of what it imports for CUDA."""
    if not CLONES:
        raise tap.Skip("it has no package: set CALIB_TEST_CLONES to a folder of clones")
    return _clone(path)


@functools.lru_cache(maxsize=None)
def _clone(path):
    stubs = {name: types.ModuleType(name) for name in ("glog", "lib", "lib.utils", "lib.utils.matmul_had")}
    stubs["lib"].codebook = stubs["lib.utils.matmul_had"].matmul_hadU = None
    stubs["lib.utils"].__path__ = []
    spec = importlib.util.spec_from_file_location("lib.utils.the_clone", pathlib.Path(CLONES, path))
    module = importlib.util.module_from_spec(spec)
    sys.modules.update(stubs)
    try:
        spec.loader.exec_module(module)
    finally:
        for name in stubs:
            del sys.modules[name]
    return module
