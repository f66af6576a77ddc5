"""FID with the network and the weights of published tables, by torch-fidelity: an extra that only judging can use."""

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

from cyclegan.pictures import load_picture

LAYER = "2048"  # torch-fidelity's name for the last pooled features, those of FID
# Of the file that torch-fidelity names, which is converted from the TensorFlow graph of the original FID.
SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
TIMEOUT = 30.0  # seconds in which the server sends nothing
# What torch raises for files that are damaged or hold something else.
UNUSABLE = (OSError, RuntimeError, EOFError, AttributeError, TypeError, ValueError, pickle.UnpicklingError)


class InceptionError(RuntimeError):
    """FID that can't be had; the message says why and what to do."""


class FrechetDistance:
    """FID of pictures to a style's own paintings: lower is nearer, 0 where mean and covariance are the same.

    The squared Fréchet distance of two Gaussians fitted to (N, 2048) features of Inception v3 (Heusel et al., 2017,
    arXiv 1706.08500). It grows as pictures get fewer, so only figures from as many pictures can be compared.
    The features of the paintings are computed once. `weights` is a file of Inception's weights; without one they are
    fetched, once for all runs. Raises InceptionError.
    """

    def __init__(self, paintings: Sequence[Path], weights: Path | None = None) -> None:
        self._library = import_torch_fidelity()
        file = weights or fetch_weights(self._library.feature_extractor_inceptionv3.URL_INCEPTION_V3)
        try:
            # torch-fidelity unpickles whatever a file holds, code too; one that gets past this holds tensors alone.
            torch.load(file, weights_only=True)
            self._network = self._library.FeatureExtractorInceptionV3("inception", [LAYER], os.fspath(file))
        except FileNotFoundError as error:
            raise InceptionError(f"The file {file} does not exist: --inception-weights takes one that does.") from error
        except UNUSABLE as error:
            raise InceptionError(
                f"{file} is damaged or holds no Inception weights of torch-fidelity: "
                "give another with --inception-weights FILE."
            ) from error
        self._reference = self._statistics(load_picture(path) for path in paintings)

    def __call__(self, pictures: Iterable[Image.Image]) -> float:
        """Of RGB pictures of any sizes, at least two. Raises InceptionError."""
        fid = self._library.metric_fid
        found = fid.fid_statistics_to_metric(self._statistics(pictures), self._reference, verbose=False)
        # Rounding takes equal sets just below 0, where no distance can be.
        return max(0.0, float(found[fid.KEY_METRIC_FID]))

    def _statistics(self, pictures: Iterable[Image.Image]) -> object:
        with torch.inference_mode():
            # One by one, as their sizes may differ; on a CPU a batch is no faster.
            features = [self._network(_to_batch(picture))[0] for picture in pictures]
        if len(features) < 2:
            raise InceptionError("FID needs at least two photos and two paintings.")
        return self._library.metric_fid.fid_features_to_statistics(torch.cat(features))


def import_torch_fidelity() -> ModuleType:
    """The library. Raises InceptionError where it isn't installed."""
    try:
        _import_torchvision()
        return importlib.import_module("torch_fidelity")
    except ModuleNotFoundError as error:
        raise InceptionError(
            f"FID needs the package {error.name}: "
            "run pip install --constraint constraints.txt --editable '.[inception]'"
        ) from error


def fetch_weights(url: str) -> Path:
    """The file behind `url`, where torch.hub and so torch-fidelity keep it; fetched unless it is there.

    It appears whole and with the right SHA-256, or not at all. Raises InceptionError.
    """
    file = Path(torch.hub.get_dir(), "checkpoints", Path(url).name)
    if file.is_file():
        return file
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with _socket_timeout(TIMEOUT):
            torch.hub.download_url_to_file(url, os.fspath(file), SHA256, progress=sys.stderr.isatty())
    except (OSError, HTTPException, RuntimeError) as error:  # the last for another SHA-256
        raise InceptionError(
            f"The Inception weights could not be fetched from {url} ({error}): "
            "try again, or give them with --inception-weights FILE."
        ) from error
    return file


def _import_torchvision() -> None:
    """torch-fidelity imports all of torchvision, for networks that FID doesn't need."""
    try:
        importlib.import_module("torchvision")
    except RuntimeError:
        # The package index has torchvision for CUDA, and the Makefile installs torch for CPUs. Torchvision then goes
        # without its compiled operators, as it is meant to, but stops where it describes these two to the compiler.
        # They need only be declared, for nobody calls them here.
        if hasattr(torch.ops.torchvision, "nms"):
            raise  # for another reason
        for operator in ("nms", "qnms"):
            torch.library.define(
                f"torchvision::{operator}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
            )
        importlib.import_module("torchvision")


@contextmanager
def _socket_timeout(seconds: float) -> Iterator[None]:
    """For torch.hub, which would wait for a silent server for ever, and takes no timeout itself."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _to_batch(picture: Image.Image) -> Tensor:
    """(1, 3, H, W) in 0…255, uint8: the network itself resizes as TensorFlow did."""
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).unsqueeze(0)
