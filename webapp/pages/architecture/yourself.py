"""The commands to do it all yourself, and the code behind them."""

from typing import Final

from dash import html
from dash.development.base_component import Component

from webapp.pages.architecture.components import section
from webapp.pages.architecture.excerpts import EXCERPTS, excerpt
from webapp.texts.schema import YourselfTexts

COMMANDS: Final = {
    "download": "python -m cyclegan download monet2photo",
    "train": "python train.py --paintings data/monet2photo/trainA --photos data/monet2photo/trainB \\\n"
    "  --test-photos data/monet2photo/testB --output runs/monet \\\n"
    "  --crop 128 --base-channels 32 --low-pass 4 --views --feature-weight 1 \\\n"
    "  --cycle-weight 1.5 --identity-weight 0.5 --contrast-weight 14 --contour-weight 150 --palette-weight 2 \\\n"
    "  --constrain-every 2 --steps 20000",
    "evaluate": "python -m cyclegan evaluate runs/monet/best.pt weights/monet.pt \\\n"
    "  --photos data/monet2photo/testB --paintings data/monet2photo/trainA",
    "export": "python -m cyclegan export runs/monet/best.pt \\\n"
    "  --photos data/monet2photo/testB --paintings data/monet2photo/trainA",
    "serve": "gunicorn -c webapp/gunicorn.conf.py 'webapp:create_app()'",
}


def yourself(texts: YourselfTexts) -> Component:
    commands = [html.Div([html.H3(texts.commands[name]), code(command)]) for name, command in COMMANDS.items()]
    details = [show(texts, name) for name in EXCERPTS]
    return section(
        "yourself", texts, [html.Div(commands, className="commands"), html.Div(details, className="excerpts")]
    )


def show(texts: YourselfTexts, name: str) -> Component:
    found = excerpt(*EXCERPTS[name])
    where = html.Span(texts.code.format(file=found.file, line=found.line), className="followers")
    return html.Details([html.Summary([texts.excerpts[name], " ", where]), code(found.source)])


def code(text: str) -> Component:
    return html.Pre(html.Code(text), tabIndex=0)
