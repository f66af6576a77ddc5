"""Compares the observers of torch.ao.quantization for calibration by the int8 paintings that they lead to.

python benchmarks/observers.py --photos testB --paintings trainA

Calibrates the shipped float weights with each observer, as `export` does, and prints a table of PSNR against the float
network and KID against the paintings. Takes about five minutes.
"""

import argparse
import warnings
from functools import partial
from pathlib import Path

import torch
from torch.ao.quantization.observer import HistogramObserver, MinMaxObserver

from cyclegan.checkpoints import load_generator
from cyclegan.evaluate.evaluator import Evaluator
from cyclegan.evaluate.fidelity import compare
from cyclegan.export.artifact import CALIBRATION_PHOTOS, load_photo, pick_evenly
from cyclegan.export.calibration import AVERAGED_EXTREMES, Observer, calibrate
from cyclegan.export.torchscript import quantize
from cyclegan.folders import find_pictures

WEIGHTS = Path(__file__).parent.parent / "weights" / "monet.safetensors"
OBSERVERS: dict[str, Observer] = {
    "extremes, averaged over the photos": AVERAGED_EXTREMES,
    "histogram": partial(HistogramObserver, reduce_range=False),
    "extremes of all photos": MinMaxObserver,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--paintings", type=Path, required=True)
    parser.add_argument("--count", type=int, default=50, help="number of photos for PSNR (default 50)")
    given = parser.parse_args()
    warnings.filterwarnings("ignore", message="(?s).*deprecated")  # torch.ao.quantization; torch is pinned

    photos = find_pictures(given.photos)
    generator, _ = load_generator(WEIGHTS)
    calibration = [load_photo(photo) for photo in pick_evenly(photos[::2], CALIBRATION_PHOTOS)]
    pictures = [load_photo(photo) for photo in pick_evenly(photos[1::2], given.count)]
    with torch.inference_mode():
        paintings = [generator(picture) for picture in pictures]
    evaluator = Evaluator(photos, find_pictures(given.paintings))

    print("| observer | PSNR, median | worst | KID × 1000 |\n|---|--:|--:|--:|")
    print(f"| (float) | | | {evaluator(generator).kid} |")
    for name, observer in OBSERVERS.items():
        int8 = quantize(generator, calibrate(generator, calibration, observer))
        difference = compare(int8, paintings, pictures)
        print(f"| {name} | {difference.psnr_median} | {difference.psnr_worst} | {evaluator(int8).kid} |", flush=True)


if __name__ == "__main__":
    main()
