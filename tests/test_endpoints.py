"""The page as a process: its endpoints, its errors, and what it refuses."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from server import ROOT, free_port

import app
from search import SearchEngine
from search.query import MAX_CHARACTERS
from ui.inputs import InputError, checked_themes
from ui.network import is_open, stay_local

pytest_plugins = ["server"]

QUESTION = "どの市がテレワークを目標にしていますか"


@pytest.fixture(scope="module")
def client(app_url: str) -> Client:
    return Client(app_url, verbose=False)


@pytest.fixture(scope="module")
def english_client(app_url: str) -> Client:
    return Client(app_url, verbose=False, headers={"Accept-Language": "en-US,en;q=0.9,ja;q=0.8"})


# The public endpoints.


def test_api_shows_exactly_the_five_endpoints(client: Client) -> None:
    described: Any = client.view_api(print_info=False, return_format="dict")
    assert set(described["named_endpoints"]) == {"/find", "/ask", "/understand", "/compare", "/documents"}
    assert not described["unnamed_endpoints"]


def test_find_gives_verbatim_passages(client: Client, engine: SearchEngine) -> None:
    hits = client.predict("テレワークPCの稼働率", top_k=3, municipalities=["結城市"], api_name="/find")
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    for hit in hits:
        start, end = hit["span"]
        assert hit["municipality"] == "結城市"
        assert engine.canonical_text(hit["doc"])[start:end] == hit["text"]


def test_find_keeps_to_kind_and_fiscal_year(client: Client, engine: SearchEngine) -> None:
    hits = client.predict("デジタル化の推進", fiscal_year=2024, kinds=["report"], api_name="/find")
    kinds = {document.id: document.kind for document in engine.documents}
    assert hits
    assert {kinds[hit["doc"]] for hit in hits} <= {"report", "plan-and-report"}


def test_ask_gives_the_answer_of_the_engine(client: Client, engine: SearchEngine) -> None:
    answer = client.predict(QUESTION, api_name="/ask")
    expected = engine.ask(QUESTION)
    assert answer["municipalities"] == list(expected.municipalities)
    assert answer["without_evidence"] == list(expected.without_evidence)
    assert answer["citations"]
    for citation in answer["citations"]:
        start, end = citation["span"]
        assert engine.canonical_text(citation["doc"])[start:end] == citation["quote"]


def test_understand_tells_how_a_question_is_read(client: Client) -> None:
    reading = client.predict("結城市と水戸市の令和7年度の残業", api_name="/understand")
    assert reading["language"] == "ja"
    assert (reading["municipalities"], reading["outside"], reading["fiscal_years"]) == (["結城市"], ["水戸市"], [2025])
    recognised = {one["kind"]: one for one in reading["recognised"]}
    assert recognised["municipality"] == {
        "key": "municipality:結城市",
        "kind": "municipality",
        "name": "結城市",
        "means": ["結城市"],
        "effect": "filter",
        "on": True,
    }
    assert "時間外勤務" in recognised["synonyms"]["means"]
    assert {"municipality", "outside", "year", "synonyms"} <= set(recognised)


def test_what_is_ignored_is_understood_but_off(client: Client) -> None:
    question, ignore = "結城市の残業", ["municipality:結城市", "synonyms", "municipality:none", "<b>"]
    reading = client.predict(question, ignore=ignore, api_name="/understand")
    assert reading["municipalities"] == []
    off = {one["kind"]: one["on"] for one in reading["recognised"]}
    assert (off["municipality"], off["synonyms"]) == (False, False)

    assert {hit["municipality"] for hit in client.predict(question, api_name="/find")} == {"結城市"}
    hits = client.predict(question, ignore=ignore, api_name="/find")
    assert {hit["municipality"] for hit in hits} > {"結城市"}
    answer = client.predict(question, ignore=["municipality"], api_name="/ask")
    assert len(answer["municipalities"] + answer["without_evidence"]) > 1


def test_ignore_comes_after_the_older_parameters(client: Client) -> None:
    described: Any = client.view_api(print_info=False, return_format="dict")
    names = {
        name: [parameter["parameter_name"] for parameter in endpoint["parameters"]]
        for name, endpoint in described["named_endpoints"].items()
    }
    filters = ["municipalities", "fiscal_year", "kinds", "departments", "statuses", "numeric_target"]
    assert names["/find"] == ["question", "top_k", *filters, "ignore"]
    assert names["/ask"] == ["question", *filters, "ignore"]
    assert names["/understand"] == ["question", "ignore"]


def test_compare_gives_a_cell_for_each_municipality_and_theme(client: Client) -> None:
    matrix = client.predict(["テレワーク", "RPA"], municipalities=["結城市", "石岡市"], api_name="/compare")
    assert matrix["municipalities"] == ["結城市", "石岡市"]
    assert matrix["themes"] == ["テレワーク", "RPA"]
    assert [len(row) for row in matrix["cells"]] == [2, 2]
    assert matrix["cells"][0][0]["citations"]


def test_documents_lists_the_index(client: Client, engine: SearchEngine) -> None:
    documents = client.predict(api_name="/documents")
    assert [document["id"] for document in documents] == [document.id for document in engine.documents]
    json.dumps(documents)


# Errors.


@pytest.mark.parametrize(
    ("arguments", "japanese", "english"),
    [
        ({"question": "  \n"}, "質問が空です", "The question is empty"),
        ({"question": "あ" * 10_000}, f"{MAX_CHARACTERS:,}文字以内", f"at most {MAX_CHARACTERS:,}"),
        ({"question": 5}, "文字列", "must be a text"),
        (
            {"question": "窓口", "municipalities": ["水戸市"]},
            "「水戸市」の文書は収録されていません",
            "no documents of “水戸市”",
        ),
        ({"question": "窓口", "municipalities": "結城市"}, "一覧", "list of texts"),
        ({"question": "窓口", "kinds": ["memo"]}, "「memo」はありません", "no kind of document “memo”"),
        ({"question": "窓口", "fiscal_year": "R7"}, "「R7」が読み取れません", "not a fiscal year"),
        ({"question": "窓口", "ignore": "synonyms"}, "一覧", "list of texts"),
        ({"question": "窓口", "ignore": [5]}, "一覧", "list of texts"),
        ({"question": "窓口", "top_k": 0}, "「0」は使えません", "not a usable number"),
    ],
)
def test_wrong_input_is_explained_in_the_clients_language(
    client: Client, english_client: Client, arguments: dict[str, Any], japanese: str, english: str
) -> None:
    for one, expected in ((client, japanese), (english_client, english)):
        with pytest.raises(AppError) as caught:
            one.predict(**arguments, api_name="/find")
        assert expected in str(caught.value)
        assert "Traceback" not in str(caught.value)


def test_themes_come_from_lines_and_commas() -> None:
    assert checked_themes(" テレワーク、RPA\n\nRPA，窓口, DX ") == ["テレワーク", "RPA", "窓口", "DX"]
    for wrong in ("", "、\n", None, []):
        with pytest.raises(InputError) as caught:
            checked_themes(wrong)
        assert "テーマがありません" in caught.value.message("ja")
    with pytest.raises(InputError, match="error_many_themes"):
        checked_themes([str(number) for number in range(100)])


def test_missing_index_ends_with_the_command_to_run(tmp_path: Path) -> None:
    ended = _run_app("--index", str(tmp_path / "none"), "--port", str(free_port()))
    assert ended.returncode == 1
    assert ended.stderr.startswith("app: ")
    assert "python -m indexer build" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = _run_app("--port", str(port))
    assert ended.returncode == 1
    assert f"127.0.0.1:{port}" in ended.stderr
    assert "--port" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_impossible_port_is_wrong_usage(port: str) -> None:
    with pytest.raises(SystemExit) as ended:
        app.main([f"--port={port}"])
    assert ended.value.code == 2


def test_interrupt_ends_the_server_quietly(index: Path) -> None:
    arguments = [sys.executable, "app.py", "--index", str(index), "--port", str(free_port())]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("Kaikaku: http://")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "Traceback" not in errors


# What the server refuses.


@pytest.mark.parametrize(
    "path",
    [
        "pyproject.toml",
        str(ROOT / "pyproject.toml"),
        "./pyproject.toml",
        "corpus/../pyproject.toml",
        "../main/pyproject.toml",
        "..%2fmain%2fpyproject.toml",
        "..%252fpyproject.toml",
        "/etc/passwd",
        "../../../../../../etc/passwd",
        "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "file:///etc/passwd",
        "http://127.0.0.1:9/",
        "https://example.com/",
    ],
)
def test_server_gives_no_file_by_its_path(app_url: str, path: str) -> None:
    for prefix in ("gradio_api/file=", "file=", "gradio_api/file/", "static/", "assets/", "svelte/", ""):
        # The address as it stands: httpx would resolve the dots itself.
        host = httpx.URL(app_url)
        with socket.create_connection((host.host, host.port or 80)) as connection:
            request = f"GET /{prefix}{path} HTTP/1.1\r\nHost: {host.host}:{host.port}\r\nConnection: close\r\n\r\n"
            connection.sendall(request.encode())
            status = connection.makefile("rb").readline().split()[1]
        assert status in (b"400", b"403", b"404"), f"{prefix}{path}: {status.decode()}"


def test_server_takes_no_uploads_and_fetches_nothing(app_url: str) -> None:
    upload = httpx.post(f"{app_url}gradio_api/upload", files={"files": ("a.txt", b"text")}, trust_env=False)
    proxy = httpx.get(f"{app_url}gradio_api/proxy=https://example.com/", trust_env=False)
    assert (upload.status_code, proxy.status_code) == (404, 404)
    assert not is_open("/gradio_api/call/../upload")


def test_page_forbids_the_browser_to_ask_other_machines(app_url: str) -> None:
    page = httpx.get(app_url, trust_env=False)
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "http" not in policy
    config = httpx.get(f"{app_url}config", trust_env=False).json()
    assert config["analytics_enabled"] is False
    assert config["stylesheets"] == []
    theme = httpx.get(f"{app_url}theme.css", trust_env=False).text
    assert not re.search(r"@import|url\(['\"]?(?:https?:)?//", theme)


def test_own_address_is_kept_out_of_proxies() -> None:
    environment = {"NO_PROXY": "example.lg.jp"}
    stay_local("192.0.2.1", environment)
    assert environment["NO_PROXY"] == "example.lg.jp,localhost,127.0.0.1,192.0.2.1"
    assert environment["GRADIO_ANALYTICS_ENABLED"] == "False"


def _run_app(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env={**os.environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
