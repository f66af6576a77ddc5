import torch

from cyclegan.train.image_pool import ImagePool


def test_the_pool_returns_new_fakes_until_full_and_then_old_ones_half_the_time() -> None:
    pool = ImagePool(size=50, seed=0)
    fakes = torch.arange(1050.0).reshape(-1, 1, 1, 1).expand(-1, 3, 1, 1)
    responses = pool.exchange(fakes)
    assert torch.equal(responses[:50], fakes[:50])
    old = (responses[50:] != fakes[50:]).any((1, 2, 3))
    assert 0.45 < old.float().mean() < 0.55
    assert len(pool.pictures) == 50


def test_a_draw_returns_earlier_fakes_and_changes_nothing() -> None:
    pool = ImagePool(size=3, seed=0)
    pool.exchange(torch.arange(3.0).reshape(-1, 1, 1, 1))
    drawn = pool.draw(200)
    assert drawn.shape == (200, 1, 1, 1)
    assert set(drawn.flatten().tolist()) == {0.0, 1.0, 2.0}
    assert [picture.item() for picture in pool.pictures] == [0.0, 1.0, 2.0]


def test_a_pool_of_size_0_keeps_nothing() -> None:
    pool = ImagePool(size=0, seed=0)
    fakes = torch.arange(4.0).reshape(-1, 1, 1, 1)
    assert torch.equal(pool.exchange(fakes), fakes)
    assert pool.pictures == []


def test_a_smaller_pool_resumes_with_part_of_a_larger_one() -> None:
    larger, smaller = ImagePool(size=3, seed=0), ImagePool(size=2, seed=0)
    larger.exchange(torch.arange(3.0).reshape(-1, 1, 1, 1))
    smaller.load_state_dict(larger.state_dict(), torch.device("cpu"))
    assert [picture.item() for picture in smaller.pictures] == [0.0, 1.0]
