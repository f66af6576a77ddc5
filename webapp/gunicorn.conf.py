# ruff: noqa: N999  # gunicorn names its configuration so
"""gunicorn -c webapp/gunicorn.conf.py 'webapp:create_app()'"""

import atexit
import os
import shutil
import struct
from socket import IPPROTO_TCP, SO_RCVTIMEO, SO_SNDTIMEO, SOL_SOCKET, TCP_DEFER_ACCEPT
from tempfile import mkdtemp
from typing import Any, Final

IN_MEMORY: Final = "/dev/shm"  # noqa: S108  # nothing must wait for a disk

# Several workers count in a file each, for whichever is asked to add up. prometheus_client wants to know it when it is
# imported, which webapp does; so this is the one variable that is looked at before the settings are.
if os.environ.get("WEB_CONCURRENCY", "") not in ("", "1"):
    from_here, counts = os.getpid(), mkdtemp(prefix="monet-metrics-", dir=IN_MEMORY)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts

    @atexit.register
    def remove_counts() -> None:
        if os.getpid() == from_here:  # the workers end with it, too
            shutil.rmtree(counts)

    def child_exit(_: Any, worker: Any) -> None:
        """Who held a place there holds none any more."""
        mark_process_dead(worker.pid)


from prometheus_client.multiprocess import mark_process_dead  # noqa: E402

from cyclegan.engine import EngineError, find_artifact  # noqa: E402
from webapp.logs import logging_config  # noqa: E402
from webapp.memory import keep_little  # noqa: E402
from webapp.settings import THREADS, Settings, SettingsError  # noqa: E402

SILENCE: Final = 30  # seconds

try:
    settings = Settings.from_environment()
    engine, _ = find_artifact(settings.weights, settings.engine)
except (SettingsError, EngineError) as error:
    # gunicorn would wrap any other exception into a traceback, and start workers only to see them end.
    raise SystemExit(f"Make-A-Monet can't start: {error}") from None

keep_little(engine)
bind = f"0.0.0.0:{settings.port}"
workers = settings.workers
worker_class = "webapp.worker.Worker"
threads = THREADS
worker_tmp_dir = IN_MEMORY  # the heartbeat of a worker
timeout = 120  # seconds until a worker that has stopped answering is replaced
graceful_timeout = 25  # seconds for what is being painted; orchestrators kill after 30
keepalive = 5  # seconds
header_map = "refuse"  # of names with underscores: in WSGI, X_Forwarded_For looks like X-Forwarded-For
forwarded_allow_ips = ""  # MONET_TRUSTED_PROXIES alone says which proxies are trusted
logconfig_dict = logging_config(settings.logs)
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
