"""A server of archives on this machine, which misbehaves as a test asks it to."""

import os
import socket
import struct
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from patience import PATIENCE


@dataclass
class Site:
    """What a server on this machine serves and how it behaves; `asked` records the Range of every request."""

    address: str
    content: bytes
    ranges: bool = True
    sized: bool = True  # says how large it is
    statuses: list[int] = field(default_factory=list)  # of the next responses; afterwards 200 or 206
    drops: list[int] = field(default_factory=list)  # bytes after which the next responses break off
    reset: bool = False  # breaks off with a reset, not with a plain end
    stalls: bool = False  # holds the connection where it would break off
    ended: threading.Event = field(default_factory=threading.Event)
    asked: list[str | None] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    def __init__(self, site: Site, *connection: object) -> None:
        self.site = site
        super().__init__(*connection)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        site, wanted = self.site, self.headers["Range"]
        site.asked.append(wanted)
        if site.statuses and (status := site.statuses.pop(0)) >= 400:
            self.send_error(status)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and site.ranges else 0
        body = site.content[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(site.content) - 1}/{len(site.content)}")
        if site.sized:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not site.drops:
            self.wfile.write(body)
            return
        self.wfile.write(body[: site.drops.pop(0)])
        if site.reset:
            # A socket closed while it must not linger, and without a shutdown before, sends a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())
        if site.stalls:
            site.ended.wait(PATIENCE)

    def log_message(self, *_: object) -> None:
        pass
