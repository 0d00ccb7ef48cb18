"""JSON Lines files written by people and programs: strict reading, with errors that name the place and the remedy."""

from __future__ import annotations

import codecs
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_KINDS = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}


class EvaluationError(Exception):
    """Something the user gave cannot be evaluated; the message is one line and says what to do."""


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON object and where it stands, ``questions.jsonl, line 3, gold 2``, for error messages."""

    where: str
    values: Mapping[str, Any]

    def _get(self, key: str, expected: str) -> Any:
        if key not in self.values:
            raise EvaluationError(f'{self.where}: the key "{key}" is missing: add it, {expected}')
        return self.values[key]

    def _wrong(self, key: str, expected: str) -> EvaluationError:
        found = _KINDS.get(type(self.values[key]), "a number")
        return EvaluationError(f'{self.where}: "{key}" is {found}: make it {expected}')

    def text(self, key: str, *, blank: bool = False) -> str:
        """Return the string under ``key``; an empty one raises EvaluationError unless ``blank`` is allowed."""
        expected = "a string" if blank else "a string that is not empty"
        value = self._get(key, expected)
        if not isinstance(value, str):
            raise self._wrong(key, expected)
        if not blank and not value.strip():
            raise EvaluationError(f'{self.where}: "{key}" is empty: make it {expected}')
        return value

    def identifier(self, key: str) -> str:
        """Return the string under ``key``, which must be one printable line as it goes into reports."""
        value = self.text(key)
        if not value.isprintable():
            raise EvaluationError(f'{self.where}: "{key}" holds control characters: use printable characters only')
        return value

    def texts(self, key: str, *, blank: bool = False) -> tuple[str, ...]:
        """Return the list of strings under ``key``; an empty one raises EvaluationError unless ``blank`` is allowed."""
        expected = "a list of strings" if blank else "a list of strings that are not empty"
        value = self._get(key, expected)
        if not isinstance(value, list):
            raise self._wrong(key, expected)
        if not all(isinstance(item, str) and (blank or item.strip()) for item in value):
            raise EvaluationError(f'{self.where}: "{key}" holds something else: make it {expected}')
        return tuple(value)

    def counts(self, key: str) -> tuple[int, ...]:
        """Return the list of whole numbers from 1 under ``key``."""
        expected = "a list of whole numbers from 1"
        value = self._get(key, expected)
        if not isinstance(value, list):
            raise self._wrong(key, expected)
        if not all(isinstance(item, int) and not isinstance(item, bool) and item >= 1 for item in value):
            raise EvaluationError(f'{self.where}: "{key}" holds something else: make it {expected}')
        return tuple(value)

    def boolean(self, key: str) -> bool:
        """Return the truth value under ``key``."""
        value = self._get(key, "true or false")
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def number(self, key: str) -> float:
        """Return the finite number under ``key``."""
        value = self._get(key, "a number")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(key, "a number")
        if not math.isfinite(value):
            raise EvaluationError(f'{self.where}: "{key}" is {value}: make it a finite number')
        return float(value)

    def record(self, key: str) -> Record:
        """Return the object under ``key``."""
        value = self._get(key, "an object")
        if not isinstance(value, dict):
            raise self._wrong(key, "an object")
        return Record(f"{self.where}, {key}", value)

    def records(self, key: str) -> tuple[Record, ...]:
        """Return the list of objects under ``key``, each with its number, from 1, as its place."""
        expected = "a list of objects"
        value = self._get(key, expected)
        if not isinstance(value, list):
            raise self._wrong(key, expected)
        if not all(isinstance(item, dict) for item in value):
            raise EvaluationError(f'{self.where}: "{key}" holds something else: make it {expected}')
        return tuple(Record(f"{self.where}, {key} {number}", item) for number, item in enumerate(value, start=1))


def read_bytes(path: Path) -> bytes:
    """Return the bytes of ``path``; raises EvaluationError when it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise EvaluationError(f"{path} does not exist: check the path") from None
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read ({error.strerror}): name a file that you may read") from None
    except ValueError as error:
        raise EvaluationError(f"{str(path)!r} is no path ({error}): check the path") from None


def sha256(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def parse_lines(data: bytes, name: str) -> tuple[Record, ...]:
    """Return the objects of a JSON Lines file, blank lines skipped; a byte order mark is accepted.

    Raises EvaluationError, which names ``name`` and the line, for another encoding than UTF-8 and for bad JSON.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise EvaluationError(f"{name}, line {number}: the text is not UTF-8: save the file as UTF-8") from None
    # Not splitlines(): JSON strings may hold U+2028 and the like unescaped.
    lines = enumerate(text.split("\n"), start=1)
    return tuple(_parse(line, f"{name}, line {number}") for number, line in lines if line.strip())


def _parse(line: str, where: str) -> Record:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        message = f"bad JSON at character {error.colno} ({error.msg}): write one JSON object per line"
        raise EvaluationError(f"{where}: {message}") from None
    except (ValueError, RecursionError):
        raise EvaluationError(f"{where}: a number or a nesting is too long: write plain values") from None
    if not isinstance(value, dict):
        found = _KINDS.get(type(value), "a number")
        raise EvaluationError(f"{where}: the line is {found}: write one JSON object per line")
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise EvaluationError(rf"{where}: a \ud800-\udfff escape has no partner: write the character itself") from None
    return Record(where, value)
