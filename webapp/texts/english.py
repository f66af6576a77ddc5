"""English."""

from typing import Final

from webapp.texts.english_api import API
from webapp.texts.english_lesson import ARCHITECTURE
from webapp.texts.texts import PageTexts, ScriptTexts, Sentences, Texts

PAGE: Final = PageTexts(
    description="Turn a photo into a painting after Monet. Free, private, in a moment.",
    needs_javascript="Make-A-Monet needs JavaScript. Switch it on, or paint with the HTTP API: /api says how.",
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
    api_link="Paint from your own programs",
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
    busy="Many are painting. Your turn is tried again in {seconds} s …",
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
    inside_idle="Choose a photo to look inside.",
    inside_working="Looking inside …",
    inside_done="Move the slider to follow it through the layers.",
    inside_maps="{maps} maps of {width} × {height}",
    inside_change="The change that is added to the photo; grey is none",
    inside_score="mean score {mean}",
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
    many_photos='There are several photos in the request. Send one file in the field "photo".',
    too_large="The upload is too large. Send a smaller photo.",
    busy="Too many are painting at the moment. Try again in {seconds} seconds.",
    not_found="There is nothing at this address.",
    wrong_method="This address does not answer that method.",
    failed="Something went wrong on our side. Try it again.",
    painting_failed="The painting failed. Try it again.",
    way_home="Paint a photo",
)

ENGLISH: Final = Texts(
    tag="en", name="English", page=PAGE, script=SCRIPT, sentences=SENTENCES, architecture=ARCHITECTURE, api=API
)
