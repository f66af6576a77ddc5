import os
import subprocess
import sys
from pathlib import Path

# Prints every host name that any thread looks up.
LOADS = """
import sys
sys.addaudithook(lambda event, arguments: print(event, arguments) if event.startswith("socket.getaddr") else None)
from cyclegan.engines.load import load_engine
from pathlib import Path
load_engine(Path(sys.argv[1]), "openvino")
"""

# Prints the bytes of memory per pixel, of the photo and its margin: at the peak of a painting, and kept after it.
MEMORY = """
import sys
from pathlib import Path
import numpy as np
from cyclegan.engines.load import load_engine

def kibibytes(name):
    return int(Path("/proc/self/status").read_text().split(name + ":")[1].split()[0])

engine = load_engine(Path(sys.argv[1]), "openvino")
photo = np.zeros((engine.whole, engine.whole, 3), np.float32)
idle = kibibytes("VmRSS")
Path("/proc/self/clear_refs").write_text("5")  # resets the peak
engine.measure(photo)
print((kibibytes("VmHWM") - idle) * 1024 / (engine.whole + 32) ** 2)
engine.release()
print((kibibytes("VmRSS") - idle) * 1024 / (engine.whole + 32) ** 2)
"""


def test_painting_at_once_takes_less_than_400_bytes_per_pixel_and_keeps_few() -> None:
    """Without short tensor lifetimes, it would take 450."""
    command = [sys.executable, "-c", MEMORY, "weights/monet.pt"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    painting, kept = map(float, done.stdout.split())
    print(f"{painting:.0f} bytes a pixel, {kept:.0f} afterwards")
    assert painting < 400
    assert kept < 80


def test_loading_openvino_contacts_no_host_and_writes_no_file(tmp_path: Path) -> None:
    """Its telemetry would report to an analytics service and write an identifier into the home folder."""
    command = [sys.executable, "-c", LOADS, "weights/monet.pt"]
    environment = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
    assert list(tmp_path.rglob("*")) == []
