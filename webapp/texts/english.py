"""English."""

from typing import Final

from webapp.texts.texts import ArchitectureTexts, PageTexts, ScriptTexts, Sentences, Texts

PAGE: Final = PageTexts(
    description="Turn a photo into a painting after Monet. Free, private, in a moment.",
    needs_javascript="Make-A-Monet needs JavaScript. Switch it on, or paint with the HTTP API at /api/paint.",
    skip="Skip to the content",
    paint_link="Paint",
    architecture_link="Architecture",
    theme="Theme",
    paint_title="Your photo, painted like a Monet",
    paint_lead="Choose a landscape, a garden, a harbour at dawn. A small neural network does the rest, right here.",
    choose="Choose a photo",
    choose_hint="or drop it here, or paste it",
    camera="Take a photo",
    limits="JPEG, HEIC, PNG, WebP, AVIF, GIF or TIFF, up to {megabytes} MB",
    examples="Or try one of these",
    example_names={
        "summer-palace": "Summer Palace",
        "hills": "Autumn hills",
        "boats": "Boats at dusk",
        "mountains": "Mountain path",
        "stream": "Forest stream",
        "dandelions": "Dandelions",
    },
    example_sources="Who took these photos",
    privacy_title="Your photo stays yours.",
    privacy="It is held in memory while it is painted, and nowhere else: nothing is stored, nothing is logged, nobody "
    "looks at it. Place and camera data are not in the painting.",
    photo="The photo",
    painting="The painting",
    stage="Photo and painting",
    compare="Compare: how much of the photo covers the painting",
    hold="Hold for photo",
    zoom="100 %",
    film="Passes",
    photo_frame="Photo",
    numbered_frame="Pass {number}",
    paint="Paint",
    cancel="Cancel",
    retry="Try again",
    another="Choose another photo",
    dismiss="Close",
    new="New photo",
    size="Size",
    sizes={"512": "512", "1024": "1024", "full": "Full"},
    brush="Brush",
    brushes={"broad": "Broad", "medium": "Medium", "fine": "Fine"},
    strength="Strength",
    file_format="Format",
    download="Download",
    copy="Copy",
    share="Share",
    progress="Progress",
)

SCRIPT: Final = ScriptTexts(
    paint="Paint",
    paint_again="Paint again",
    opening="Opening the photo …",
    ready="Ready to paint",
    uploading="Uploading …",
    waiting_next="You are next in line",
    waiting="Waiting: {position} in line before you",
    painting="Painting pass {number} of {passes} …",
    receiving="Receiving the painting …",
    painted="Pass {number} of {passes} · {width} × {height} pixels",
    photo_shown="Photo · {width} × {height} pixels",
    cancelled="Cancelled",
    copied="Copied. Paste it wherever you like.",
    not_copied="Your browser did not allow copying. Download the painting instead.",
    not_shared="Your browser could not share it. Download the painting instead.",
    lost="The connection to the server broke. Try again.",
    example_lost="The example did not arrive. Try again, or choose a photo of your own.",
    too_large="The photo has more than {megabytes} MB. Choose a smaller size, or a smaller photo.",
    compared="{percent} % photo",
    theme_system="like the system",
    theme_light="light",
    theme_dark="dark",
)

SENTENCES: Final = Sentences(
    empty="The file is empty. Choose another photo.",
    damaged="The photo is damaged or cut short. Save or send it again.",
    not_a_picture="This is no picture that can be read. Send a JPEG, HEIC, PNG, WebP, AVIF, GIF or TIFF.",
    too_many_pixels="The photo has more than {megapixels} megapixels. Send a smaller one.",
    not_multipart='Send the photo as multipart/form-data, in the field "photo".',
    no_photo='There is no photo in the request. Send a file in the field "photo".',
    too_large="The upload is too large. Send a smaller photo.",
    not_found="There is nothing at this address.",
    wrong_method="This address does not answer that method.",
    failed="Something went wrong on our side. Try it again.",
    painting_failed="The painting failed. Try it again.",
    way_home="Paint a photo",
)

ARCHITECTURE: Final = ArchitectureTexts(
    title="Architecture",
    heading="How it paints",
    introduction="""
Nobody has ever photographed what Monet painted, so there are no pairs of photo and painting to learn from. A CycleGAN
learns from two piles instead: photos here, paintings there. Generator $G$ turns a photo $x$ into a painting, generator
$F$ turns a painting $y$ into a photo. Two discriminators look at patches of 70 × 70 pixels and score how real each one
is; $D$ is the one that knows paintings.
""",
    generator="The generator",
    shape="Three convolutions take the picture in, at a quarter of its size {blocks} residual blocks repaint it, and "
    "nearest resizes with convolutions bring it back.",
    adds="What comes out is added to the photo: the network paints the difference.",
    replaces="What comes out is the painting.",
    shapes="Shapes are those for {side} × {side} pixels; any other size works as well.",
    columns=("Layer", "Kernel / stride", "Output", "Parameters"),
    total="Total",
    losses="Three losses",
    losses_lead="Training lowers the weighted sum of these three, for both directions at once.",
    loss_articles={
        "Adversarial": r"""
A painting by $G$ should pass for a Monet. The generator is paid for patches that the discriminator scores as 1; the
discriminator for scoring real paintings as 1 and painted ones as 0. The distance is squared, so that even a fake that
passes still learns from how far it is off (Mao et al., 2017, arXiv 1611.04076).

$$
\mathcal{L}_G = \mathbb{E}_x\big[(D(G(x)) - 1)^2\big]
$$

$$
\mathcal{L}_D = \tfrac12\,\mathbb{E}_y\big[(D(y) - 1)^2\big] + \tfrac12\,\mathbb{E}_x\big[D(G(x))^2\big]
$$
""",
        "Cycle consistency": r"""
Painted and turned back into a photo, a photo should be what it was; and so should a painting that goes the other way
round. This is what keeps the scene: a bridge that did not stay a bridge could not be restored (Zhu et al., 2017,
arXiv 1703.10593, equation 2).

$$
\mathcal{L}_\mathrm{cyc} = \mathbb{E}_x\big[\lVert F(G(x)) - x \rVert_1\big]
+ \mathbb{E}_y\big[\lVert G(F(y)) - y \rVert_1\big]
$$
""",
        "Identity": r"""
A Monet is already a Monet: $G$ should leave it alone, and $F$ should leave photos alone. Without this the generators
swap colours freely, and noon becomes dusk (Zhu et al., 2017, section 5.2).

$$
\mathcal{L}_\mathrm{id} = \mathbb{E}_y\big[\lVert G(y) - y \rVert_1\big]
+ \mathbb{E}_x\big[\lVert F(x) - x \rVert_1\big]
$$
""",
    },
)

ENGLISH: Final = Texts(
    tag="en", name="English", page=PAGE, script=SCRIPT, sentences=SENTENCES, architecture=ARCHITECTURE
)
