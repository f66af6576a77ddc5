"""A CycleGAN that paints photos like Monet: training, export and painting. It knows nothing of the web."""

import sys

# Importing OpenVINO would report to an analytics service, and write an identifier into the home folder. Without this
# package of its own it does neither.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
