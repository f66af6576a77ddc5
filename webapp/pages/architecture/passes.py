"""One photo, painted in several passes."""

from dash.development.base_component import Component

from cyclegan.card import Card
from webapp.pages.architecture.components import picture, scrubber, section, slides
from webapp.pages.architecture.story import Story
from webapp.texts.schema import PassesTexts

FIRST = 1  # the slide shown at first: one pass


def passes(texts: PassesTexts, card: Card, story: Story) -> Component:
    figures = story["passes"]["figures"]
    each = [
        picture(
            f"passes/{row['passes']}",
            texts.numbers[row["passes"]],
            f"{texts.numbers[row['passes']]} · "
            + texts.caption.format(kid=f"{row['kid']:.1f}", content=f"{row['content']:.2f}"),
        )
        for row in figures
    ]
    content = [slides("passes", each, FIRST), scrubber("passes", texts.control, len(figures), FIRST)]
    return section("passes", texts, content, photos=f"{card['evaluated']['test_photos']:,}")
