# ruff: noqa: N999  # gunicorn names its configuration so
"""gunicorn -c webapp/gunicorn.conf.py 'webapp:create_app()'"""

import atexit
import os
import shutil
import struct
from socket import IPPROTO_TCP, SO_RCVTIMEO, SO_SNDTIMEO, SOL_SOCKET, TCP_DEFER_ACCEPT
from tempfile import mkdtemp
from typing import Any, Final

IN_MEMORY: Final = "/dev/shm"  # noqa: S108  # so that nothing waits for a disk

# Each of several workers counts in its own file, and the one that gets /metrics adds them up. prometheus_client reads
# this variable when webapp imports it, so it is the one variable that is read before the settings.
if os.environ.get("WEB_CONCURRENCY", "") not in ("", "1"):
    from_here, counts = os.getpid(), mkdtemp(prefix="monet-metrics-", dir=IN_MEMORY)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts

    @atexit.register
    def remove_counts() -> None:
        if os.getpid() == from_here:  # the workers inherit this hook
            shutil.rmtree(counts)

    def child_exit(_: Any, worker: Any) -> None:
        """Stops counting the places in the queue of a worker that has ended."""
        mark_process_dead(worker.pid)


from prometheus_client.multiprocess import mark_process_dead  # noqa: E402

from cyclegan.card import EngineError  # noqa: E402
from cyclegan.engines.load import find_artifact  # noqa: E402
from webapp.observe.logs import logging_config  # noqa: E402
from webapp.server.malloc import keep_little  # noqa: E402
from webapp.settings import THREADS, Settings, SettingsError  # noqa: E402

SILENCE: Final = 30  # seconds

try:
    settings = Settings.from_environment()
    engine, _ = find_artifact(settings.weights, settings.engine)
except (SettingsError, EngineError) as error:
    # gunicorn would print a traceback for any other exception, and would start workers only to see them end.
    raise SystemExit(f"Make-A-Monet can't start: {error}") from None

keep_little(engine)
bind = f"0.0.0.0:{settings.port}"
workers = settings.workers
worker_class = "webapp.server.worker.Worker"
threads = THREADS
worker_tmp_dir = IN_MEMORY  # where each worker writes its heartbeat
timeout = 120  # seconds without a heartbeat after which a worker is replaced
graceful_timeout = 25  # seconds to finish the current painting; orchestrators kill after 30
keepalive = 5  # seconds
header_map = "refuse"  # of names with underscores: in WSGI, X_Forwarded_For looks like X-Forwarded-For
forwarded_allow_ips = ""  # MONET_TRUSTED_PROXIES alone decides which proxies are trusted, and none may set SCRIPT_NAME
logconfig_dict = logging_config(settings.logs)
control_socket_disable = True  # nothing here is managed at run time
# Each worker loads the engine itself: the threads that torch starts would not survive a fork.
preload_app = False


def when_ready(server: Any) -> None:
    """Limits how long a thread waits for a silent client. Connections inherit the limit from their listener."""
    for listener in server.LISTENERS:
        for direction in (SO_RCVTIMEO, SO_SNDTIMEO):
            listener.sock.setsockopt(SOL_SOCKET, direction, struct.pack("ll", SILENCE, 0))
        # Browsers open connections in advance; the kernel holds these until a request arrives.
        listener.sock.setsockopt(IPPROTO_TCP, TCP_DEFER_ACCEPT, SILENCE)
