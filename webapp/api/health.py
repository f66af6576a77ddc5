"""GET /healthz, for load balancers and monitors."""

from flask import Blueprint

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def health() -> dict[str, str]:
    return {"status": "ok"}
