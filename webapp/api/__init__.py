"""Handles the routes of the HTTP API, and describes them as OpenAPI and as a page."""
