import pytest

from cyclegan.train.collapse import WINDOW, CollapseWatch
from evaluations import evaluation

HEALTHY = {"discriminator_painting": 0.2, "discriminator_photo": 0.2}


@pytest.fixture
def watch() -> CollapseWatch:
    watch = CollapseWatch()
    for _ in range(WINDOW):
        watch.note(HEALTHY)
    return watch


def test_a_healthy_run_is_not_warned_about(watch: CollapseWatch) -> None:
    assert list(watch.warnings(evaluation())) == []


@pytest.mark.parametrize("domain", ["painting", "photo"])
def test_a_discriminator_that_is_never_in_doubt_is_warned_about(watch: CollapseWatch, domain: str) -> None:
    for _ in range(WINDOW - 1):
        watch.note(HEALTHY | {f"discriminator_{domain}": 0.001})
        assert list(watch.warnings(evaluation())) == []
    watch.note(HEALTHY | {f"discriminator_{domain}": 0.001})
    (warning,) = watch.warnings(evaluation())
    assert warning.startswith(f"The {domain} discriminator tells every {domain} from a generated one")


def test_a_few_losses_say_nothing_yet() -> None:
    watch = CollapseWatch()
    watch.note({"discriminator_painting": 0.0, "discriminator_photo": 0.0})
    assert list(watch.warnings(evaluation())) == []


def test_paintings_unlike_their_photos_are_warned_about(watch: CollapseWatch) -> None:
    (warning,) = watch.warnings(evaluation(luminance=0.1))
    assert "no longer resemble their photos (luminance correlation 0.10)" in warning
