"""A CycleGAN that paints photos like Monet. It knows nothing of HTTP or of the pages."""

import sys

# When OpenVINO is imported, its telemetry package reports to an analytics service and writes an identifier into the
# home folder. Hiding that package prevents both.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
