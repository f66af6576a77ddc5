"""Keeps the server safe and responsive: gunicorn's worker, time and rate limits, headers, memory, assets."""
