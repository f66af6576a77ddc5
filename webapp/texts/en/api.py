"""The description of the HTTP API in English."""

from typing import Final

from webapp.texts.schema import ApiTexts, OperationText

API: Final = ApiTexts(
    title="HTTP API",
    heading="Paint from your own programs",
    lead="Send a photo in one POST request and get the painting back. You need no key and no account, and nothing is "
    "stored.",
    paint=OperationText(
        summary="Paint a photo",
        text="Send the photo and the options as form fields, as multipart/form-data. Unknown fields are ignored.",
    ),
    inside=OperationText(
        summary="Look inside the network",
        text="Returns the feature maps of every layer for a photo, and how much of the photo and of its painting looks "
        "painted by hand. The photo is shrunk to {side} pixels; a side shorter than {least} pixels is stretched to "
        "that length. The architecture page shows the result.",
    ),
    health=OperationText(summary="Check the health of the server", text="For load balancers and monitoring."),
    document=OperationText(summary="Get this description", text="For programs, as OpenAPI 3.1."),
    metrics=OperationText(
        summary="Get the metrics",
        text="For Prometheus. Requires the server's token. If no token is set, only the server itself can read the "
        "metrics.",
    ),
    form={
        "photo": "JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF, HEIC, JPEG 2000, PSD, PPM, ICO or TGA, in any orientation; "
        "at most {megabytes} MB and "
        "{megapixels} megapixels.",
        "passes": "How many times the photo is painted. Each pass paints the result of the previous one.",
        "strength": "Percentage of the painting in the blend with the photo. 0 returns the photo itself, upright.",
        "detail": "Percentage of the photo's fine detail that is given back: for faces, signs and masts.",
        "size": "Length of the longer side in pixels, at most that of the photo; full keeps the size of the photo.",
        "brush": "Width of the strokes, whatever the size.",
        "format": "File format of the painting.",
    },
    inside_photo="The same as for /api/paint.",
    accept_language="Language of the error sentences.",
    paint_response="The painting: a file or, if the client prefers it, a stream of events.",
    inside_response="The feature maps of every layer, and the scores.",
    health_response="The server is healthy.",
    metrics_response="The metrics in the Prometheus text format or, on request, in OpenMetrics.",
    bearer="The server requires a token, as Authorization: Bearer.",
    elsewhere="Without a token, the metrics can only be read on the server itself.",
    document_response="The description.",
    unchanged="The description still has the ETag that was sent.",
    stream="With Accept: text/event-stream, the response is a stream of events, and the last one carries the painting. "
    "Each event is a line with its name, a line with its data as JSON, and an empty line. Closing the connection "
    "cancels the work.",
    events={
        "queued": "Sent at least once a second while the request waits.",
        "progress": "Sent before the first step and after each step.",
        "painting": "The last event: the painting.",
        "error": "Sent instead of the painting if it failed.",
    },
    event_data={
        "position": "Number of requests ahead of this one.",
        "done": "Number of steps done.",
        "total": "Total number of steps.",
        "type": "Media type of the file.",
        "width": "Width in pixels.",
        "height": "Height in pixels.",
        "notices": "Sentences about how the photo was read, often none.",
        "data": "The file, base64-encoded.",
        "error": "One sentence that says what to do.",
    },
    layers={
        "width": "Width of the photo and the painting in pixels.",
        "height": "Height of the photo and the painting in pixels.",
        "photo": "The photo as the network sees it, as a data URL.",
        "painting": "Its painting, as a data URL.",
        "layers": "The layers, in the order of the model card.",
        "layers.maps": "Number of feature maps.",
        "layers.width": "Width of one map in pixels.",
        "layers.height": "Height of one map in pixels.",
        "layers.columns": "Number of maps in a row of the sheet.",
        "layers.image": "All maps on one sheet, as a data URL.",
        "judge": "The scores from the discriminator of paintings.",
        "judge.photo": "The scores of the photo.",
        "judge.painting": "The scores of the painting.",
        "mean": "Mean score: about 1 for what looks painted by Monet, about 0 for what does not.",
        "image": "The scores drawn over the picture, as a data URL.",
    },
    refusals={
        "400": "The request contains no photo or several, or the photo is empty, damaged or incomplete.",
        "403": "The request came from a page of another site.",
        "408": "The upload took too long.",
        "413": "The upload is larger than {megabytes} MB, or the photo has more than {megapixels} megapixels or needs "
        "too much memory, or the form has too many fields.",
        "415": "The request is not multipart/form-data, or the photo can't be read.",
        "422": "A field is out of range or given twice; the error names it.",
        "429": "Too many requests came from one address. Try again after the seconds in Retry-After.",
        "500": "Something went wrong on our side. Try again.",
        "503": "The queue is full: try again after the seconds in Retry-After. Without that header, the painting took "
        "too long.",
    },
    error="One sentence that says what to do.",
    headers={
        "X-Request-ID": "ID of the request in the server's log; an ID that the client sends is kept.",
        "Retry-After": "Seconds to wait before trying again.",
        "Content-Disposition": "File name of the painting.",
        "X-Notices": "Names of what happened when the photo was read: cut_short if the end of a JPEG is missing and "
        "was left grey, first_of_several if the file holds more pictures than the one that was painted.",
        "ETag": "Version of this description.",
    },
    field="Field",
    values="Values",
    default="default {value}",
    meaning="Meaning",
    required="required",
    file="a file",
    event="Event",
    status="Status",
    when="When",
    response="Response",
    response_types="The response is the file: {types}.",
    progress_heading="Follow the progress",
    refusal_heading="Errors",
    refusal_text="An error response contains one sentence that says what to do, in English or Chinese, depending on "
    "Accept-Language:",
    machines="For programs: openapi.json",
    terms="A photo may have up to {megabytes} MB and {megapixels} megapixels, and one address may send {paintings} "
    "photos a minute. Photos are painted one at a time, on all cores. Rate-limited clients get 429; when the queue is "
    "full, which means a wait of more than about {seconds} seconds, 503.",
)
