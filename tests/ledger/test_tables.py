import math

import pandas as pd
import pytest

from khtip import tables


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("KHTIP_OUTPUT", str(tmp_path))
    return tmp_path


def test_missing_stays_missing_and_infinity_is_spelt(place):
    frame = pd.DataFrame({"a": [1.5, math.nan, math.inf], "b": ["NA", "", "<5"]})
    path = tables.write_product(frame, "data/results/x.csv")
    assert path.read_bytes() == b"a,b\n1.5,NA\n,\nINF,<5\n"
    back = tables.read_product("data/results/x.csv")
    assert back["a"].tolist()[::2] == [1.5, math.inf]
    assert math.isnan(back.loc[1, "a"])
    assert back["b"].tolist()[::2] == ["NA", "<5"]


def test_text_tables_are_not_interpreted(place):
    (place / "x.csv").write_text("code,count\nNA,<5\n007,\n", encoding="utf-8")
    assert tables.read_text_table("x.csv").to_numpy().tolist() == [["NA", "<5"], ["007", ""]]


def test_the_output_comes_before_the_root(place, tmp_path, monkeypatch):
    root = tmp_path / "root"
    for folder, words in ((root, "old"), (place, "new")):
        (folder / "data/reported").mkdir(parents=True)
        (folder / "data" / "x.csv").write_text(f"a\n{words}\n", encoding="utf-8")
    monkeypatch.setenv("KHTIP_ROOT", str(root))
    assert tables.read_text_table("data/x.csv").loc[0, "a"] == "new"
    (place / "data" / "x.csv").unlink()
    assert tables.read_text_table("data/x.csv").loc[0, "a"] == "old"


def test_a_missing_table_says_what_to_do(place):
    with pytest.raises(FileNotFoundError, match="run the collection first: make run"):
        tables.read_product("data/results/none.csv")


def test_a_failed_write_leaves_the_old_table_and_no_draft(place, monkeypatch):
    path = tables.write_product(pd.DataFrame({"a": [1]}), "data/results/x.csv")
    monkeypatch.setattr(pd.DataFrame, "to_csv", lambda *_, **__: (_ for _ in ()).throw(OSError))
    with pytest.raises(OSError):
        tables.write_product(pd.DataFrame({"a": [2]}), "data/results/x.csv")
    assert path.read_text() == "a\n1\n"
    assert list(path.parent.iterdir()) == [path]
