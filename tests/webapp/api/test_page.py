"""The page of the HTTP API, and its examples, which must run as they are shown."""

import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.request import urlopen

import pytest
from flask.testing import FlaskClient
from PIL import Image
from playwright._impl._driver import compute_driver_executable

from patience import PATIENCE
from pictures import landscape
from serving import MANY
from webapp.api.openapi import describe
from webapp.settings import Settings
from webapp.texts import LANGUAGES

PAINT = describe(Settings(), "en")["paths"]["/api/paint"]["post"]
FORM = PAINT["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]
# Playwright includes a copy of Node.js.
NODE = str(compute_driver_executable()[0])
COMMANDS = {
    "curl": ["sh", "-ec"],
    "python": [sys.executable, "-c"],
    "javascript": [NODE, "--input-type=module", "--eval"],
}


def text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def example(html: str, name: str) -> str:
    found = re.search(rf'<pre [^>]*id="{name}"><code>(.*?)</code>', html, re.DOTALL)
    assert found is not None
    return unescape(found[1])


@pytest.fixture(scope="module")
def html(server: str) -> str:
    with urlopen(f"{server}/en/api") as response:
        page: str = response.read().decode()
    return page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    landscape(96, 64).save(tmp_path / "me.jpg")
    return tmp_path


def run(command: list[str], folder: Path) -> str:
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_an_example_paints(html: str, folder: Path, name: str) -> None:
    run([*COMMANDS[name], example(html, name)], folder)
    with Image.open(folder / "monet.jpg") as painting:
        assert painting.format == "JPEG"
        assert painting.size == (96, 64)


@pytest.mark.parametrize("name", ["python", "javascript"])
def test_an_example_shows_the_error(html: str, folder: Path, name: str) -> None:
    (folder / "me.jpg").write_bytes(b"no picture at all")
    command = [*COMMANDS[name], example(html, name)]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode != 0
    assert "We couldn't read this picture." in ended.stderr
    assert not (folder / "monet.jpg").exists()


def test_the_example_of_events_shows_the_events(html: str, folder: Path) -> None:
    shown = run(["sh", "-ec", example(html, "follow")], folder)
    assert re.findall("^event: (.*)$", shown, re.MULTILINE) == ["progress", "progress", "painting"]


def test_the_example_of_looking_inside_works(html: str, folder: Path) -> None:
    run(["sh", "-ec", example(html, "look")], folder)
    assert '"layers"' in (folder / "inside.json").read_text()


@pytest.mark.parametrize(
    ("path", "asked", "code", "others"),
    [
        ("/api", "en-GB", "en", "/zh/api"),
        ("/api", "zh-CN", "zh", "/en/api"),
        ("/en/api", "zh-CN", "en", "/zh/api"),
        ("/zh/api", "en", "zh", "/en/api"),
    ],
)
def test_the_page_is_in_the_language_of_the_path_or_the_browser(
    client: FlaskClient, path: str, asked: str, code: str, others: str
) -> None:
    response = client.get(path, headers={"Accept-Language": asked})
    assert response.status_code == 200
    assert f'<html lang="{LANGUAGES[code].tag}">' in response.text
    assert f"<h1>{LANGUAGES[code].api.heading}</h1>" in response.text
    assert f'href="{others}"' in response.text
    assert "Accept-Language" in response.vary


def test_the_links_keep_the_language_of_the_path(client: FlaskClient) -> None:
    assert 'href="/zh/architecture"' in client.get("/zh/api").text
    assert 'href="/architecture"' in client.get("/api").text


def test_the_page_shows_every_field_as_described(client: FlaskClient) -> None:
    rows = [text(row) for row in re.findall("<tr>(.*?)</tr>", client.get("/en/api").text, re.DOTALL)]
    for name, schema in FORM.items():
        row = next(row for row in rows if row.strip().startswith(name))
        assert schema["description"] in row
        expected = [schema.get("minimum"), schema.get("maximum"), schema.get("default"), *schema.get("enum", [])]
        assert [value for value in expected if value is not None and str(value) not in row] == []


def test_the_page_shows_the_limits(client: FlaskClient) -> None:
    assert f"{MANY} photos a minute" in client.get("/en/api").text


def test_the_page_shows_every_refusal(client: FlaskClient) -> None:
    page = client.get("/en/api").text
    statuses = {status for status in PAINT["responses"] if status >= "400"}
    assert statuses <= set(re.findall(r"<code>(\d{3})</code>", page))
