"""A plan of a city that does not exist, and how an error about a file has to read."""

from __future__ import annotations

import pytest

from corpus.errors import CorpusError

PLAN = "架空市改革プラン\n\n1 窓口手続のオンライン化\n\n待ち時間と紙の使用を減らすため、手続を順次改めていく。\n"


def one_line(error: pytest.ExceptionInfo[CorpusError]) -> str:
    message = str(error.value)
    assert len(message.splitlines()) == 1
    return message
