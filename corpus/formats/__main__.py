"""``python -m corpus.formats FILE``: read one file within limits and print it as JSON; see ``corpus.isolation``."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

from corpus.errors import CorpusError
from corpus.formats import format_of, read_format
from corpus.isolation import MAX_CHARACTERS, MEMORY_BYTES, Reading, reading_to_json

_SHARE = 0.9
"""Of the time, for reading; the rest is for starting, and for what comes after."""


def main(file: str, seconds: int) -> int:
    """Print the reading of a file, or why there is none; return the exit status: 0, 1 for a failure."""
    # What libraries print must not mix with the reading.
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    _limit(seconds)
    path = Path(file)
    try:
        format_name = format_of(path)
        extracted = read_format(path, format_name, _SHARE * seconds)
        if len(extracted.text) > MAX_CHARACTERS:
            raise CorpusError(
                f"{path}: {len(extracted.text):,} characters of text, more than the limit of {MAX_CHARACTERS:,}; "
                "split the file"
            )
        table = reading_to_json(Reading(format_name, extracted))
    except CorpusError as error:
        # Some readers know no more than the name; several files may bear it.
        table = {"error": f"{path}: {str(error).removeprefix(f'{path}: ').removeprefix(f'{path.name}: ')}"}
    except (MemoryError, RecursionError):
        table = {"error": f"{path}: reading it takes too much memory; split the file or save it again"}
    except Exception as error:  # a library met a file that its authors did not think of
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        table = {"error": f"{path}: cannot be read ({reason}); save it again or as another format"}
    with answer:
        # Surrogates of broken files are escaped.
        answer.write(json.dumps(table))
    return int("error" in table)


def _limit(seconds: int) -> None:
    """Let this process have no more memory than ``MEMORY_BYTES`` and, should nobody wait for it, end one day."""
    try:
        import resource
    except ImportError:  # Windows has none
        return
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, 4 * seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            hard = resource.getrlimit(limit)[1]
            resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
