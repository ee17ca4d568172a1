import pandas as pd
import pytest

from khtip.remember import remembered, remembering


@remembered
def doubled(table, *, times=2):
    asked.append(times)
    return table * times


asked: list[int] = []


@pytest.fixture(autouse=True)
def nothing_asked():
    asked.clear()


def test_outside_a_block_every_call_works():
    table = pd.DataFrame({"a": [1]})
    assert doubled(table) is not doubled(table)
    assert asked == [2, 2]


def test_the_same_table_and_the_same_values_are_asked_once():
    table = pd.DataFrame({"a": [1]})
    with remembering():
        assert doubled(table) is doubled(table)
        doubled(table, times=3)
        doubled(table.copy())
    assert asked == [2, 3, 2]


def test_one_and_true_are_two_values():
    table = pd.DataFrame({"a": [1]})
    with remembering():
        doubled(table, times=1)
        doubled(table, times=True)
        doubled(table, times=1.0)
    assert len(asked) == 3


def test_a_new_table_at_an_old_address_is_not_the_old_one():
    with remembering():
        found = [int(doubled(pd.DataFrame({"a": [n]}))["a"].iloc[0]) for n in range(50)]
    assert found == [2 * n for n in range(50)]


def test_the_memory_ends_with_the_outermost_block():
    table = pd.DataFrame({"a": [1]})
    with remembering():
        with remembering():
            doubled(table)
        doubled(table)
    with remembering():
        doubled(table)
    assert asked == [2, 2]


def test_an_error_is_not_remembered():
    @remembered
    def once(table):
        asked.append(len(table))
        if len(asked) < 2:
            raise ValueError("first")
        return "second"

    table = pd.DataFrame({"a": [1]})
    with remembering():
        with pytest.raises(ValueError, match="first"):
            once(table)
        assert once(table) == "second"
