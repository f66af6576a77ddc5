from typing import get_args

from cyclegan.commands.download import DataSet
from cyclegan.train.download import ARCHIVES


def test_the_command_line_knows_each_archive() -> None:
    assert get_args(DataSet) == tuple(ARCHIVES)
