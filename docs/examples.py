"""Put the real output of the commands in README.md below them: ``python docs/examples.py``; a test runs it too."""

from __future__ import annotations

import contextlib
import importlib
import io
import re
import shlex
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"
_EXAMPLE = re.compile(r"(?<=```console\n)\$ python -m (search|corpus|eval) (.+)\n(?:(?!```).*\n)*(?=```)")


def with_output(text: str) -> str:
    """Return README text with each example's output as it is now."""
    return _EXAMPLE.sub(lambda match: f"$ python -m {match[1]} {match[2]}\n{_output(match[1], match[2])}", text)


def _output(room: str, command: str) -> str:
    main = importlib.import_module(f"{room}.__main__").main
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = main(shlex.split(command))
    if status:
        raise SystemExit(f"the example fails: python -m {room} {command}")
    return printed.getvalue().rstrip() + "\n"


if __name__ == "__main__":
    README.write_text(with_output(README.read_text(encoding="utf-8")), encoding="utf-8")
