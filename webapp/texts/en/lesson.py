"""The architecture page in English."""

from typing import Final

from webapp.texts.schema import (
    ArchitectureTexts,
    CyclesTexts,
    GeneratorTexts,
    InsideTexts,
    LayerText,
    LossesTexts,
    LossText,
    NormTexts,
    PassesTexts,
    ReferencesTexts,
    RoundingTexts,
    RunTexts,
    UnpairedTexts,
    YourselfTexts,
)

UNPAIRED: Final = UnpairedTexts(
    heading="Two piles, no pairs",
    short="No pairs",
    text="""
To teach a network to turn photos into paintings, one would like pairs: the same bridge in the same light, once as a
photo and once as a Monet. There are none. Monet stood at Argenteuil in 1874, and nobody stood beside him with a
colour camera.

There are two piles instead: {paintings} paintings by Monet, and {photos} landscape photos that have nothing to do
with them. One pile shows what a Monet looks like, the other what a photo looks like. Neither says which painting
belongs to which photo, and a CycleGAN need not be told.
""",
    pairs="What one would like: pairs",
    piles="What there is: two piles",
    photos="{photos} photos",
    paintings="{paintings} paintings",
    titles={"Impression, Sunrise": "1872", "Poppies": "1873", "Haystacks": "1891", "Water Lilies": "1906"},
)

CYCLES: Final = CyclesTexts(
    heading="Two painters, two judges",
    short="Two cycles",
    text="""
Four networks learn together. The generator *G* turns a photo *x* into a painting; the generator *F* turns a painting
*y* into a photo. The discriminator *D_Y* judges paintings, real ones and those by *G*; *D_X* judges photos. Each
gives one score for every patch of 70 × 70 pixels, for style is a matter of strokes and colours, not of the whole
scene. The judges learn to tell the real from the made, the generators learn to pass.

A judge alone would be content with any Monet: *G* could answer every photo with the same pond. What prevents that is
the way back. Painted by *G* and photographed by *F*, a photo must be what it was; and a painting as well, the other
way round. What *G* leaves out of the scene, *F* can't bring back. So *G* keeps the scene, though nobody ever showed
it a painting of it.
""",
    photo="Photo *x*",
    monet="Monet *y*",
    painting="Painting *G*(*x*)",
    restored="Photo again, *F*(*G*(*x*))",
    photographed="Photo *F*(*y*)",
    repainted="Monet again, *G*(*F*(*y*))",
    judged="{judge}: real or made?",
    same="should be the same",
    photo_cycle="From photo to painting, and back to the photo",
    painting_cycle="From painting to photo, and back to the painting",
)

LOSSES: Final = LossesTexts(
    heading="Three losses",
    short="Losses",
    text="""
A loss is a number that says how wrong a network is; training turns its weights, step by step, so that the number
falls. The generators lower a weighted sum of three, for both directions at once.
""",
    adversarial=LossText(
        name="Adversarial: look like a Monet",
        text="""
The generator pays for every patch that the judge doesn't score as 1, the score of a real painting; the judge pays for
real patches that it doesn't score as 1, and for painted ones that it doesn't score as 0. The distance is squared, so
that even patches that pass still tell the generator how far off they are.
""",
        without="Nobody asks for a Monet any more. The strokes go; what stays is a soft photo.",
        without_name="Without the adversarial loss",
    ),
    cycle=LossText(
        name="Cycle consistency: keep the scene",
        text="""
There and back again, a picture should be what it was. The distance is the mean absolute difference of the pixels,
which leaves edges sharper than the mean square would.
""",
        without="The paintings hardly show it, for the photo's shapes and colours are given to this generator. The way "
        "back suffers: what was painted away doesn't return, and it ends further from the photo.",
        without_name="Without the cycle loss",
    ),
    identity=LossText(
        name="Identity: leave a Monet alone",
        text="""
What is a painting already, *G* should leave as it is, and *F* should leave photos alone. It ties the colours down:
cycle and judges would be as happy with noon turned into dusk, as long as *F* turns it back.
""",
        without="No drastic change after so few steps. From here on, only the way back holds the colours.",
        without_name="Without the identity loss",
    ),
    experiment="What each is good for shows when it is missing. Below, the shipped network was trained on for {steps}"
    " steps, four times: once with everything, and three times with one loss missing.",
    photo="The photo",
    everything="With all losses",
    caption="KID × 1000: {kid} · content {content}",
    back="Turned back into photos: {difference} from what they were",
    weights="When the shipped run ended, the cycle weighed {cycle} and the identity {identity}, far less than the 10 "
    "and 5 of the paper: the photo's shapes and colours are given to this generator, so it need not be held back as "
    "much. Two more judges of the paintings were heard as well, and two rules; [the run](#run) tells of them.",
)

NORM: Final = NormTexts(
    heading="What instance norm does",
    short="Instance norm",
    text="""
After every convolution but the last, each feature map is shifted and stretched until its mean is 0 and its deviation
is 1. Brightness and contrast of the photo live in just these two numbers, so inside the network they are gone; what
stays is where something is. A dim, flat photo and a bright one look alike to the next layer, and the style can be put
on anew. (What the photo looks like from afar is added at the very end, and brings its light along.)

It is also why a large photo can't simply be cut into tiles: each tile would be stretched by its own mean and
deviation, and the seams would show. Here they are taken once, from a thumbnail of the whole photo, and held for all
its tiles.
""",
    plain="The photo",
    dim="The same, dim and flat",
    photo="Photo",
    before="Before the norm",
    after="After the norm",
    formula="*μ* and *σ*² are the mean and the variance of the map *x_c* over all its places; *ε* is tiny, and keeps "
    "a map of one single value from being divided by zero.",
    measured="{stage}: mean {mean}, deviation {deviation}",
    caption="Feature map {channel} of the first convolution. Before the norm, both on one scale of grey; after it, "
    "both on another.",
)

ROUNDING: Final = RoundingTexts(
    heading="From float32 to int8",
    short="Int8",
    text="""
A trained weight is a float32 number: four bytes, seven digits. The network that paints here has one byte for each. An
integer *q* stands for the number *s*(*q* − *z*); the scale *s* says how far apart two neighbours are, the zero point
*z* which integer means zero. Weights have a scale for every output channel, and 0 is their zero point. The feature
maps have one scale and one zero point a layer: {photos} photos were painted beforehand to see which range they need.

Multiplying bytes is several times as fast as multiplying floats, and there is a quarter to carry. Of a weight's eight
bits seven are used, −63 to 63: processors without VNNI add up pairs of products in 16 bits, which more would
overflow.
""",
    floats="float32",
    integers="int8",
    axis="weight, divided by the scale of its channel",
    caption="All {weights} weights of the first convolution, before and after. Their scales go from {smallest} to "
    "{largest}; zero point 0. The output of the layer has a scale of {output_scale} and the zero "
    "point {output_zero_point}.",
    table="Seconds are the median for one photo of 512 × 512 pixels, on {cores} cores of an {processor}. PSNR says "
    "how near the paintings are to those in float32, KID how near to Monet's; the first way is the float32 network "
    "that this kind of page was first served with, larger and with transposed convolutions.",
    columns=("Network", "Seconds", "Megabytes", "PSNR, dB", "KID × 1000"),
    ways={
        "first way": "The first way",
        "float eager": "float32",
        "torchscript int8": "int8, TorchScript",
        "openvino int8": "int8, OpenVINO",
    },
)

PASSES: Final = PassesTexts(
    heading="What another pass does",
    short="Passes",
    text="""
“Paint again” gives the painting to the network as if it were a photo. It continues from the painting's own pixels,
not from a lossy file. Strokes gather, detail goes. KID says how far the paintings of {photos} test photos are from
Monet's (lower is nearer), content how much of each photo is still there (1 is all of it). The first pass is the
nearest to Monet; each further one goes beyond him, for those who like it bold.
""",
    control="Passes",
    numbers=("The photo", "1 pass", "2 passes", "3 passes", "4 passes", "5 passes"),
    caption="KID × 1000: {kid} · content {content}",
)

GENERATOR: Final = GeneratorTexts(
    heading="The generator, layer by layer",
    short="Generator",
    text="""
Three convolutions take the picture in and make it smaller, at a quarter of its size {blocks} residual blocks repaint
it, and resizes with convolutions bring it back. Choose a layer.
""",
    adds="What comes out is added to the photo: the network paints the difference.",
    adds_to_means="What comes out is added to the means of the photo's squares of {side} × {side} pixels. They give "
    "the shapes and the colours; every stroke must come from the network.",
    replaces="What comes out is the painting.",
    control="Layers of the generator",
    sides="Size of the photo",
    columns=("Layer", "Kernel / stride", "Output", "Parameters", "Multiply-adds, millions", "Receptive field"),
    names={
        "Convolution": "Convolution",
        "Residual block": "Residual block",
        "Nearest resize": "Nearest resize",
        "instance norm": "instance norm",
        "ReLU": "ReLU",
        "tanh": "tanh",
    },
    roles={
        "first": LayerText(
            "First look",
            "Each of its filters looks at 7 × 7 pixels of the photo at a time and produces one map: edges of one "
            "direction, patches of one colour.",
            "Large filters at full size see strokes as wide as a brush, while there are only three channels to "
            "multiply.",
        ),
        "down": LayerText(
            "Make it smaller",
            "A 3 × 3 convolution that moves two pixels at a time: half the width, half the height, twice the maps.",
            "A later filter sees four times the area for the same work, so that it can tell a tree from its leaf.",
        ),
        "block": LayerText(
            "Repaint",
            "Two 3 × 3 convolutions compute a change, which is added to what came in.",
            "Most of the weights are here, where the picture is smallest and each of them is used at the fewest "
            "places. With the sum, a block need only learn what to change, and the error finds its way back through "
            "all of them.",
        ),
        "resize": LayerText(
            "Make it larger",
            "Every place becomes 2 × 2 equal ones. There is nothing to learn.",
            "The usual transposed convolution touches some pixels more often than others and leaves a checkerboard. "
            "In int8 this resize and the next convolution are one step, with 4/9 of the multiplications.",
        ),
        "up": LayerText(
            "Draw it finer",
            "A 3 × 3 convolution draws detail into the enlarged maps, half as many of them.",
            "Where the strokes go was decided in the blocks; here they get their edges.",
        ),
        "last": LayerText(
            "Mix the colours",
            "A 7 × 7 convolution makes three maps of all the others: red, green and blue, between −1 and 1 after tanh.",
            "No norm here: it would take back the brightness that the painting needs.",
        ),
    },
    total="Total",
    number="Layer {number}: {name}",
    numbers="The receptive field is the side of the square of pixels that one place of the output depends on. The "
    "norms see the whole picture.",
)

INSIDE: Final = InsideTexts(
    heading="Look inside",
    short="Look inside",
    text="""
Choose a photo and follow it through the network: every feature map of every layer, from the int8 network that paints
on the other page. Each map is stretched to its own range of grey. And the judge of paintings, which is only there
while the network is trained, scores the photo and its painting patch by patch.
""",
    own="A photo of your own",
    control="Layer",
    sheet="The feature maps of layer {number}, {name}",
    judge="What the judge says",
    judged="The judge stays ahead of the generator. On average it gives {monets} to {test_paintings} Monets that it "
    "has not seen, {photos} to {test_photos} test photos, and {painted} to their paintings: as a whole they don't "
    "pass. Single patches do, and each of them shows the generator where to go on.",
    photo="Photo",
    painting="Painting",
    photo_scores="The photo, with the judge's scores over it",
    painting_scores="The painting, with the judge's scores over it",
    scale=("0: made", "1: a real Monet"),
)

RUN: Final = RunTexts(
    heading="The training run",
    short="Training",
    text="""
These are the curves of the weights that paint here: {steps} steps, {hours} hours on at most two processor cores, no
graphics card. What the networks saw of each picture was anything from all of it to a detail. Three judges look at a
painting: one at its patches; one through a network that knows pictures already; and, from step 10,538 on, one at its
colours alone. Two rules hold the generator to the photo: no contrasts and no hard edges where the photo has none.
Twice the learning rate falls to zero, and the paintings come nearer to Monet each time. Some of that is flattery, for
KID looks through a network of the second judge's family, trained on the same pictures: look at the paintings too.
""",
    curves={
        "adversarial_painting": "G against its judge",
        "adversarial_photo": "F against its judge",
        "discriminator_painting": "Judge of paintings",
        "discriminator_photo": "Judge of photos",
        "cycle_painting": "Cycle of paintings",
        "cycle_photo": "Cycle of photos",
        "identity_painting": "Identity of paintings",
        "identity_photo": "Identity of photos",
        "feature_painting": "G against the second judge",
        "feature_discriminator": "Second judge",
        "palette_painting": "G against the judge of colours",
        "palette_discriminator": "Judge of colours",
        "contrast_painting": "Invented contrasts",
        "contour_painting": "Hard edges",
        "learning_rate": "Learning rate",
    },
    groups={
        "game": "Generators and judges: what one side wins, the other loses. Here the judges stay ahead.",
        "held": "Cycle and identity: how far a picture that should be the same is from what it was.",
        "second": "The second judge, which looks through a network that knows pictures.",
        "third": "The third judge, of colours alone, from the step on which it joins.",
        "rules": "What is forbidden: contrasts and hard edges that the photo does not have.",
        "rate": "The learning rate: how far each step goes.",
    },
    judgements="How near the paintings of 400 test photos are to Monet's, and how much of the photos is still there.",
    kid="KID × 1000",
    content="Content",
    step="Step",
    control="Step of the training",
    untouched="The photos",
    caption="Step {step}",
    judged="Step {step} · KID × 1000: {kid}",
)

YOURSELF: Final = YourselfTexts(
    heading="Try it yourself",
    short="Try it",
    text="""
Everything but the pictures is in the repository, and the first command fetches those. The training command is the one
for little compute. A test parses every command as the program itself does; each piece of code is read from its file
when the server starts, so it is the code that runs. This server paints for programs, too: see [its API](api).
""",
    commands={
        "download": "Fetch the pictures",
        "train": "Train",
        "evaluate": "Measure it",
        "export": "Make it int8",
        "serve": "Serve this page",
    },
    excerpts={
        "residual_block": "A residual block",
        "generator": "The generator",
        "discriminator": "The discriminator",
        "cycle": "The cycle loss",
        "step": "One step of the generators",
        "rounding": "From float32 to int8",
        "paint": "One pass of a painting",
    },
    code="{file}, from line {line}",
)

REFERENCES: Final = ReferencesTexts(
    heading="References",
    short="References",
    text="The papers that this project builds on, and what it takes from each.",
    gives={
        "cyclegan": "The idea itself: two generators, two judges, and the way back.",
        "pix2pix": "The judge of patches of 70 × 70 pixels.",
        "lsgan": "Squared distances in the adversarial loss, which don't fade out.",
        "instance_norm": "A norm for each picture by itself, which takes away its contrast.",
        "johnson": "The shape of the generator: down, residual blocks, up.",
        "checkerboard": "Resizing before a convolution, so that no checkerboard remains.",
        "thumbnail_norm": "Norms from a thumbnail, so that the tiles of a large photo agree.",
        "int8": "Scale and zero point: a network in integers.",
        "projected_gan": "The second judge, which looks through a network that knows pictures.",
        "kid": "KID, the distance to Monet's paintings that this page speaks of.",
    },
)

ARCHITECTURE: Final = ArchitectureTexts(
    title="Architecture",
    heading="How it paints",
    lead="A small neural network paints your photo. It was never shown a photo with its painting, only piles of both."
    " This is how it learnt, what it does, and what it looks like inside. Ten minutes; every figure and every "
    "painting comes from a run of the code itself.",
    contents="On this page",
    unpaired=UNPAIRED,
    cycles=CYCLES,
    losses=LOSSES,
    norm=NORM,
    rounding=ROUNDING,
    passes=PASSES,
    generator=GENERATOR,
    inside=INSIDE,
    run=RUN,
    yourself=YOURSELF,
    references=REFERENCES,
)
