"""A CycleGAN that paints photos like Monet. It knows nothing of HTTP or of the pages."""

import sys

# Importing OpenVINO would report to an analytics service and write an identifier to the home folder. It does neither
# when its telemetry package can't be imported.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
