"""Computes FID as published tables do, with torch-fidelity's Inception network: an optional measure of `evaluate`."""

import importlib
import os
import pickle
import socket
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from cyclegan.reading.read import load_picture

LAYER = "2048"  # torch-fidelity's name for the last pooled features, which FID uses
# Of the weights that torch-fidelity fetches, converted from the TensorFlow graph of the original FID.
SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
TIMEOUT = 30.0  # seconds without a byte from the server
# What torch raises for damaged files and for files with other content.
UNUSABLE = (OSError, RuntimeError, EOFError, AttributeError, TypeError, ValueError, pickle.UnpicklingError)


class InceptionError(RuntimeError):
    """FID can't be computed; the message says why and what to do."""


class FrechetDistance:
    """Computes the FID between pictures and a style's own paintings: at least 0; lower is closer.

    FID is the squared Fréchet distance of two Gaussians fitted to (N, 2048) features of Inception v3 (Heusel et al.,
    2017, arXiv 1706.08500). It is biased upwards for few pictures, so compare only scores from equally many pictures.

    The constructor computes the paintings' features once. `weights` is a file with Inception's weights; without it,
    they are downloaded once and kept for later runs.
    Raises InceptionError when torch-fidelity is not installed, when the weights can't be fetched or used, or when there
    are fewer than two paintings.
    """

    def __init__(self, paintings: Sequence[Path], weights: Path | None = None) -> None:
        self._library = import_torch_fidelity()
        file = weights or fetch_weights(self._library.feature_extractor_inceptionv3.URL_INCEPTION_V3)
        try:
            # torch-fidelity unpickles any content, even code. A file that passes this check holds only tensors.
            torch.load(file, weights_only=True)
            self._network = self._library.FeatureExtractorInceptionV3("inception", [LAYER], os.fspath(file))
        except FileNotFoundError as error:
            raise InceptionError(f"{file} does not exist: give an existing file with --inception-weights.") from error
        except UNUSABLE as error:
            raise InceptionError(
                f"{file} is damaged or doesn't hold torch-fidelity's Inception weights: "
                "give another file with --inception-weights."
            ) from error
        self._reference = self._statistics(load_picture(path) for path in paintings)

    def __call__(self, pictures: Iterable[Image.Image]) -> float:
        """Returns the FID of RGB pictures of any sizes. Raises InceptionError for fewer than two."""
        fid = self._library.metric_fid
        found = fid.fid_statistics_to_metric(self._statistics(pictures), self._reference, verbose=False)
        # Rounding gives equal sets a distance slightly below 0.
        return max(0.0, float(found[fid.KEY_METRIC_FID]))

    def _statistics(self, pictures: Iterable[Image.Image]) -> object:
        with torch.inference_mode():
            # One by one, since their sizes may differ; on a CPU, a batch is no faster.
            features = [self._network(_to_batch(picture))[0] for picture in pictures]
        if len(features) < 2:
            raise InceptionError("FID needs at least two photos and two paintings.")
        return self._library.metric_fid.fid_features_to_statistics(torch.cat(features))


def import_torch_fidelity() -> ModuleType:
    """Imports torch-fidelity. Raises InceptionError when it isn't installed."""
    try:
        importlib.import_module("cyclegan.torchvision_cpu")  # torch-fidelity imports all of torchvision
        return importlib.import_module("torch_fidelity")
    except ModuleNotFoundError as error:
        raise InceptionError(
            f"FID needs the package {error.name}: "
            "run pip install --constraint constraints.txt --editable '.[inception]'"
        ) from error


def fetch_weights(url: str) -> Path:
    """Downloads `url` to torch.hub's folder, which torch-fidelity uses too, and returns the file.

    Returns a file that is already there. A new file appears only once it is complete and its SHA-256 is right.
    Raises InceptionError when the download fails.
    """
    file = Path(torch.hub.get_dir(), "checkpoints", Path(url).name)
    if file.is_file():
        return file
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with _socket_timeout(TIMEOUT):
            torch.hub.download_url_to_file(url, os.fspath(file), SHA256, progress=sys.stderr.isatty())
    except (OSError, HTTPException, RuntimeError) as error:  # RuntimeError: a wrong SHA-256
        raise InceptionError(
            f"The Inception weights could not be fetched from {url} ({error}): "
            "try again, or give a file with --inception-weights."
        ) from error
    return file


@contextmanager
def _socket_timeout(seconds: float) -> Iterator[None]:
    """Sets a default timeout for torch.hub, which takes none and would wait for a silent server forever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _to_batch(picture: Image.Image) -> Tensor:
    """Returns (1, 3, H, W) in 0…255, uint8. The network resizes it, as the original in TensorFlow does."""
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).unsqueeze(0)
