# SPDX-License-Identifier: MIT
"""Documents from Python: lists and iterables of str or dict, chats, and Arrow tables."""
import collections.abc
import ctypes
import importlib
import io
import itertools
import json
import os
from ctypes import c_char, c_int32, c_uint64
from typing import Any, Callable, Dict, List, Optional

from .structs import (DOCUMENT, DOCUMENTS_APPEND, DOCUMENTS_APPEND_MISSING, DOCUMENTS_FORMATS,
                      DOCUMENTS_LAZY, DOCUMENTS_PARTS, DOCUMENTS_PLAIN, DOCUMENTS_SKIP_MALFORMED, RENDER, SPECIALS,
                      STRIPS, Documents, integer, string)

_FILES = {name: DOCUMENTS_FORMATS[name] for name in ("lines", "blank", "separator", "jsonl", "json")}
_FLAGS = {"append_missing": DOCUMENTS_APPEND_MISSING, "skip_malformed": DOCUMENTS_SKIP_MALFORMED,
          "plain": DOCUMENTS_PLAIN, "parts": DOCUMENTS_PARTS, "lazy": DOCUMENTS_LAZY}
_CHATS = {"chatml": 1, "template": 0}
_NUMBERS = ("min_chars", "max_chars", "min_tokens", "max_tokens")
_TEXTS = ("field", "separator", "join")
_KEYS = {"documents", "strip", "specials", "chat", "append_id", "render", "render_sha256",
         *_FLAGS, *_NUMBERS, *_TEXTS}


Carry = Callable[[Callable[..., int], int], Callable[..., int]]
_Given = Dict[str, Any]


def take_documents(fields: _Given, tokenizer: Any, carry: Carry) -> Optional[Documents]:
    """Takes what is about documents out of the fields of a source. Returns a calib_documents, which keeps
    alive what it points to, or None if the source is one text. `carry` wraps callbacks."""
    taken = {key: fields.pop(key) for key in _KEYS & fields.keys()}
    given = {key: value for key, value in taken.items() if value is not None}
    source, fields["source"] = fields.get("source"), None
    if isinstance(source, (collections.abc.Mapping, io.IOBase)):
        raise TypeError(f"source is a {type(source).__name__}: give one of its tables or lists, or the path "
                        "of the file")
    if _is_dataset(source):
        source = _texts_of_dataset(source, given)
    if hasattr(source, "__arrow_c_stream__"):
        documents = _arrow(source, given, tokenizer, carry)
    elif isinstance(source, collections.abc.Iterable) and not isinstance(
            source, (str, bytes, bytearray, memoryview, os.PathLike)):
        documents = _iterable(source, given, tokenizer, carry)
    else:
        fields["source"] = source
        if "documents" not in given:
            if given:
                raise TypeError(f"{', '.join(sorted(given))}: only documents have these; set documents")
            return None
        documents = Documents(format=_choice("documents", given.pop("documents"), _FILES))
        _set_chat(documents, given, tokenizer, carry)
    _set_rest(documents, given)
    return documents


def _choice(key: str, value: str, choices: Dict[str, int]) -> int:
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{key} is {value!r}, not one of {', '.join(choices)}")
    return choices[value]


def _set_rest(documents: Documents, given: _Given) -> None:
    for key in _TEXTS:
        if key in given:
            setattr(documents, key, string(key, given.pop(key)))
    for key in _NUMBERS:
        setattr(documents, key, integer(key, given.pop(key, 0), c_uint64))
    for key, flag in _FLAGS.items():
        documents.flags |= flag if given.pop(key, False) else 0
    if documents.flags & DOCUMENTS_APPEND_MISSING and "append_id" not in given:
        raise TypeError("append_missing needs append_id, the id to append")
    if "append_id" in given:
        documents.append_id = integer("append_id", given.pop("append_id"), c_int32)
        documents.flags |= 0 if documents.flags & DOCUMENTS_APPEND_MISSING else DOCUMENTS_APPEND
    documents.strip = _choice("strip", given.pop("strip", "none"), STRIPS)
    if "specials" in given:
        documents.specials = _choice("specials", given.pop("specials"), SPECIALS)
    if given:
        raise TypeError(f"{', '.join(sorted(given))}: not for documents of this kind")


# ---- chats ----

def _apply_of(tokenizer: Any) -> Optional[Callable[..., str]]:
    """Returns apply_chat_template() of a tokenizer; None if it has no template."""
    own = getattr(tokenizer, "tokenizer", tokenizer)
    if not hasattr(own, "apply_chat_template") and tokenizer.folder:
        own = _opened_by_transformers(tokenizer.folder)
    there: Optional[Callable[..., str]] = getattr(own, "apply_chat_template", None)
    return there


def _opened_by_transformers(folder: str) -> Any:
    """Returns the tokenizer in a model's folder, for its template; None if there is none."""
    if not os.path.exists(os.path.join(folder, "tokenizer_config.json")):
        return None
    try:
        return importlib.import_module("transformers").AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception:  # transformers is not there, or does not know the tokenizer
        return None


def _template(tokenizer: Any) -> Callable[[Any], str]:
    """Returns a function from messages to text: the tokenizer's own chat template."""
    there = _apply_of(tokenizer)
    if there is None:
        raise TypeError("the documents have messages, but the tokenizer has no apply_chat_template(): "
                        "install transformers and open it by that, or set chat='chatml'")
    return lambda messages: there(messages, tokenize=False)


def _set_render(documents: Documents, render: Callable[[str], str], carry: Carry,
                digest: Optional[bytes] = None) -> None:
    """Makes documents by `render`, a function from a record as JSON to text."""

    def call(_: object, record: int, length: int, put: Callable[..., int], put_ctx: object) -> int:
        made = render(bytes((c_char * length).from_address(record)).decode())
        if not isinstance(made, str):
            raise TypeError(f"render must give a str, not {type(made).__name__}")
        text = made.encode()
        return put(put_ctx, text, len(text), 0)
    documents.render = RENDER(carry(call, -1))
    if digest is not None:
        if not isinstance(digest, (bytes, bytearray)) or len(digest) != 32:
            raise TypeError("render_sha256 must be 32 bytes, such as hashlib.sha256(...).digest()")
        documents.digest = (ctypes.c_uint8 * 32)(*digest)
        documents.render_sha256 = ctypes.addressof(documents.digest)


def _set_chat(documents: Documents, given: _Given, tokenizer: Any, carry: Carry) -> None:
    chat, render, digest = (given.pop(key, None) for key in ("chat", "render", "render_sha256"))
    if render is not None:
        if not callable(render):
            raise TypeError(f"render must be a function from a record to a str, not {type(render).__name__}")
        _set_render(documents, lambda record: render(json.loads(record)), carry, digest)
    elif chat == "template":
        template = _template(tokenizer)
        # Without a digest nothing is stored: what a template gives depends on more than its text.
        _set_render(documents, lambda record: template(json.loads(record)["messages"]), carry, digest)
        given.setdefault("specials", "none")
    elif chat is not None:
        documents.renderer = _choice("chat", chat, _CHATS)


# ---- iterables ----

def _asks_for_template(given: _Given) -> bool:
    """Takes `chat`. Without it the first item tells if the items are chats."""
    chat = given.pop("chat", None)
    if chat is not None and _choice("chat", chat, _CHATS):
        raise ValueError("chat='chatml' is for files and tables: write the records as JSON lines and name that "
                         "file with documents='jsonl', or use chat='template', the tokenizer's own")
    return chat is not None


def _iterable(source: Any, given: _Given, tokenizer: Any, carry: Carry) -> Documents:
    """The items are str, or dict with a text or with messages."""
    items = iter(source)
    first: List[Any] = list(itertools.islice(items, 1))
    field = given.pop("field", "text")
    chats = _asks_for_template(given)
    if not chats and first and isinstance(first[0], collections.abc.Mapping):
        chats = "messages" in first[0] and field not in first[0]
    if chats:
        given.setdefault("specials", "none")
    template = _template(tokenizer) if chats else None
    items = itertools.chain(first, items)

    def text_of(item: Any) -> str:
        if isinstance(item, str):
            return item
        if not isinstance(item, collections.abc.Mapping):
            raise TypeError(f"a document is str or dict, not {type(item).__name__}")
        if template and "messages" in item:
            return template(item["messages"])
        text = item.get(field)
        if not isinstance(text, str):
            raise TypeError(f"a document has no str at {field!r}: {str(item)[:200]}")
        return text

    def following(_: object, put: Callable[..., int], put_ctx: object) -> int:
        for item in items:
            text = text_of(item).encode()
            return put(put_ctx, text, len(text), 0)
        return 1
    documents = Documents(format=DOCUMENTS_FORMATS["callback"])
    documents.next = DOCUMENT(carry(following, -1))
    return documents


# ---- Arrow ----

def _is_dataset(source: object) -> bool:
    """Returns true for a datasets.Dataset. An IterableDataset is read like any iterable."""
    return any((kind.__module__, kind.__qualname__) == ("datasets.arrow_dataset", "Dataset")
               for kind in type(source).__mro__)


def _texts_of_dataset(dataset: Any, given: _Given) -> Any:
    """Returns a stream of the texts of a Dataset, in the order of its shuffle() and select(); the Dataset
    itself, an iterable of dict, if it holds chats or makes its texts as they are read."""
    field = given.get("field", "text")
    is_text = getattr(dataset.features.get(field), "dtype", None) in ("string", "large_string")
    if not is_text or "chat" in given or "render" in given or dataset.format["type"] == "custom":
        return dataset
    texts = dataset.select_columns([field]).with_format("arrow")  # its table would ignore the order
    batches = (batch for table in texts.iter(1000) for batch in table.to_batches())
    return importlib.import_module("pyarrow").RecordBatchReader.from_batches(texts.features.arrow_schema, batches)


def _holds_chats(table: Any, given: _Given) -> bool:
    """Returns true for a table with messages and without the column of texts."""
    for names in ("column_names", "columns", "schema"):
        columns = getattr(table, names, None)
        if columns is not None:
            columns = list(getattr(columns, "names", columns))
            return "messages" in columns and given.get("field", "text") not in columns
    return False


def _arrow(source: Any, given: _Given, tokenizer: Any, carry: Carry) -> Documents:
    if not given.keys() & {"chat", "render"} and _holds_chats(source, given) and _apply_of(tokenizer):
        given["chat"] = "template"
    documents = Documents(format=DOCUMENTS_FORMATS["arrow"])
    pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
    pointer_of.restype, pointer_of.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    documents.capsule = source.__arrow_c_stream__()
    documents.arrow = pointer_of(documents.capsule, b"arrow_array_stream")
    _set_chat(documents, given, tokenizer, carry)
    return documents
