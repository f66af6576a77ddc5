import socket
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import ImageOps
from torch import nn

from cyclegan.__main__ import main
from cyclegan.evaluate.fid import FrechetDistance, InceptionError, fetch_weights, import_torch_fidelity
from cyclegan.folders import find_pictures
from cyclegan.reading.read import load_picture
from pictures import landscape

Folders = tuple[Path, Path]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Random weights for the real network, since the real weights would have to be fetched."""
    file = tmp_path_factory.mktemp("inception") / "weights.pth"
    torch.save({}, file)

    class Untrained(import_torch_fidelity().FeatureExtractorInceptionV3):  # type: ignore[misc]
        def load_state_dict(self, *_: object) -> None:
            """Leaves the network as it is."""

    torch.manual_seed(0)
    network = Untrained("untrained", ["2048"], str(file))
    for module in network.modules():
        if isinstance(module, nn.Conv2d):  # with torch's own initialization, all features would be nearly 0
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
    torch.save(network.state_dict(), file)
    yield file
    file.unlink()  # 96 MB, which pytest would keep


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """Folders of photos and, as their paintings, of their negatives."""
    photos, paintings = (tmp_path_factory.mktemp(name) for name in ("photos", "paintings"))
    for number in range(3):
        photo = landscape(64, 64, number)
        photo.save(photos / f"{number}.png")
        ImageOps.invert(photo).save(paintings / f"{number}.png")
    return photos, paintings


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where torch.hub keeps what it fetches; it does not exist yet."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return tmp_path / "torch" / "hub" / "checkpoints"


def evaluate(pictures: Folders, *options: str) -> int:
    """Runs `evaluate` on the paintings themselves; returns its exit code."""
    photos, paintings = map(str, pictures)
    return main(["evaluate", paintings, "--photos", photos, "--paintings", paintings, *options])


def test_fid_agrees_with_that_of_torch_fidelity_itself(weights: Path, pictures: Folders) -> None:
    photos, paintings = map(find_pictures, pictures)
    found = FrechetDistance(paintings, weights)(map(load_picture, photos))
    expected: dict[str, Any] = import_torch_fidelity().calculate_metrics(
        input1=str(pictures[0]),
        input2=str(pictures[1]),
        fid=True,
        feature_extractor_weights_path=str(weights),
        cuda=False,
        save_cpu_ram=True,  # without worker processes
        cache=False,
        verbose=False,
    )
    assert found == pytest.approx(expected["frechet_inception_distance"], rel=1e-4)


def test_the_table_has_fid_and_weights_already_there_are_not_fetched_again(
    weights: Path, pictures: Folders, hub: Path, unreachable: None, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.mkdir(parents=True)
    (hub / "weights-inception-2015-12-05-6726825d.pth").symlink_to(weights)
    assert evaluate(pictures, "--inception") == 0
    headings, untouched, paintings = (line.split() for line in capsys.readouterr().out.splitlines())
    assert headings[-1] == "FID"
    assert paintings[-1] == "0.0"
    assert float(untouched[-1]) > 1


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sends every request to a port of this machine where nothing listens, with or without a network."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{free.getsockname()[1]}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_weights_that_cannot_be_fetched_give_one_sentence(
    pictures: Folders, hub: Path, unreachable: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(pictures, "--inception") == 1
    out, err = capsys.readouterr()
    assert err.startswith("cyclegan: The Inception weights could not be fetched from https://github.com/")
    assert err.endswith("--inception-weights.\n")
    assert (out, err.count("\n"), list(hub.iterdir())) == ("", 1, [])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The address of a local server whose weights.pth is not the published file."""
    (tmp_path / "weights.pth").write_bytes(b"others")

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("name", "reason"), [("weights.pth", "invalid hash value"), ("missing.pth", "404")])
def test_a_file_other_than_the_published_one_is_not_kept(site: str, hub: Path, name: str, reason: str) -> None:
    with pytest.raises(InceptionError, match=reason):
        fetch_weights(f"{site}/{name}")
    assert list(hub.iterdir()) == []


def test_a_silent_server_times_out(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cyclegan.evaluate.fid.TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(InceptionError, match="timed out"):
        fetch_weights(f"http://127.0.0.1:{silent.getsockname()[1]}/weights.pth")
    assert socket.getdefaulttimeout() is None


class Malice:
    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("Code from a file of weights was run.",)


def test_a_file_without_weights_gives_one_sentence_and_runs_no_code(
    pictures: Folders, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "weights.pth"
    assert evaluate(pictures, "--inception-weights", str(file)) == 1
    assert f"{file} does not exist" in capsys.readouterr().err
    for content in ({"fc.bias": torch.zeros(3)}, {1: torch.zeros(3)}, [1], Malice()):
        torch.save(content, file)
        assert evaluate(pictures, "--inception-weights", str(file)) == 1
        out, err = capsys.readouterr()
        assert err.startswith(f"cyclegan: {file} is damaged or doesn't hold torch-fidelity's Inception weights")
        assert (out, err.count("\n")) == ("", 1)
    file.write_bytes(b"neither")
    assert evaluate(pictures, "--inception-weights", str(file)) == 1
    assert "is damaged or doesn't hold torch-fidelity's Inception weights" in capsys.readouterr().err


def test_without_torch_fidelity_one_sentence_says_how_to_install_it(
    pictures: Folders, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "torch_fidelity", None)  # makes the import fail
    assert evaluate(pictures, "--inception") == 1
    assert capsys.readouterr().err == (
        "cyclegan: FID needs the package torch_fidelity: "
        "run pip install --constraint constraints.txt --editable '.[inception]'\n"
    )


def test_a_single_painting_is_an_error_with_one_sentence(weights: Path, pictures: Folders) -> None:
    with pytest.raises(InceptionError, match="at least two photos and two paintings"):
        FrechetDistance(find_pictures(pictures[1])[:1], weights)
