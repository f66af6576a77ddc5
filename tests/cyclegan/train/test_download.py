import hashlib
import resource
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from archive_site import Handler, Site
from cyclegan.__main__ import main
from cyclegan.train.download import ARCHIVES, ATTEMPTS, FOLDERS, Archive, DownloadError, download
from patience import PATIENCE, wait_until

NAME = "monet2photo"
PARTIAL = f"{NAME}.zip.partial"
PICTURES = {
    f"{NAME}/{folder}/{n}.jpg": hashlib.shake_256(bytes([n])).digest(20_000) for n, folder in enumerate(FOLDERS)
}


def zipped(members: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def described(content: bytes) -> Archive:
    return Archive(NAME, len(content), hashlib.sha256(content).hexdigest())


@pytest.fixture
def site() -> Iterator[Site]:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        site = Site(f"http://127.0.0.1:{server.server_port}", zipped(PICTURES))
        server.RequestHandlerClass = partial(Handler, site)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield site
        finally:
            site.ended.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def fetch(site: Site, tmp_path: Path) -> Callable[[], bool]:
    """Downloads the archive that the site has when the test begins."""
    return partial(download, described(site.content), tmp_path, site.address, retry_pause=0)


@pytest.fixture
def small_disk() -> Iterator[Callable[[int], None]]:
    """Limits the bytes of any file that this process writes: beyond them, writing fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_unpacks_the_archive_and_leaves_nothing_else(site: Site, fetch: Callable[[], bool], tmp_path: Path) -> None:
    assert fetch()
    assert files(tmp_path) == PICTURES
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert site.asked == [None]


def test_a_complete_folder_is_not_downloaded_again(site: Site, fetch: Callable[[], bool], tmp_path: Path) -> None:
    fetch()
    assert not fetch()
    assert len(site.asked) == 1


def test_an_incomplete_folder_is_left_alone(site: Site, fetch: Callable[[], bool], tmp_path: Path) -> None:
    (tmp_path / NAME / "trainA").mkdir(parents=True)
    with pytest.raises(DownloadError, match="lacks some of trainA, trainB, testA, testB"):
        fetch()
    assert not site.asked


def test_a_broken_connection_is_resumed(site: Site, fetch: Callable[[], bool], tmp_path: Path) -> None:
    half = len(site.content) // 2
    site.drops = [half]
    assert fetch()
    assert files(tmp_path) == PICTURES
    assert site.asked == [None, f"bytes={half}-"]


def test_survives_resets(site: Site, fetch: Callable[[], bool], tmp_path: Path) -> None:
    site.reset = True
    site.drops = [len(site.content) // 2, 100]
    assert fetch()
    assert files(tmp_path) == PICTURES


def test_a_later_call_continues_where_the_first_gave_up(site: Site, fetch: Callable[[], bool], tmp_path: Path) -> None:
    half = len(site.content) // 2
    site.drops = [half, *[0] * ATTEMPTS]
    with pytest.raises(DownloadError, match="run the same command again to continue") as told:
        fetch()
    assert f"at {half:,} of {len(site.content):,} bytes" in str(told.value)
    assert files(tmp_path) == {PARTIAL: site.content[:half]}
    assert len(site.asked) == 1 + ATTEMPTS
    assert fetch()
    assert site.asked[-1] == f"bytes={half}-"
    assert files(tmp_path) == PICTURES


def test_attempts_that_make_progress_do_not_count(site: Site, fetch: Callable[[], bool], tmp_path: Path) -> None:
    site.drops = [1000] * (2 * ATTEMPTS)
    assert fetch()
    assert files(tmp_path) == PICTURES


def test_a_server_without_ranges_starts_over(site: Site, fetch: Callable[[], bool], tmp_path: Path) -> None:
    site.ranges = False
    site.drops = [len(site.content) // 2, len(site.content) // 3]
    assert fetch()
    assert files(tmp_path) == PICTURES


def test_a_server_that_always_starts_over_and_always_breaks_is_given_up(
    site: Site, fetch: Callable[[], bool], tmp_path: Path
) -> None:
    site.ranges = False
    site.drops = [len(site.content) // 2] * (10 * ATTEMPTS)
    with pytest.raises(DownloadError, match="the connection ended early"):
        fetch()
    assert len(site.asked) == 1 + ATTEMPTS


def test_an_unreachable_server_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(DownloadError, match=r"0 of 305,231,073 bytes \(.*Connection refused\)"):
        download(ARCHIVES[NAME], tmp_path, address, retry_pause=0)
    assert not files(tmp_path)


def test_a_busy_server_is_tried_again(site: Site, fetch: Callable[[], bool], tmp_path: Path) -> None:
    site.statuses = [503, 429]
    assert fetch()
    assert files(tmp_path) == PICTURES


def test_an_archive_that_the_server_lacks_is_not_tried_again(site: Site, tmp_path: Path) -> None:
    site.statuses = [404]
    folder = tmp_path / "data"
    with pytest.raises(DownloadError, match=f"{NAME}.zip can't be downloaded: the server responds with 404 Not Found"):
        download(described(site.content), folder, site.address)
    assert len(site.asked) == 1
    assert not folder.exists()


@pytest.mark.parametrize(
    ("mirror", "sentence"),
    [
        ("file:///etc", "is not the address of a web server"),
        ("nowhere", "is not the address of a web server"),
        ("http://[::1", "is not a valid address"),
        ("http://127.0.0.1:port", "is not a valid address"),
    ],
)
def test_an_invalid_address_is_a_clear_error(mirror: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=sentence):
        download(ARCHIVES[NAME], tmp_path, mirror)


def test_an_archive_of_another_size_is_refused_before_it_is_downloaded(
    site: Site, fetch: Callable[[], bool], tmp_path: Path
) -> None:
    begun = site.content[:1000]
    (tmp_path / PARTIAL).write_bytes(begun)
    size = len(site.content)
    site.content = site.content[:-1]
    with pytest.raises(DownloadError, match=f"has {size - 1} bytes, not the {size}"):
        fetch()
    assert files(tmp_path) == {PARTIAL: begun}


def test_a_response_of_unknown_size_is_refused(site: Site, fetch: Callable[[], bool], tmp_path: Path) -> None:
    site.sized = False
    with pytest.raises(DownloadError, match="has an unknown number of bytes"):
        fetch()
    assert not files(tmp_path)


@pytest.mark.parametrize("damaged", [0, -1])
def test_an_archive_with_another_checksum_is_not_unpacked(
    site: Site, fetch: Callable[[], bool], tmp_path: Path, damaged: int
) -> None:
    whole = site.content
    content = bytearray(whole)
    content[damaged] ^= 1
    site.content = bytes(content)
    with pytest.raises(DownloadError, match=f"not {described(whole).sha256}"):
        fetch()
    assert not files(tmp_path)
    site.content = whole
    assert fetch()


@pytest.mark.parametrize("size", [1000, None])
def test_a_damaged_partial_file_is_deleted(
    site: Site, fetch: Callable[[], bool], tmp_path: Path, size: int | None
) -> None:
    (tmp_path / PARTIAL).write_bytes(bytes(size or 2 * len(site.content)))
    with pytest.raises(DownloadError, match="run the command again"):
        fetch()
    assert fetch()
    assert files(tmp_path) == PICTURES


@pytest.mark.parametrize(
    "name", ["../escaped.jpg", f"{NAME}/../../escaped.jpg", "/escaped.jpg", "..\\escaped.jpg", "C:\\escaped.jpg"]
)
def test_a_member_that_leaves_its_folder_is_refused(site: Site, tmp_path: Path, name: str) -> None:
    site.content = zipped(PICTURES | {name: b"escaped"})
    folder = tmp_path / "data"
    with pytest.raises(DownloadError, match="unsafe"):
        download(described(site.content), folder, site.address)
    assert not files(tmp_path)
    assert not list(folder.iterdir())


def test_a_link_is_refused(site: Site, tmp_path: Path) -> None:
    link = ZipInfo(f"{NAME}/trainA/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = BytesIO(site.content)
    with ZipFile(file, "a") as archive:
        archive.writestr(link, "/etc")
    site.content = file.getvalue()
    with pytest.raises(DownloadError, match="unsafe: 'monet2photo/trainA/link'"):
        download(described(site.content), tmp_path, site.address)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no archive", "can't be unpacked"),
        (zipped(PICTURES).replace(PICTURES[f"{NAME}/testA/2.jpg"][:50], bytes(50)), "can't be unpacked"),
        (zipped({f"{NAME}/trainA/1.jpg": b"alone"}), "lacks some of"),
    ],
)
def test_another_archive_leaves_nothing(site: Site, tmp_path: Path, content: bytes, sentence: str) -> None:
    site.content = content
    with pytest.raises(DownloadError, match=sentence):
        download(described(content), tmp_path, site.address)
    assert not list(tmp_path.iterdir())


def test_what_a_killed_process_left_is_deleted(fetch: Callable[[], bool], tmp_path: Path) -> None:
    left = tmp_path / f"{NAME}.unpacking" / NAME / "trainA" / "half.jpg"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    assert fetch()
    assert files(tmp_path) == PICTURES


def test_a_disk_that_fills_up_while_downloading_keeps_what_arrived(
    site: Site, fetch: Callable[[], bool], small_disk: Callable[[int], None], tmp_path: Path
) -> None:
    small_disk(len(site.content) // 2)
    with pytest.raises(DownloadError, match="can't be written"):
        fetch()
    arrived = (tmp_path / PARTIAL).read_bytes()
    assert 0 < len(arrived) <= len(site.content) // 2
    small_disk(resource.RLIM_INFINITY)
    assert fetch()
    assert site.asked == [None, f"bytes={len(arrived)}-"]
    assert files(tmp_path) == PICTURES


def test_a_disk_that_fills_up_while_unpacking_leaves_only_the_archive(
    site: Site, small_disk: Callable[[int], None], tmp_path: Path
) -> None:
    site.content = zipped(PICTURES | {f"{NAME}/testB/white.bmp": bytes(1_000_000)})
    small_disk(500_000)
    with pytest.raises(DownloadError, match="can't be written"):
        download(described(site.content), tmp_path, site.address)
    assert files(tmp_path) == {PARTIAL: site.content}
    small_disk(resource.RLIM_INFINITY)
    assert download(described(site.content), tmp_path, site.address)
    assert len(site.asked) == 1


def test_an_output_that_is_a_file_is_a_clear_error(site: Site, tmp_path: Path) -> None:
    output = tmp_path / "data"
    output.write_text("no folder")
    with pytest.raises(DownloadError, match=f"{output} can't be written"):
        download(described(site.content), output, site.address)


def test_the_command_downloads_once(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(ARCHIVES, NAME, described(site.content))
    command = ["download", NAME, "-o", str(tmp_path / "data"), "--mirror", site.address + "/"]
    assert main(command) == 0
    assert files(tmp_path / "data") == PICTURES
    assert main(command) == 0
    said = capsys.readouterr()
    assert f"{NAME} is already there" in said.out
    assert not said.err


def test_the_command_says_what_failed_in_one_sentence(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.statuses = [403]
    assert main(["download", NAME, "-o", str(tmp_path), "--mirror", site.address]) == 1
    said = capsys.readouterr().err
    assert said.startswith("cyclegan: ")
    assert "403 Forbidden" in said
    assert said.count("\n") == 1


def test_ctrl_c_ends_in_one_sentence_and_keeps_what_arrived(site: Site, tmp_path: Path) -> None:
    arrived = 1 << 20
    site.content = bytes(ARCHIVES[NAME].size)
    site.drops, site.stalls = [arrived], True
    command = [sys.executable, "-m", "cyclegan", "download", NAME, "-o", str(tmp_path), "--mirror", site.address]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # A shell makes its background processes ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        wait_for_bytes(tmp_path / PARTIAL, process)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 1
    assert said == "cyclegan: Stopped: run the same command again to continue from here.\n"
    assert 0 < (tmp_path / PARTIAL).stat().st_size <= arrived


def wait_for_bytes(file: Path, process: subprocess.Popen[str]) -> None:
    def is_there() -> bool:
        assert process.poll() is None, "The download ended before a byte arrived."
        return file.exists() and file.stat().st_size > 0

    wait_until(is_there, "A byte should arrive.")
