"""Records what the server does: logs, metrics, and the stages of each request."""
