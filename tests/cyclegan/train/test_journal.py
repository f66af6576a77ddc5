from pathlib import Path

import pytest
import torch
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from cyclegan.train.journal import GRIDS, METRICS, Journal, read_metrics
from cyclegan.train.report import ReportError, write_report
from evaluations import evaluation


@pytest.fixture
def run(tmp_path: Path) -> Path:
    with Journal(tmp_path / "run") as journal:
        shown = journal.note_losses(1, 2e-4, {"cycle_photo": torch.tensor(0.25)})
        assert shown == {"cycle_photo": 0.25}
        journal.note_evaluation(2, evaluation(kid=80.0), Image.new("RGB", (8, 8), "red"))
    return tmp_path / "run"


def test_a_journal_is_appended_to(run: Path) -> None:
    with Journal(run, step=2) as journal:
        journal.note_losses(3, 1e-4, {"cycle_photo": torch.tensor(0.125)})
    lines = read_metrics(run)
    assert [line["step"] for line in lines] == [1, 2, 3]
    assert lines[1]["kid"] == 80.0
    assert lines[2]["cycle_photo"] == 0.125
    assert [path.name for path in (run / GRIDS).iterdir()] == ["0000002.jpg"]
    assert list(run.glob("events.out.tfevents.*"))


def test_a_run_resumed_from_an_earlier_step_leaves_no_step_twice(run: Path) -> None:
    with open(run / METRICS, "a") as metrics:
        metrics.write('{"step": 3, "cyc')
    with Journal(run, step=1) as journal:
        assert list((run / GRIDS).iterdir()) == []
        for step in (2, 3):
            journal.note_losses(step, 1e-4, {"cycle_photo": torch.tensor(0.125)})
            journal.note_evaluation(step, evaluation(kid=70.0), Image.new("RGB", (8, 8), "blue"))
    lines = read_metrics(run)
    assert [line["step"] for line in lines] == [1, 2, 2, 3, 3]
    assert [line["kid"] for line in lines if "kid" in line] == [70.0, 70.0]
    events = EventAccumulator(str(run))
    events.Reload()
    assert [event.step for event in events.Scalars("cycle_photo")] == [1, 2, 3]
    assert [(event.step, event.value) for event in events.Scalars("kid")] == [(2, 70.0), (3, 70.0)]
    assert [event.step for event in events.Images("grid")] == [2, 3]


def test_a_run_restarted_after_a_kill_drops_what_the_killed_run_noted(run: Path) -> None:
    with Journal(run):
        assert read_metrics(run) == []


def test_a_process_that_does_not_write_leaves_no_file(tmp_path: Path) -> None:
    with Journal(tmp_path / "run", writes=False) as journal:
        journal.note_losses(1, 2e-4, {"cycle_photo": torch.tensor(0.25)})
    assert not (tmp_path / "run").exists()


def test_lines_that_a_kill_cut_short_are_left_out(run: Path) -> None:
    with open(run / METRICS, "a") as metrics:
        metrics.write('{"step": 3, "cyc{"step": 3, "kid": 1}\n{"step": 4, "ki')
    assert [line["step"] for line in read_metrics(run)] == [1, 2]


def test_a_report_is_one_file_with_curves_and_grids(run: Path, tmp_path: Path) -> None:
    write_report(run, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert page.count("Plotly.newPlot") == 7
    assert page.count('src="data:image/jpeg;base64,') == 1
    assert 'src="http' not in page


def test_a_folder_without_a_run_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="is not the folder of a run"):
        write_report(tmp_path, tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()
