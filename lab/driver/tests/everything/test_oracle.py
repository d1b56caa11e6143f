"""The lab's models against the recordings of the real runtimes: no toolchain is needed."""

import shutil

import pytest
from everything.conftest import complaints_fail, fail_if
from highwater import oracle
from highwater.complaint import Complaint
from highwater.tree import Tree, this_tree


@pytest.mark.parametrize("runtime", oracle.RUNTIMES)
def test_model_says_what_the_runtime_said(tree: Tree, runtime: str):
    with complaints_fail():
        recording = oracle.read_recording(tree, runtime)
        assert len(recording.rows()) > 500
        assert set(recording.header) == {"runtime", "version", "architecture", "date", "scenarios"}
        if runtime not in oracle.models(tree):
            pytest.skip(f"the lab has no model of {runtime} yet")
        fail_if(oracle.differences(tree, runtime)[:20])


def test_golden_has_no_other_recordings(tree: Tree):
    names = {path.name for path in (tree.golden / "oracle").iterdir()}
    assert names == {f"{runtime}.txt" for runtime in oracle.RUNTIMES}


def test_a_difference_names_scenario_step_quantity_and_both_values():
    row = ("growth", "2 fill 9 10", "bytes")
    assert oracle.compare({row: "376"}, {row: "384"}) == [
        "growth, step 2 fill 9 10, bytes: the runtime says 376, the model 384"]
    assert "the model nothing" in oracle.compare({row: "376"}, {})[0]
    assert "the runtime says nothing" in oracle.compare({}, {row: "376"})[0]
    assert oracle.compare({row: "376"}, {row: "376"}) == []


def test_a_recording_changed_by_hand_is_refused(tree: Tree, tmp_path):
    shutil.copytree(tree.golden / "oracle", tmp_path / "golden/oracle")
    (tmp_path / "lab/oracle").mkdir(parents=True)
    shutil.copy(oracle.scenarios_path(tree), tmp_path / "lab/oracle")
    path = tmp_path / "golden/oracle/go1.24.txt"
    path.write_text(path.read_text().replace("\tbytes\t376", "\tbytes\t377", 1))
    with pytest.raises(Complaint, match="changed by hand"):
        oracle.read_recording(Tree(tmp_path), "go1.24")


def test_without_a_toolchain_it_says_what_it_skips_and_compares(tree: Tree, tmp_path,
                                                                monkeypatch, capsys):
    """Nothing on PATH: no runtime can be asked, each recording stands and is held against."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    compared: list[str] = []
    monkeypatch.setattr(oracle, "differences", lambda _, runtime: compared.append(runtime) or [])
    before = {path: path.read_bytes() for path in (tree.golden / "oracle").iterdir()}
    assert oracle.run_oracle(tree) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:len(oracle.RUNTIMES)] == [
        f"{runtime}: not asked, the recording stands" for runtime in oracle.RUNTIMES]
    values = [len(oracle.read_recording(tree, runtime).rows()) for runtime in oracle.RUNTIMES]
    assert said[len(oracle.RUNTIMES):] == [
        f"{runtime}: {count} values, no differences"
        for runtime, count in zip(oracle.RUNTIMES, values, strict=True)]
    assert compared == list(oracle.RUNTIMES)
    assert {path: path.read_bytes() for path in before} == before


def test_without_a_toolchain_a_difference_is_still_an_error(tree: Tree, tmp_path, monkeypatch,
                                                            capsys):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(oracle, "differences", lambda _, runtime: [f"{runtime}: differs"])
    assert oracle.run_oracle(tree) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{runtime}: differs" for runtime in oracle.RUNTIMES]


def test_nothing_is_asked_in_ci(tree: Tree, monkeypatch):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(oracle, "record", lambda *_: pytest.fail("a runtime was asked"))
    monkeypatch.setattr(oracle, "check_models", lambda _: 0)
    assert oracle.run_oracle(this_tree()) == 0
