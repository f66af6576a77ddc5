# ruff: noqa: N999  # gunicorn names its configuration so
"""gunicorn -c webapp/gunicorn.conf.py 'webapp:create_app()'"""

import struct
from socket import IPPROTO_TCP, SO_RCVTIMEO, SO_SNDTIMEO, SOL_SOCKET, TCP_DEFER_ACCEPT
from typing import Any, Final

from cyclegan.engine import EngineError, find_artifact
from webapp.settings import THREADS, Settings, SettingsError

SILENCE: Final = 30  # seconds

try:
    settings = Settings.from_environment()
    find_artifact(settings.weights, settings.engine)
except (SettingsError, EngineError) as error:
    # gunicorn would wrap any other exception into a traceback, and start workers only to see them end.
    raise SystemExit(f"Make-A-Monet can't start: {error}") from None

bind = f"0.0.0.0:{settings.port}"
workers = settings.workers
worker_class = "gthread"
threads = THREADS
worker_tmp_dir = "/dev/shm"  # noqa: S108  # the heartbeat of a worker must not wait for a disk
timeout = 120  # seconds until a worker that has stopped answering is replaced
graceful_timeout = 25  # seconds for what is being painted; orchestrators kill after 30
keepalive = 5  # seconds
accesslog = "-"
control_socket_disable = True  # nothing here is managed at run time
# Each worker loads the engine itself: the threads that torch starts would not survive a fork.
preload_app = False


def when_ready(server: Any) -> None:
    """No thread waits longer than SILENCE for a client that has gone without a word. Connections inherit it."""
    for listener in server.LISTENERS:
        for direction in (SO_RCVTIMEO, SO_SNDTIMEO):
            listener.sock.setsockopt(SOL_SOCKET, direction, struct.pack("ll", SILENCE, 0))
        # Browsers open connections in advance: the kernel keeps them until something is asked for.
        listener.sock.setsockopt(IPPROTO_TCP, TCP_DEFER_ACCEPT, SILENCE)
