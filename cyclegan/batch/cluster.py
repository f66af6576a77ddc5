"""Paints on the workers of a Dask cluster. Only addresses travel: every worker reads and writes the files itself."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from threading import Lock

from distributed import Client, as_completed, get_worker
from distributed.client import Future

from cyclegan.batch.plan import Task
from cyclegan.batch.work import Outcome, Studio

PATIENCE = "10s"  # for the scheduler to answer
RETRIES = 2  # of a file that failed, on any worker
WINDOW = 1000  # photos that the scheduler has at a time; a million would fill its memory
_turn = Lock()


class ClusterError(Exception):
    """The cluster can't be reached; the message says what to do."""


def paint_on(scheduler: str, studio: Studio, tasks: Sequence[Task]) -> Iterator[Outcome]:
    """Yields what became of each photo, as soon as it is known. Closing the iterator cancels the others.

    When a worker is lost, others do its photos. Raises ClusterError.
    """
    try:
        client = Client(scheduler, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"No scheduler answers at {scheduler} ({error}): start one with `dask scheduler`."
        ) from error
    with client:
        left = iter(tasks)
        painting: dict[Future[Outcome], Task] = {}
        done: as_completed = as_completed()

        def submit(number: int) -> None:
            for task in islice(left, number):
                future = client.submit(_paint, studio, task, pure=False, retries=RETRIES)
                painting[future] = task
                done.add(future)

        submit(WINDOW)
        for future in done:
            submit(1)
            yield _outcome(future, painting.pop(future))


def _outcome(future: "Future[Outcome]", task: Task) -> Outcome:
    error = future.exception()
    if error is None:
        return future.result()
    return Outcome(task.photo, task.painting, "failed", str(error) or type(error).__name__)


def _paint(studio: Studio, task: Task) -> Outcome:
    threads = get_worker().state.nthreads
    # The engine has all cores of the worker, so its threads take turns.
    with _turn:
        return _own_studio(studio, threads).paint(task)


@lru_cache(maxsize=1)
def _own_studio(studio: Studio, threads: int) -> Studio:
    """Returns the studio of this process, whose painter is loaded once."""
    return Studio(studio.options, studio.weights, studio.engine, threads)
