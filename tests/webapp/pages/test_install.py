from flask.testing import FlaskClient
from PIL import Image

from webapp.server.assets import ASSETS


def test_the_manifest_has_what_browsers_ask_for(client: FlaskClient) -> None:
    response = client.get("/manifest.webmanifest", headers={"Accept-Language": "zh"})
    assert response.mimetype == "application/manifest+json"
    manifest = response.get_json()
    assert (manifest["lang"], manifest["start_url"], manifest["display"]) == ("zh-Hans", "/", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).status_code == 200
        with Image.open(ASSETS / "icons" / icon["src"].rpartition("/")[2]) as picture:
            assert icon["sizes"] == "{}x{}".format(*picture.size)


def test_the_service_worker_is_asked_for_anew_and_sees_all_pages(client: FlaskClient) -> None:
    response = client.get("/sw.js?1")
    assert response.mimetype == "text/javascript"
    assert response.cache_control.max_age == 0 or response.cache_control.no_cache


def test_a_photo_shared_without_the_service_worker_leads_to_the_page(client: FlaskClient) -> None:
    response = client.post("/share", data=b"a photo")
    assert (response.status_code, response.location) == (303, "/")
