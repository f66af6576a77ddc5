"""The HTTP API, described in English."""

from typing import Final

from webapp.texts.api import ApiTexts, OperationText

API: Final = ApiTexts(
    title="HTTP API",
    heading="Paint from your own programs",
    lead="Send a photo in one POST; its answer is the painting. No key and no account, and nothing is stored.",
    paint=OperationText(
        summary="Paint a photo",
        text="The photo and what you wish of it are the fields of a form, as multipart/form-data. Unknown fields are "
        "ignored.",
    ),
    inside=OperationText(
        summary="Look inside the network",
        text="What each layer makes of a photo at {side} pixels, stretched to {least} where it is narrower, and how "
        "much of photo and painting looks painted by hand. The architecture page draws it.",
    ),
    health=OperationText(summary="Is the server well", text="For load balancers and monitors."),
    document=OperationText(summary="This description", text="For programs, as OpenAPI 3.1."),
    metrics=OperationText(
        summary="How the server fares",
        text="For Prometheus: with the server's token or, where it has none, from its own machine only.",
    ),
    form={
        "photo": "JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or HEIC, whichever way it is turned; up to {megabytes} MB and "
        "{megapixels} megapixels.",
        "passes": "How often it is painted. Each pass paints the painting of the one before.",
        "strength": "Per cent of painting in the blend with the photo. 0 gives the photo itself, upright.",
        "size": "Pixels of the longer side, never above the photo's own; full is all that it has.",
        "brush": "How broad the strokes are, at any size.",
        "format": "What the painting is saved as.",
    },
    looked_into="As for a painting.",
    accept_language="The language of the sentences in errors.",
    painted="The painting: a file or, where the client prefers it, a stream of events.",
    looked="The feature maps of every layer, and the scores.",
    healthy="It is.",
    metered="In the format of Prometheus or, where it is asked for, of OpenMetrics.",
    bearer="The server asks for a token, as Authorization: Bearer.",
    elsewhere="Without a token, only the server's own machine can read the metrics.",
    described="The description.",
    unchanged="It has not changed since the ETag that was sent.",
    stream="With Accept: text/event-stream the answer comes as events, and the painting in the last of them. Each is a "
    "line with its name, a line with its data as JSON, and an empty line. Whoever hangs up cancels the work.",
    events={
        "queued": "While it waits, at least once a second.",
        "progress": "Before the first step of the work and after each.",
        "painting": "The last: the painting.",
        "error": "Instead of it, where the painting failed.",
    },
    event_data={
        "position": "How many are before this one.",
        "done": "Steps that are done.",
        "total": "Steps in all.",
        "type": "The media type of the file.",
        "width": "Pixels.",
        "height": "Pixels.",
        "data": "The file in base64.",
        "error": "One sentence that says what to do.",
    },
    layers={
        "width": "Pixels of photo and painting.",
        "height": "Pixels of photo and painting.",
        "photo": "As the network sees it, a data URL.",
        "painting": "What the network makes of it, a data URL.",
        "layers": "In the order of the model card.",
        "layers.maps": "How many feature maps there are.",
        "layers.width": "Pixels of one map.",
        "layers.height": "Pixels of one map.",
        "layers.columns": "Maps in a row of the sheet.",
        "layers.image": "All maps on one sheet, a data URL.",
        "judge": "What the discriminator of paintings thinks of both.",
        "judge.photo": "Of the photo.",
        "judge.painting": "Of the painting.",
        "mean": "The mean score: about 1 where it sees a Monet's hand, about 0 where not.",
        "image": "The scores over the picture, a data URL.",
    },
    refusals={
        "400": "There is no photo in the request, or several, or it is empty, damaged or cut short.",
        "403": "A page of another site has sent it.",
        "408": "The upload took too long.",
        "413": "It has more than {megabytes} MB or {megapixels} megapixels, or would take too much memory.",
        "415": "It is not multipart/form-data, or the photo is no picture that can be read.",
        "422": "A field is out of its bounds or given twice; the sentence names it.",
        "429": "Too many requests from one address. Come again after Retry-After.",
        "500": "Something went wrong on our side. Try it again.",
        "503": "Too many are painting: come again after Retry-After. Without it, this painting took too long.",
    },
    error="One sentence that says what to do.",
    headers={
        "X-Request-ID": "What the server's log calls this request; a name that the request brings is kept.",
        "Retry-After": "Seconds until it is worth trying again.",
        "Content-Disposition": "A name for the file.",
        "ETag": "Of this description.",
    },
    field="Field",
    values="Values",
    default="default {value}",
    meaning="What it is",
    required="required",
    file="a file",
    event="Event",
    status="Status",
    when="When",
    answer="Its answer",
    answers="The answer is the file: {types}.",
    progress_heading="Follow the progress",
    refusal_heading="When it can't be done",
    refusal_text="The answer is one sentence that says what to do, in English or, by Accept-Language, in Chinese:",
    machines="For programs: openapi.json",
    terms="Up to {megabytes} MB and {megapixels} megapixels a photo, and {paintings} photos a minute from one address. "
    "One photo is painted at a time, on all cores; whoever would wait longer than about {seconds} seconds is asked to "
    "come again.",
)
