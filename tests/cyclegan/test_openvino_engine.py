import os
import subprocess
import sys
from pathlib import Path

# Tells of every host that is looked up, from any thread, until the process ends.
LOADS = """
import sys
sys.addaudithook(lambda event, arguments: print(event, arguments) if event.startswith("socket.getaddr") else None)
from cyclegan.engine import load_engine
from pathlib import Path
load_engine(Path(sys.argv[1]), "openvino")
"""


def test_openvino_tells_nobody_that_it_is_loaded(tmp_path: Path) -> None:
    """Its package would report to an analytics service, and leave an identifier in the home folder."""
    command = [sys.executable, "-c", LOADS, "weights/monet.pt"]
    environment = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
    assert list(tmp_path.rglob("*")) == []
