# ruff: noqa: N999  # gunicorn names its configuration so
"""gunicorn -c webapp/gunicorn.conf.py 'webapp:create_app()'"""

from webapp.settings import THREADS, Settings, SettingsError

try:
    settings = Settings.from_environment()
except SettingsError as error:
    # gunicorn would wrap any other exception into a traceback.
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
