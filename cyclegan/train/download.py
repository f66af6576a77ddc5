"""Downloads the public archives of the CycleGAN paper (Zhu et al., 2017): resumes, verifies, unpacks."""

import hashlib
import re
import shutil
import stat
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse, InvalidURL
from pathlib import Path, PureWindowsPath
from typing import Final, Never
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen
from zipfile import BadZipFile, ZipFile, ZipInfo

from tqdm import tqdm

HOME = "http://efrosgans.eecs.berkeley.edu/cyclegan/datasets"
FOLDERS = ("trainA", "trainB", "testA", "testB")  # A = paintings, B = photos
ATTEMPTS = 5  # in a row without progress
RETRY_PAUSE = 3.0  # seconds
TIMEOUT = 30.0  # seconds without a byte from the server
PART = 1 << 18  # bytes
TRANSIENT = frozenset({HTTPStatus.TOO_MANY_REQUESTS, *range(500, 600)})  # statuses that a later attempt may not meet


@dataclass(frozen=True)
class Archive:
    name: str  # of the file, NAME.zip, and of the one folder in it
    size: int  # bytes
    sha256: str


# Sizes and checksums from TensorFlow Datasets: tensorflow_datasets/url_checksums/cycle_gan.txt
ARCHIVES: Final[dict[str, Archive]] = {
    name: Archive(name, size, sha256)
    for name, size, sha256 in (
        ("monet2photo", 305_231_073, "88f91b00fc228f97c9411fbf1880ec1d119c98f1722e4cfcfaa2fb35fac05b04"),
        ("cezanne2photo", 279_885_071, "3a6c10ca21f9485862f1cbd707744b9dc258954a04631271d23a3605eeb63cff"),
        ("ukiyoe2photo", 292_946_532, "02a2a2fb5ecf425ca1bf86aca7304377da64a2a1d3b86df54eb65e4068bf3b08"),
        ("vangogh2photo", 306_590_349, "362c3473e70be0944bda08d49d660eafdc2854df55d697835b8186d1d79caaff"),
    )
}


class DownloadError(Exception):
    """The data set can't be downloaded; the message says why and what to do."""


class _ConnectionLostError(Exception):
    """The attempt ended before the archive did; the next one may continue."""


def download(archive: Archive, folder: Path, mirror: str = HOME, retry_pause: float = RETRY_PAUSE) -> bool:
    """Downloads the archive's FOLDERS into `folder`/NAME. Returns False when they are there already.

    What has arrived stays in NAME.zip.partial until it is unpacked, so the same call continues an interrupted one. The
    archive is unpacked only if its size and SHA-256 are right, and `folder`/NAME appears complete or not at all.
    Raises DownloadError.
    """
    target = folder / archive.name
    if _is_whole(target):
        return False
    if target.exists():
        raise DownloadError(f"{target} exists but lacks some of {', '.join(FOLDERS)}: move it away and try again.")
    if not mirror.startswith(("http://", "https://")):
        raise DownloadError(f"{mirror} is not the address of a web server: it must begin with http:// or https://.")
    partial = folder / f"{archive.name}.zip.partial"
    try:
        _fetch(archive, f"{mirror.rstrip('/')}/{archive.name}.zip", partial, retry_pause)
        try:
            _verify(archive, partial)
            _unpack(partial, target)
        except DownloadError:
            partial.unlink()  # otherwise every later call would find the same bytes
            raise
        partial.unlink()
    except OSError as error:
        raise DownloadError(f"{error.filename or folder} can't be written ({error.strerror or error}).") from error
    return True


def _is_whole(target: Path) -> bool:
    return all((target / folder).is_dir() for folder in FOLDERS)


def _fetch(archive: Archive, url: str, partial: Path, retry_pause: float) -> None:
    furthest, left = _size(partial), ATTEMPTS
    with tqdm(
        desc=archive.name, total=archive.size, initial=furthest, unit="B", unit_scale=True, disable=None
    ) as progress:
        while _size(partial) < archive.size:
            try:
                _receive(archive, url, partial, progress)
            except _ConnectionLostError as error:
                have = _size(partial)
                # Only new bytes count: a server that always starts over and always breaks must not be asked forever.
                left = ATTEMPTS if have > furthest else left - 1
                furthest = max(furthest, have)
                if not left:
                    raise DownloadError(
                        f"{url} broke off at {have:,} of {archive.size:,} bytes ({error}); "
                        "run the same command again to continue."
                    ) from error
                time.sleep(retry_pause)


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _receive(archive: Archive, url: str, partial: Path, progress: "tqdm[Never]") -> None:
    """Makes one attempt to append what `partial` lacks. Raises _ConnectionLostError when something is still missing."""
    have = _size(partial)
    with _network_errors(url):
        # download() has let only http and https through.
        request = Request(url, headers={"Range": f"bytes={have}-"} if have else {})  # noqa: S310
        response: HTTPResponse = urlopen(request, timeout=TIMEOUT)  # noqa: S310
    with response:
        start = _start(response, archive, url, have)
        partial.parent.mkdir(parents=True, exist_ok=True)
        with open(partial, "ab") as file:
            file.truncate(start)
            file.seek(start)
            progress.update(start - progress.n)
            while file.tell() < archive.size:
                with _network_errors(url):
                    part = response.read1(min(PART, archive.size - file.tell()))
                if not part:
                    raise _ConnectionLostError("the connection ended early")
                file.write(part)
                progress.update(len(part))


def _start(response: HTTPResponse, archive: Archive, url: str, have: int) -> int:
    """Returns the byte of the archive that the response begins with: `have`, or 0 from a server without ranges."""
    start, size = 0, response.headers.get("Content-Length")
    if response.status == HTTPStatus.PARTIAL_CONTENT:
        stated = re.fullmatch(rf"bytes {have}-\d+/(\d+)", response.headers.get("Content-Range", ""))
        start, size = have, stated and stated[1]
    if size != str(archive.size):
        raise DownloadError(
            f"{url} has {size or 'an unknown number of'} bytes, not the {archive.size} of the original."
        )
    return start


@contextmanager
def _network_errors(url: str) -> Iterator[None]:
    """Turns the network's errors into our own, so that the OSErrors that remain are the disk's."""
    try:
        yield
    except HTTPError as error:
        error.close()
        status = f"{error.code} {error.reason}"
        if error.code in TRANSIENT:
            raise _ConnectionLostError(f"the server responds with {status}") from error
        raise DownloadError(f"{url} can't be downloaded: the server responds with {status}.") from error
    except (InvalidURL, ValueError) as error:
        raise DownloadError(f"{url} is not a valid address ({error}).") from error
    except URLError as error:
        raise _ConnectionLostError(str(error.reason)) from error
    except (OSError, HTTPException) as error:
        raise _ConnectionLostError(str(error)) from error


def _verify(archive: Archive, partial: Path) -> None:
    with open(partial, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != archive.sha256:
        raise DownloadError(
            f"The downloaded {archive.name}.zip was damaged (SHA-256 {digest}, not {archive.sha256}) "
            "and has been deleted: run the command again."
        )


def _unpack(partial: Path, target: Path) -> None:
    """Unpacks beside `target` and renames at the end. Raises DownloadError when the archive is unsafe or damaged."""
    unpacking = target.with_name(f"{target.name}.unpacking")
    shutil.rmtree(unpacking, ignore_errors=True)  # left behind by a killed process
    try:
        with ZipFile(partial) as archive:
            members = archive.infolist()
            for member in members:
                if _escapes(member):
                    raise DownloadError(f"{target.name}.zip is unsafe: {member.filename!r} would leave its folder.")
            for member in tqdm(members, desc="unpacking", unit="file", disable=None):
                archive.extract(member, unpacking)
        if not _is_whole(unpacking / target.name):
            raise DownloadError(f"{target.name}.zip lacks some of {', '.join(FOLDERS)}.")
        (unpacking / target.name).rename(target)
    except (BadZipFile, EOFError, RuntimeError, zlib.error) as error:
        raise DownloadError(f"{target.name}.zip can't be unpacked ({error}).") from error
    finally:
        shutil.rmtree(unpacking, ignore_errors=True)


def _escapes(member: ZipInfo) -> bool:
    """Returns whether a member would leave the folder it is unpacked into, by the rules of any operating system.

    extract() silently moves most of these into the folder, but an archive with such members is not the original.
    """
    path = PureWindowsPath(member.filename)  # knows drives and both slashes
    return bool(path.anchor) or ".." in path.parts or stat.S_ISLNK(member.external_attr >> 16)
