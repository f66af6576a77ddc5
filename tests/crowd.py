"""Other clients of a real server, which keep it busy while a test looks at what happens to the next one."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

from patience import PATIENCE, wait_until
from uploads import MULTIPART

EVENTS = "text/event-stream"


def head(address: str, length: int, accept: str = EVENTS) -> dict[str, str]:
    """Returns the headers of a request for a painting, as a proxy passes it on for the client at `address`."""
    return {
        "Content-Type": MULTIPART,
        "Content-Length": str(length),
        "X-Forwarded-For": address,
        "Accept": accept,
    }


def connect(server: str) -> HTTPConnection:
    return HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)


def ask(server: str, address: str, content: bytes, accept: str = EVENTS) -> HTTPConnection:
    connection = connect(server)
    connection.request("POST", "/api/paint", content, head(address, len(content), accept))
    return connection


@contextmanager
def hearing(server: str, content: bytes, address: str, event: bytes) -> Iterator[None]:
    """Keeps a client at `address` connected that has received `event`, and hangs up at the end."""
    wait_until_let_in(server, address)
    with closing(ask(server, address, content)) as connection, connection.getresponse() as response:
        assert response.status == 200
        while (line := response.readline()) != b"event: " + event + b"\n":
            assert line
        yield


def painted(server: str, content: bytes) -> AbstractContextManager[None]:
    """Keeps a client connected whose photo is being painted."""
    return hearing(server, content, "192.0.2.1", b"progress")


def waiting(server: str, content: bytes) -> AbstractContextManager[None]:
    """Keeps a client connected whose photo waits in the queue."""
    return hearing(server, content, "192.0.2.2", b"queued")


def is_let_in(server: str, address: str) -> bool:
    """Returns whether a client gets a place, in which case it gets 400 because it sends no photo."""
    connection = ask(server, address, b"")
    status = connection.getresponse().status
    connection.close()
    assert status in (400, 503)
    return status == 400


def wait_until_let_in(server: str, address: str) -> None:
    wait_until(lambda: is_let_in(server, address), f"{address} should get a place.")
