"""What ships of molecule-rings is TorchScript, small, measured and different."""

from __future__ import annotations

import json
import zipfile

import pytest
import yaml

from training.catalogue import RINGS, SAMPLES

RELEASES = ("v1", "v2")
MEGABYTE = 1_000_000


@pytest.mark.parametrize("release", RELEASES)
def test_it_is_torchscript_in_mlflows_pytorch_flavor(release: str) -> None:
    mlmodel = yaml.safe_load((RINGS / release / "MLmodel").read_text(encoding="utf-8"))
    folder = RINGS / release / mlmodel["flavors"]["pytorch"]["model_data"]
    with zipfile.ZipFile(folder / "model.pth") as archive:
        names = archive.namelist()
    assert any(name.endswith("/constants.pkl") for name in names)
    assert any("/code/" in name for name in names)


@pytest.mark.parametrize("release", RELEASES)
def test_it_is_small_and_good(release: str) -> None:
    folder = RINGS / release
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) < MEGABYTE
    metadata = yaml.safe_load((folder / "MLmodel").read_text(encoding="utf-8"))["metadata"]
    assert metadata["accuracy"] > 0.9
    assert metadata["release"] == release


@pytest.mark.parametrize("release", RELEASES)
def test_its_kept_answers_are_for_samples_that_exist(release: str) -> None:
    cases = json.loads((RINGS / f"reference-{release}.json").read_text(encoding="utf-8"))
    assert len(cases) == 11
    for case in cases:
        assert (SAMPLES / case["input"]).is_file()
        assert sum(t["probability"] for t in case["expected"]["top"]) == pytest.approx(1, abs=1e-4)


def test_the_two_releases_answer_differently() -> None:
    first, second = (json.loads((RINGS / f"reference-{r}.json").read_text()) for r in RELEASES)
    assert [c["input"] for c in first] == [c["input"] for c in second]
    assert first != second
