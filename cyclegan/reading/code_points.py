"""Names colour spaces by the code points of ITU-T H.273, as HEIC, AVIF and PNG files do."""

from dataclasses import dataclass

GAMMA_22, GAMMA_28, LINEAR, PQ, HLG = 4, 5, 8, 16, 18  # transfer characteristics
BT2020, DISPLAY_P3 = 9, 12  # colour primaries


@dataclass(frozen=True)
class ColourSpace:
    """The code points of primaries and transfer characteristics. Unknown ones are taken for those of sRGB."""

    primaries: int
    transfer: int

    @property
    def is_srgb(self) -> bool:
        """Whether samples may stay as they are.

        The transfer functions of video, such as BT.709's, count as sRGB's: so browsers show still pictures.
        """
        other = self.primaries in (BT2020, DISPLAY_P3) or self.transfer in (GAMMA_22, GAMMA_28, LINEAR, PQ, HLG)
        return not other
