"""Decodes a photo in a process of its own, in bounded memory.

python -m webapp.intake.sandbox FORMAT PIXELS < photo > samples

Some decoders, such as libavif's, produce as many pixels as the data inside has, whatever size the file states. If a
decoder crashes here, no other painting is lost.
"""

import os
import struct
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from io import BytesIO
from resource import RLIMIT_DATA, setrlimit
from typing import IO, Final, cast

from PIL import Image

from cyclegan.reading.described import decode
from webapp.server.deadline import deadline

# Format → the module that registers its reader. Pillow itself would load those of all formats.
READERS: Final = {
    "AVIF": "PIL.AvifImagePlugin",
    "TIFF": "PIL.TiffImagePlugin",
    "HEIF": "pillow_heif.HeifImagePlugin",
    "JPEG2000": "PIL.Jpeg2KImagePlugin",
    "PSD": "PIL.PsdImagePlugin",
    "PPM": "PIL.PpmImagePlugin",
    "ICO": "PIL.IcoImagePlugin",
    "TGA": "PIL.TgaImagePlugin",
}
BYTES_A_PIXEL: Final = 32  # enough for ten bits, full colour and transparency
COPIES: Final = 4  # of the file that readers make
BESIDES: Final = 2**27  # bytes that the process takes without a photo
SECONDS: Final = 25  # less than the time after which admission.py considers a decoder stuck
ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1"}  # NumPy would reserve memory for every core
PIPE: Final = 2**20  # bytes that the pipes hold: the most that Linux allows an unprivileged process
SIZE: Final = struct.Struct("=LL")  # width and height, before the samples


def decode_apart(picture: Image.Image, data: bytes) -> Image.Image:
    """Returns the picture with its pixels. Its format is one of READERS, and only its head has been read so far.

    Raises ValueError if it can't be decoded or has more pixels than it states.
    """
    pixels = picture.width * picture.height
    status, output = converse(["-m", __name__, str(picture.format), str(pixels)], data)
    if status:
        raise ValueError(f"The {picture.format} can't be decoded: its process ended with status {status}.")
    width, height = SIZE.unpack_from(output)
    if width * height > pixels:
        raise ValueError(f"The {picture.format} can't be decoded: it has more pixels than it states.")
    decoded = Image.frombytes(picture.mode, (width, height), memoryview(output)[SIZE.size :])
    decoded.info = picture.info
    if picture.format == "TIFF":  # Pillow has already turned it upright
        decoded.info.pop("xmp", None)
    decoded.palette = picture.palette
    return decoded


def converse(arguments: list[str], data: bytes) -> tuple[int, bytes]:
    """Returns the exit status and the output of a Python that reads `data` to its end before it writes anything.

    It is killed after SECONDS. subprocess.run() does the same, but writes 4 KiB at a time: for the 36 MB of an
    uncompressed photo, that takes longer than decoding it.
    """
    with (
        subprocess.Popen(  # noqa: S603 (it starts itself)
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pipesize=PIPE,
            env=os.environ | ONE_THREAD,
            bufsize=0,
        ) as process,
        deadline(SECONDS, process.kill),
    ):
        stdin, stdout = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
        with suppress(BrokenPipeError):  # it has ended early, and the status says so
            left = memoryview(data)
            while left:
                left = left[stdin.write(left) :]
            stdin.close()
        output = stdout.read()
        return process.wait(), output


def main() -> None:
    pillow_format, pixels = sys.argv[1], int(sys.argv[2])
    data = sys.stdin.buffer.read()
    most = BESIDES + COPIES * len(data) + BYTES_A_PIXEL * pixels
    setrlimit(RLIMIT_DATA, (most, most))
    import_module(READERS[pillow_format])
    Image.MAX_IMAGE_PIXELS = None  # the calling process has already checked the size
    with Image.open(BytesIO(data), formats=[pillow_format]) as picture:
        decoded = decode(picture, data)
        samples = decoded.tobytes()  # before its size is read, since a TIFF is turned upright while it is decoded
        sys.stdout.buffer.write(SIZE.pack(*decoded.size))
        sys.stdout.buffer.write(samples)


if __name__ == "__main__":
    main()
