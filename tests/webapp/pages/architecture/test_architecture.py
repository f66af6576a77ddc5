"""The lesson agrees with the code, the network and the pictures that it describes."""

import inspect
import json
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from dash.development.base_component import Component
from flask import Flask
from torch import nn

import train
from cyclegan import __main__ as command_line
from cyclegan import networks
from cyclegan.card import Card, load_card
from cyclegan.export import torchscript as int8
from cyclegan.networks import Generator, GeneratorConfig
from cyclegan.paint import painter
from cyclegan.train import losses
from cyclegan.train import trainer as training
from webapp.pages import architecture
from webapp.pages.architecture.excerpts import EXCERPTS, excerpt
from webapp.pages.architecture.generator import SIDES, role
from webapp.pages.architecture.references import PAPERS
from webapp.pages.architecture.story import load_story
from webapp.pages.architecture.training_run import GROUPS
from webapp.pages.architecture.yourself import COMMANDS
from webapp.server.assets import ASSETS
from webapp.settings import Settings
from webapp.texts import LANGUAGES

ROOT = ASSETS.parent.parent


@pytest.fixture(scope="module")
def card() -> Card:
    return load_card(Settings().weights)


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request: pytest.FixtureRequest, app: Flask, card: Card) -> list[Component]:
    """Returns every component of the page."""
    with app.test_request_context():
        return list(parts(architecture.layout(LANGUAGES[request.param], card, load_story())))


def parts(component: Any) -> Iterator[Component]:
    if isinstance(component, list | tuple):
        for child in component:
            yield from parts(child)
    if isinstance(component, Component):
        yield component
        for name in ("children", "label", "options"):
            yield from parts(getattr(component, name, None))
    if isinstance(component, dict):
        yield from parts(list(component.values()))


def words(component: Any) -> str:
    """Returns the text of a component."""
    if isinstance(component, list | tuple):
        return "".join(map(words, component))
    if isinstance(component, Component):
        return words(getattr(component, "children", None))
    return "" if component is None else str(component)


def of_kind(page: list[Component], kind: str) -> list[Component]:
    return [part for part in page if type(part).__name__ == kind]


def multiply_adds_and_shapes(network: Generator, side: int) -> tuple[int, list[tuple[int, ...]]]:
    """Returns the multiply-adds of the live network for a square picture, and the shapes of its top layers' outputs.

    An output counts one multiply-add for each weight that it depends on.
    """
    total, shapes = 0, []

    def count(module: nn.Module, _: Any, output: torch.Tensor) -> None:
        nonlocal total
        if isinstance(module, nn.Conv2d):
            total += module.weight[0].numel() * output.numel()
        if type(module) in (nn.Conv2d, nn.Upsample, networks.ResidualBlock) and module in at_the_top:
            shapes.append(tuple(output.shape[1:]))

    at_the_top = list(network.layers.children())
    for module in network.modules():
        module.register_forward_hook(count)
    network.layers(torch.empty(1, 3, side, side, device="meta"))
    return total, shapes


@pytest.mark.parametrize("side", SIDES)
def test_the_table_matches_the_live_network_for_every_photo_size(page: list[Component], card: Card, side: int) -> None:
    with torch.device("meta"):
        network = Generator(GeneratorConfig(**card["generator"]))
    multiply_adds, shapes = multiply_adds_and_shapes(network, side)
    (table,) = [part for part in page if getattr(part, "data-side", None) == side]
    *rows, total = [[words(cell) for cell in row.children] for row in of_kind(list(parts(table)), "Tr")][1:]
    assert [row[3] for row in rows] == [" × ".join(map(str, shape)) for shape in shapes]
    assert total[4] == f"{sum(parameter.numel() for parameter in network.parameters()):,}"
    assert total[5] == f"{multiply_adds / 1e6:,.0f}"


def test_each_layer_has_its_role(card: Card) -> None:
    layers, blocks = card["layers"], card["generator"]["residual_blocks"]
    roles = ["first", "down", "down", *["block"] * blocks, "resize", "up", "resize", "up", "last"]
    assert [role(layers, at) for at in range(len(layers))] == roles


@pytest.mark.parametrize(
    ("low_pass", "sentence"),
    [
        (0, "What comes out is the painting."),
        (1, "is added to the photo: the network paints the difference"),
        (4, "is added to the means of the photo's squares of 4 × 4 pixels"),
    ],
)
def test_the_page_says_what_the_network_adds_to(app: Flask, card: Card, low_pass: int, sentence: str) -> None:
    changed: Any = {**card, "generator": {**card["generator"], "low_pass": low_pass}}
    with app.test_request_context():
        said = words(architecture.layout(LANGUAGES["en"], changed, load_story()))
    assert sentence in said


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("residual_block", networks.ResidualBlock),
        ("generator", networks.Generator),
        ("discriminator", networks.PatchDiscriminator),
        ("cycle", losses.cycle_loss),
        ("step", training.Trainer._step_generators),
        ("rounding", int8.quantize_weights),
        ("paint", painter.Painter._paint_once),
    ],
)
def test_an_excerpt_is_the_code_that_runs(name: str, source: Any) -> None:
    found = excerpt(*EXCERPTS[name])
    assert found.source == inspect.cleandoc("\n" + inspect.getsource(source)) or found.source == dedented(source)
    assert found.line == inspect.getsourcelines(source)[1]
    assert (ROOT / found.file).is_file()


def dedented(source: Any) -> str:
    lines = inspect.getsource(source).rstrip("\n").split("\n")
    indent = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[indent:] for line in lines)


def test_every_excerpt_is_tested() -> None:
    assert len(EXCERPTS) == 7


@pytest.mark.parametrize("name", ["Nothing", "Generator.nothing", "Nothing.forward"])
def test_an_excerpt_of_a_missing_definition_is_refused(name: str) -> None:
    with pytest.raises(LookupError, match=f"networks.py has no {name.split('.')[-1]}|has no Nothing"):
        excerpt("networks.py", name)


def test_a_decorated_class_is_shown_with_its_decorator() -> None:
    assert excerpt("networks.py", "GeneratorConfig").source.startswith("@dataclass(frozen=True)\nclass GeneratorConfig")


def arguments_of(name: str) -> list[str]:
    """Returns the arguments of a command as a shell reads them."""
    return shlex.split(COMMANDS[name].replace("\\\n", " "))


@pytest.mark.parametrize("name", ["download", "evaluate", "export"])
def test_a_command_of_the_package_is_accepted_by_its_parser(name: str) -> None:
    python, module, package, *arguments = arguments_of(name)
    assert (python, module, package) == ("python", "-m", "cyclegan")
    assert type(command_line.parse(arguments)).__name__.lower() == name


def test_the_training_command_is_accepted_by_its_parser() -> None:
    python, script, *arguments = arguments_of("train")
    assert (python, ROOT / script) == ("python", Path(train.__file__))
    assert train.parse(arguments).training.output == Path("runs/monet")


def test_the_serving_command_names_existing_files() -> None:
    server, flag, configuration, application = arguments_of("serve")
    assert (server, flag, application) == ("gunicorn", "-c", "webapp:create_app()")
    assert (ROOT / configuration).is_file()
    assert "webapp" in sys.modules


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_a_text_for_every_item(language: str) -> None:
    texts = LANGUAGES[language].architecture
    assert texts.yourself.commands.keys() == COMMANDS.keys()
    assert texts.yourself.excerpts.keys() == EXCERPTS.keys()
    assert texts.references.gives.keys() == PAPERS.keys()
    assert texts.run.groups.keys() == GROUPS.keys()
    assert texts.run.curves.keys() == {name for group in GROUPS.values() for name in group}
    assert load_story()["curves"].keys() == texts.run.curves.keys() | {"step"}


def test_every_picture_of_the_page_exists(page: list[Component]) -> None:
    pictures = [getattr(image, "src", None) or getattr(image, "data-src", None) for image in of_kind(page, "Img")]
    named = [ASSETS / address.split("/", 3)[3] for address in pictures if address]
    assert len(named) > 60
    assert [file for file in named if not file.is_file()] == []


def test_every_picture_of_the_story_is_shown(page: list[Component]) -> None:
    shown = json.dumps(
        [getattr(image, "src", None) or getattr(image, "data-src", "") for image in of_kind(page, "Img")]
    )
    files = [str(file.relative_to(ASSETS)) for file in (ASSETS / "story").rglob("*.jpg")]
    assert [file for file in files if file not in shown] == []


def test_every_entry_of_the_contents_links_to_its_section(page: list[Component]) -> None:
    sections = [section.id for section in of_kind(page, "Section")]
    (nav,) = of_kind(page, "Nav")
    assert [link.href for link in of_kind(list(parts(nav)), "A")] == [f"#{name}" for name in sections]


def test_every_control_has_as_many_options_as_slides(page: list[Component]) -> None:
    groups = {getattr(part, "data-slides", None): len(part.children) for part in page if hasattr(part, "data-slides")}
    controls = [(part, getattr(part, "data-picks")) for part in page if hasattr(part, "data-picks")]
    assert {name for _, name in controls} == groups.keys()
    for control, name in controls:
        inputs = [part for part in parts(control) if type(part).__name__ in ("Input", "RadioItems")]
        counts = [len(part.options) if hasattr(part, "options") else part.max + 1 for part in inputs]
        assert counts == [groups[name]]
