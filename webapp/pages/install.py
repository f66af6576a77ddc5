"""Lets people install the site as an app: its manifest and its service worker, and where other apps share photos to."""

from typing import Final

from flask import Blueprint, Response, jsonify, redirect, request, send_from_directory

from webapp.pages.frame import TITLE
from webapp.server.assets import ASSETS
from webapp.texts import texts_for

ICONS: Final = {192: "any", 512: "any", 1024: "maskable"}  # pixels → purpose
GREEN: Final = "#e9f5f1"  # the upper edge of the light page

blueprint = Blueprint("install", __name__)


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    texts = texts_for(request)
    response = jsonify(
        name=TITLE,
        short_name=TITLE,
        description=texts.page.description,
        lang=texts.tag,
        start_url="/",
        display="standalone",
        background_color=GREEN,
        theme_color=GREEN,
        icons=[
            {
                "src": f"/assets/latest/icons/app-{side}.png",
                "sizes": f"{side}x{side}",
                "type": "image/png",
                "purpose": use,
            }
            for side, use in ICONS.items()
        ],
        share_target={
            "action": "/share",
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [{"name": "photo", "accept": ["image/*"]}]},
        },
    )
    response.mimetype = "application/manifest+json"
    response.vary.add("Accept-Language")
    return response


@blueprint.get("/sw.js")
def service_worker() -> Response:
    """Served from the root, since a service worker only sees what lies below its own address."""
    return send_from_directory(ASSETS / "scripts" / "worker", "sw.js", max_age=0)


@blueprint.post("/share")
def share() -> Response:
    """Only reached without the service worker, which keeps the photo in the browser; nothing is read here."""
    return redirect("/", 303)  # type: ignore[return-value]
