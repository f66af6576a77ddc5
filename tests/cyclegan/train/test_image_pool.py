import torch

from cyclegan.train.image_pool import ImagePool


def test_the_pool_answers_new_fakes_until_full_and_then_old_ones_half_the_time() -> None:
    pool = ImagePool(size=50, seed=0)
    fakes = torch.arange(1050.0).reshape(-1, 1, 1, 1).expand(-1, 3, 1, 1)
    answers = pool.exchange(fakes)
    assert torch.equal(answers[:50], fakes[:50])
    old = (answers[50:] != fakes[50:]).any((1, 2, 3))
    assert 0.45 < old.float().mean() < 0.55
    assert len(pool.pictures) == 50


def test_a_draw_answers_earlier_fakes_and_changes_nothing() -> None:
    pool = ImagePool(size=3, seed=0)
    pool.exchange(torch.arange(3.0).reshape(-1, 1, 1, 1))
    drawn = pool.draw(200)
    assert drawn.shape == (200, 1, 1, 1)
    assert set(drawn.flatten().tolist()) == {0.0, 1.0, 2.0}
    assert [picture.item() for picture in pool.pictures] == [0.0, 1.0, 2.0]
