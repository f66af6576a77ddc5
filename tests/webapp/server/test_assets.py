import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from webapp.server import assets as static
from webapp.server.assets import ASSETS, LIFETIME, version

AS_BROWSERS_DO = {"Accept-Encoding": "gzip, deflate, br, zstd"}


def addresses(client: FlaskClient) -> list[str]:
    """Returns the addresses that the first page loads."""
    return re.findall(r'(?:src|href)="(/(?:assets|_dash-component-suites)/[^"]+)"', client.get("/").text)


def test_the_assets_of_a_page_may_be_cached_for_a_year(client: FlaskClient) -> None:
    asked = addresses(client)
    assert len(asked) > 15
    for address in asked:
        with client.get(address) as response:
            assert response.status_code == 200, address
            assert response.cache_control.max_age == LIFETIME, address


def test_the_page_itself_is_not_cached(client: FlaskClient) -> None:
    assert client.get("/").cache_control.max_age is None


def test_assets_of_another_version_are_served_but_not_cached(client: FlaskClient) -> None:
    for path in ("scripts/main.js", "styles/all.css"):
        with client.get(f"/assets/other/{path}") as response:
            assert response.status_code == 200
            assert response.cache_control.max_age == 0


def test_all_styles_come_at_once_with_bootstrap_first(client: FlaskClient) -> None:
    sheets = [address for address in addresses(client) if address.endswith(".css")]
    assert sheets == [f"/assets/{version()}/styles/all.css"]
    with client.get(sheets[0]) as response:
        assert response.mimetype == "text/css"
        assert response.text.startswith((ASSETS / "bootstrap.min.css").read_text())
        for sheet in (ASSETS / "styles").glob("*.css"):
            assert max(sheet.read_text().splitlines(), key=len) in response.text
        named = re.findall(r'url\("(?!data:)([^"]+)"\)', response.text)
        assert named == ["../fonts/montserrat-latin-wght-normal.woff2"]


@pytest.mark.parametrize("path", ["/assets/other/../../settings.py", "/assets/other/%2e%2e/settings.py", "/assets/x"])
def test_only_assets_are_served(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_address_changes_with_every_byte_and_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static, "ASSETS", tmp_path)
    file = tmp_path / "style.css"
    versions = []
    for change in (lambda: file.write_text("a"), lambda: file.write_text("b"), lambda: file.rename(tmp_path / "c.css")):
        change()
        versions.append(static.version())
    assert len(set(versions)) == 3


def test_text_is_compressed_and_pictures_are_not(client: FlaskClient) -> None:
    for address in ["/", *addresses(client)]:
        with client.get(address, headers=AS_BROWSERS_DO) as response:
            if response.mimetype in ("text/html", "text/css", "text/javascript", "application/javascript"):
                assert response.content_encoding == "zstd" or len(response.data) < 500, address
            if response.mimetype in ("image/jpeg", "image/png"):
                assert response.content_encoding is None


@pytest.mark.parametrize("path", ["/assets/latest/styles/base.css", "styles/base.css"])
@pytest.mark.parametrize("unit", ["lines=0-5", "bytes", "bytes=", "bytes=a-b", "bytes=0-1,3-4", "=", "bytes = 0-5"])
def test_a_range_of_anything_but_bytes_is_ignored(client: FlaskClient, path: str, unit: str) -> None:
    address = path if path.startswith("/") else f"/assets/{version()}/{path}"
    with client.get(address, headers={"Range": unit}) as response:
        assert response.status_code == 200
        assert response.data == (ASSETS / "styles" / "base.css").read_bytes()


def test_a_range_of_bytes_is_served(client: FlaskClient) -> None:
    whole = (ASSETS / "favicon.ico").read_bytes()
    for asked, part in {"bytes=0-5": whole[:6], "bytes=5-": whole[5:], "bytes=-5": whole[-5:]}.items():
        with client.get(f"/assets/{version()}/favicon.ico", headers={"Range": asked}) as response:
            assert response.status_code == 206
            assert response.data == part
