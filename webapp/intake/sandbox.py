"""Decodes an AVIF in a process of its own, in bounded memory.

python -m webapp.intake.sandbox PIXELS < photo.avif > samples

libavif decodes as many pixels as the AV1 data inside has, up to 268 million, whatever the file says of its size. And
where its decoder crashes, no other painting is lost.
"""

import subprocess
import sys
from resource import RLIMIT_DATA, setrlimit
from typing import Final

from PIL import Image

BYTES_A_PIXEL: Final = 32  # with room for ten bits, full colour and transparency
BESIDES: Final = 2**27  # bytes, of a process without a photo
SECONDS: Final = 20


def decode_apart(picture: Image.Image, data: bytes) -> Image.Image:
    """The same picture, an AVIF that was opened and of which nothing was read yet, with its pixels.

    Raises ValueError where it can't be decoded, or has more pixels than it says.
    """
    command = [sys.executable, "-m", __name__, str(picture.width * picture.height)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, check=True, timeout=SECONDS)  # noqa: S603 (itself)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise ValueError(f"The AVIF can't be decoded ({error}).") from error
    decoded = Image.frombytes(picture.mode, picture.size, done.stdout)
    decoded.info = picture.info
    return decoded


def main() -> None:
    most = BESIDES + BYTES_A_PIXEL * int(sys.argv[1])
    setrlimit(RLIMIT_DATA, (most, most))
    Image.MAX_IMAGE_PIXELS = None  # whoever asks has decided
    with Image.open(sys.stdin.buffer, formats=["AVIF"]) as picture:
        sys.stdout.buffer.write(picture.tobytes())


if __name__ == "__main__":
    main()
