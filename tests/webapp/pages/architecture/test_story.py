"""The story describes the shipped weights, and all its pictures exist."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from benchmarks.losses import MISSING
from cyclegan.card import WEIGHTS, load_card, sha256
from cyclegan.engines.torchscript import load_script
from cyclegan.paint.options import PASSES
from webapp.pages.architecture.story import STORY, Story, load_story
from webapp.server.assets import ASSETS

PICTURES = ASSETS / "story"
SIDES = {"learning": 256, "passes": 512, "cycle": 256, "losses": 256, "norm": 256}  # pixels, the longer side
PICTURES_BYTES = 1_200_000
STORY_BYTES = 40_000
PROJECT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="module")
def story() -> Story:
    return load_story()


def ascending(numbers: list[int]) -> bool:
    return all(one < next_one for one, next_one in pairwise(numbers))


def test_the_story_was_measured_on_the_shipped_weights(story: Story) -> None:
    assert story["weights"] == sha256(WEIGHTS.with_suffix(".safetensors"))


def test_exactly_the_pictures_of_the_story_exist(story: Story) -> None:
    learning, losses = story["learning"], story["losses"]
    expected = {
        *(f"learning/{name}-{row['step']}.jpg" for name in learning["examples"] for row in learning["steps"]),
        *(f"passes/{row['passes']}.jpg" for row in story["passes"]["figures"]),
        *(f"losses/{variant}-{name}.jpg" for name in losses["examples"] for variant in ("photo", *losses["variants"])),
        *(f"losses/back-{variant}-{name}.jpg" for name in losses["examples"] for variant in losses["back"]),
        *(f"cycle/{name}.jpg" for name in ("photo", "painting", "restored")),
        *(f"norm/{stage}-{light}.jpg" for stage in ("photo", "before", "after") for light in ("plain", "dim")),
    }
    assert {str(path.relative_to(PICTURES)) for path in PICTURES.rglob("*") if path.is_file()} == expected


def test_the_storys_examples_are_among_the_example_photos(story: Story) -> None:
    names = {*story["learning"]["examples"], *story["losses"]["examples"]}
    for name in {*names, story["passes"]["example"], story["norm"]["example"]}:
        assert (ASSETS / "examples" / f"{name}.jpg").is_file()


def test_the_story_is_small() -> None:
    assert STORY.stat().st_size < STORY_BYTES
    pictures = list(PICTURES.rglob("*.jpg"))
    assert sum(path.stat().st_size for path in pictures) < PICTURES_BYTES
    for path in pictures:
        with Image.open(path) as picture:
            assert max(picture.size) == SIDES[path.parent.name], path


def test_the_run_ends_at_the_step_in_the_card(story: Story) -> None:
    training = load_card(WEIGHTS)["training"]
    evaluations, steps = story["evaluations"], [row["step"] for row in story["evaluations"]]
    assert ascending(steps)
    assert (evaluations[-1]["step"], evaluations[-1]["kid"]) == (training["steps"], training["best_kid"])
    learnt = [row["step"] for row in story["learning"]["steps"]]
    assert ascending(learnt)
    assert (learnt[0], learnt[-1]) == (0, training["steps"])
    kids = {row["step"]: row["kid"] for row in evaluations}
    for row in story["learning"]["steps"]:
        assert row.get("kid") == kids.get(row["step"])


def test_every_curve_has_one_value_per_step_and_no_gap(story: Story) -> None:
    steps = [step for step in story["curves"]["step"] if step is not None]
    assert ascending([int(step) for step in steps])
    for name, curve in story["curves"].items():
        assert len(curve) == len(steps), name
        # Once a curve has begun, it has a value at every step up to the end.
        measured = [value is not None for value in curve]
        assert measured[-1], name
        assert all(measured[measured.index(True) :]), name


def test_passes_begin_with_the_photos_and_the_paintings_of_the_card(story: Story) -> None:
    card, figures = load_card(WEIGHTS), story["passes"]["figures"]
    assert [row["passes"] for row in figures] == [0, *PASSES]
    assert figures[0]["kid"] == card["evaluated"]["photos"]["kid"]
    # On another processor the paintings differ by a few of the 256 levels.
    assert figures[1]["kid"] == pytest.approx(card["fidelity"]["torchscript int8"]["kid"], abs=0.1)


def test_every_loss_is_missing_from_one_variant(story: Story) -> None:
    assert story["losses"]["variants"].keys() == MISSING.keys()


def test_the_norm_removes_brightness_and_contrast(story: Story) -> None:
    before, after = story["norm"]["before"], story["norm"]["after"]
    assert before["dim"]["deviation"] < before["plain"]["deviation"] / 2
    for moments in after.values():
        assert moments == pytest.approx({"mean": 0, "deviation": 1}, abs=0.001)


def test_the_rounding_matches_the_shipped_weights(story: Story) -> None:
    rounding = story["rounding"]
    stem = load_script(WEIGHTS).stem
    first = load_file(WEIGHTS.with_suffix(".safetensors"))["layers.1.weight"]
    floats = (first.float() / stem.scales.view(-1, 1, 1, 1)).flatten()
    integers = stem.integers.flatten().long()
    assert rounding["weights"] == len(integers) == len(floats)
    shown = [rounding[name] for name in ("scale_smallest", "scale_largest", "channel_scale", "output_scale")]
    scales = [stem.scales.min(), stem.scales.max(), stem.scales[rounding["channel"]], stem.scale]
    assert shown == pytest.approx([float(scale) for scale in scales], rel=1e-3)
    assert not stem.zero_points.any()
    assert (rounding["zero_point"], rounding["output_zero_point"]) == (0, stem.zero_point)
    whole, fine = rounding["int8"], rounding["float"]
    assert whole["integers"] == list(range(-63, 64))
    assert whole["counts"] == torch.bincount(integers + 63, minlength=127).tolist()
    assert fine["centres"] == [half / 2 for half in range(-126, 127)]
    assert fine["counts"] == torch.bincount((2 * floats).round().long() + 126, minlength=253).tolist()


def test_the_speed_matches_the_benchmark(story: Story) -> None:
    benchmark = json.loads((PROJECT / "benchmarks" / "inference.json").read_text())
    measured = {frozenset(name.lower().split()): way["p50"] for name, way in benchmark["ways"].items()}
    assert len(story["speed"]) == 5
    for row in story["speed"]:
        seconds = measured[frozenset(row["way"].split())]  # "int8 TorchScript" is "torchscript int8"
        assert row["milliseconds"] == round(1000 * seconds)
        assert {"processor": row["processor"], "cores": row["cores"]} == benchmark["machine"]
