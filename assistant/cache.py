"""What an earlier start worked out from files, in the user's cache folder; taken over only where it is whole."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import msgspec

from assistant.errors import UsageError
from assistant.locations import cache_folder

KEPT = 4
"""Files of one name that are kept: whoever changes between two checkouts finds both again."""

_SUFFIX = ".msgpack"
_DIGEST_SIZE = sha256().digest_size

# a value that msgpack cannot carry is not kept: a number beyond 64 bits, half a surrogate pair
_UNFIT = (TypeError, ValueError, OverflowError, msgspec.MsgspecError)
_UNUSABLE = (OSError, UsageError)  # a folder named by EMH_CACHE may be no folder, or nobody's

ValueT = TypeVar("ValueT")


def key_of(made_from: object, code: Path) -> str | None:
    """Return the key of what the modules in the folder `code` make of a value; None where there is none.

    The modules themselves are part of it, so that no result outlives the code that gave it.
    """
    try:
        digest = sha256(_platform())
        for module in (*sorted(code.glob("*.py")), Path(__file__)):
            content = module.read_bytes()
            digest.update(f"{module.name}\0{len(content)}\0".encode())
            digest.update(content)
        digest.update(msgspec.msgpack.encode(made_from, order="deterministic"))
    except (*_UNFIT, *_UNUSABLE):
        return None
    return digest.hexdigest()


def kept(name: str, key: str | None, kind: type[ValueT]) -> ValueT | None:
    """Return what was kept under `key`; None where nothing was, or it is damaged, or somebody else's."""
    if key is None:
        return None
    try:
        with _path(name, key).open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_uid != os.geteuid() or status.st_mode & 0o022:
                return None
            content = file.read()
        payload = memoryview(content)[_DIGEST_SIZE:]
        if sha256(payload).digest() != content[:_DIGEST_SIZE]:
            return None
        with collector_at_rest():
            return msgspec.msgpack.decode(payload, type=kind)
    except (*_UNFIT, *_UNUSABLE):
        return None


def keep(name: str, key: str | None, value: object) -> None:
    """Keep `value` for later starts; where that cannot be done, nothing happens."""
    if key is None:
        return
    try:
        payload = msgspec.msgpack.encode(value)
        path = _path(name, key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, sha256(payload).digest() + payload)
        files = sorted(path.parent.glob(f"{name}-*{_SUFFIX}"), key=lambda file: file.stat().st_mtime_ns)
        for file in files[:-KEPT]:
            file.unlink(missing_ok=True)
    except (*_UNFIT, *_UNUSABLE):
        return


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keep the garbage collector from walking through thousands of new objects, none of which is garbage."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _path(name: str, key: str) -> Path:
    return cache_folder() / f"{name}-{key}{_SUFFIX}"


def _platform() -> bytes:
    return f"{sys.version} {unicodedata.unidata_version} {msgspec.__version__}".encode()


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    number, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
