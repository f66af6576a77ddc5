"""A photo on its way through the network. inspection.js fills in what the server returns."""

from dash import html
from dash.development.base_component import Component

from cyclegan.card import Card
from webapp.pages.architecture.components import scrubber, section, slides
from webapp.pages.architecture.generator import role
from webapp.pages.architecture.prose import signed
from webapp.pages.architecture.story import Story
from webapp.pages.attributes import data
from webapp.pages.examples import example_list
from webapp.texts.schema import GeneratorTexts, InsideTexts, PageTexts


def inside(texts: InsideTexts, layers: GeneratorTexts, page: PageTexts, card: Card, story: Story) -> Component:
    return section("inside", texts, [chooser(texts, page), failure(page), result(texts, layers, card, story)])


def chooser(texts: InsideTexts, page: PageTexts) -> Component:
    own = html.Button(texts.own, id="inside-own", type="button", className="btn btn-quiet")
    status = html.P(id="inside-status", role="status")
    return html.Div(
        [example_list(page, "inside"), html.Div([own, status], className="inside-own")], className="inside-chooser"
    )


def failure(page: PageTexts) -> Component:
    retry = html.Button(page.retry, id="inside-retry", type="button", className="btn btn-sm btn-strong")
    return html.Div(
        [html.P(id="inside-error"), retry],
        id="inside-failure",
        role="alert",
        hidden=True,
        className="alert alert-danger",
    )


def result(texts: InsideTexts, layers: GeneratorTexts, card: Card, story: Story) -> Component:
    count = len(card["layers"])
    sheets = [sheet(texts, layers, card, at) for at in range(count)]
    judged = [
        evaluation("photo", texts.photo, texts.photo_scores),
        evaluation("painting", texts.painting, texts.painting_scores),
    ]
    scale = html.Div(
        [html.Span(texts.scale[0]), html.Span(className="scale-bar"), html.Span(texts.scale[1])], className="scale"
    )
    return html.Div(
        [
            scrubber("layers", texts.control, count, control="inside-layer"),
            slides("layers", sheets, class_name="sheets"),
            html.H3(texts.judge),
            html.P(judged_words(texts, story)),
            html.Div(judged, className="two"),
            scale,
        ],
        id="inside-result",
        hidden=True,
    )


def judged_words(texts: InsideTexts, story: Story) -> str:
    judged = story["scored"]
    scores = {name: signed(score) for name, score in judged.items() if isinstance(score, float)}
    return texts.judged.format(test_photos=judged["test_photos"], test_paintings=judged["test_paintings"], **scores)


def sheet(texts: InsideTexts, layers: GeneratorTexts, card: Card, at: int) -> Component:
    name = layers.roles[role(card["layers"], at)].name
    words = texts.sheet.format(number=at + 1, name=name)
    caption: list[Component | str] = [
        html.Strong(layers.number.format(number=at + 1, name=name)),
        " ",
        html.Span(**data(sheet_size=at)),
    ]
    return html.Figure(
        [html.Figcaption(caption), html.Div(html.Img(alt=words, **data(sheet=at)), className="sheet", tabIndex=0)]
    )


def evaluation(name: str, words: str, aloud: str) -> Component:
    caption = html.Figcaption([html.Strong(words), " ", html.Span(**data(score=name))])
    return html.Figure([caption, html.Img(alt=aloud, **data(judged=name))])
