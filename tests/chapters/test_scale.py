"""What is grouped gives what all pairs would, and the work grows as the ledger does."""

from itertools import combinations, product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_ledgers import change, frame, year

from khtip.chapters.sources import claims, conflicts, pairs
from khtip.ledger import periods

MEASURES = pd.DataFrame({"measure": ["cases"], "stock_or_flow": ["flow"]})
ENDS = ("2016-03-31", "2016-06-30", "2016-12-31")
BODIES = st.sampled_from(["NCCT", "Police"])
STATED = st.fixed_dictionaries(
    {
        "printed": st.sampled_from(["5", "9", "10", "100"]),
        "qualifier": st.sampled_from(["exact", "exact", "about", "more_than", "less_than"]),
        "source_id": st.sampled_from("abcd"),
        "reporting_body": BODIES,
        "crime_scope": st.sampled_from(["trafficking", "sexual_exploitation", "unspecified"]),
        "period_start": st.sampled_from(["2016-01-01", "2016-01-01", "2016-04-01"]),
        "period_end": st.sampled_from(ENDS),
    }
)
LEDGERS = st.lists(
    STATED.filter(lambda one: one["period_start"] < one["period_end"]), min_size=2, max_size=8
).map(
    lambda rows: frame(
        *(row | {"figure_id": f"{row['source_id']}-{n}"} for n, row in enumerate(rows))
    )
)


def series(ledger: pd.DataFrame) -> list:
    return [*periods.flows(ledger, MEASURES).itertuples()]


@given(LEDGERS)
def test_reposts_are_judged_as_all_pairs_are(ledger):
    rows = [*periods.with_split(ledger).itertuples()]
    few = [row for reposts in pairs.reposted(rows) for row in reposts[:2]]
    found, plain = (
        {pairs.judge_pair(*pair, "same") for pair in combinations(some, 2)} for some in (few, rows)
    )
    assert found == plain


def grown(early, late, flow) -> bool:
    """Return whether three counts of one body are a running total's ends and a time between."""
    scopes = {early.crime_scope, late.crime_scope, flow.crime_scope} - {"unspecified"}
    alike = early.period_start == late.period_start < flow.period_start
    inside = early.period_end < flow.period_start and flow.period_end <= late.period_end
    bodies = {early.reporting_body, late.reporting_body, flow.reporting_body}
    return alike and inside and len(scopes) < 2 and len(bodies) == 1


@given(LEDGERS)
def test_growth_is_that_of_every_three_counts(ledger):
    rows = series(ledger)
    plain = {
        (flow.figure_id, early.figure_id, late.figure_id, flow.low > late.high - early.low)
        for early, late, flow in product(rows, rows, rows)
        if grown(early, late, flow)
    }
    table = pairs.growth(ledger, measures=MEASURES)
    found = [
        (*ids, row.verdict == "infeasible")
        for row in table.itertuples()
        for ids in product(*(cell.split(";") for cell in row[1:4]))
    ]
    assert set(found) == plain
    assert len(found) == len(plain)


@given(LEDGERS)
def test_a_running_total_is_held_against_every_earlier_one(ledger):
    rows = {row.figure_id: row for row in series(ledger)}
    for step in pairs.check_running_totals(ledger, measures=MEASURES).itertuples():
        row = rows[step.figure_id]
        earlier = [
            (one.low, one.figure_id)
            for one in rows.values()
            if one.period_start == row.period_start
            and one.period_end < row.period_end
            and periods.scopes_agree(one.crime_scope, row.crime_scope)
        ]
        low, figure_id = max(earlier, default=(0, ""))
        falls = low > row.high
        assert step.step == ("falls" if falls else "not_lower" if earlier else "first")
        assert step.against_id == (figure_id if falls else "")


VOICED = [
    {"printed": "159"},
    {"printed": "92", **year(2016)},
    {"printed": "90", **year(2016), "source_id": "other"},
    change("72.83"),
]


def again(times: int) -> pd.DataFrame:
    """Return the statements, each by so many sources."""
    return frame(
        *(
            row | {"source_id": f"{row.get('source_id', 'paper')}{number}"}
            for number in range(times)
            for row in VOICED
        )
    )


def test_a_claim_is_judged_by_numbers_and_not_by_reposts():
    kept = ["verdict", "recomputed", "pairs", "other_verdicts", "depends_on_choice"]
    once, often = claims.check_claims(again(1)), claims.check_claims(again(5))
    assert often[kept].drop_duplicates().values.tolist() == once[kept].values.tolist()
    assert len(often) == 5


SMALL = [
    {"printed": "159", "source_id": "a", **year(2017)},
    {"printed": "92", "source_id": "a", **year(2016)},
    {"printed": "100", "source_id": "b", **year(2016)},
    {"printed": "60", "source_id": "b", **year(2016), "period_end": "2016-06-30"},
    {"printed": "30", "source_id": "b", **year(2016), "period_start": "2016-07-05"},
    change("72.83", source_id="a"),
]


def calls(monkeypatch, module, name: str, run) -> int:
    """Return how often a function is called while `run` runs."""
    counted, count = getattr(module, name), []
    with monkeypatch.context() as patched:
        patched.setattr(module, name, lambda *given: (count.append(1), counted(*given))[1])
        run()
    return len(count)


def many(kind: str, times: int) -> pd.DataFrame:
    """Return a small ledger so many times, each time by other sources or for other years."""
    rows = []
    for number in range(times):
        shift = 20 * number if kind == "years" else 0
        for row in SMALL:
            dates = {
                name: f"{int(day[:4]) + shift}{day[4:]}"
                for name, day in row.items()
                if name.endswith(("_start", "_end"))
            }
            rows.append(row | dates | {"source_id": f"{row['source_id']}{number}"})
    return frame(*rows)


@pytest.mark.parametrize("kind", ["years", "voices"])
@pytest.mark.parametrize(
    ("module", "name", "run"),
    [
        (claims, "_judge", claims.check_claims),
        (pairs, "_between", lambda rows: pairs.growth(rows, measures=MEASURES)),
        (pairs, "judge_pair", lambda rows: conflicts.find_conflicts(rows, measures=MEASURES)),
    ],
)
def test_ten_times_the_ledger_is_at_most_twelve_times_the_work(
    monkeypatch, kind, module, name, run
):
    once, often = many(kind, 2), many(kind, 20)
    work = [calls(monkeypatch, module, name, lambda r=rows: run(r)) for rows in (once, often)]
    assert 0 < work[1] <= 12 * work[0]


def test_a_claim_looks_only_at_counts_of_its_years(monkeypatch):
    looks = [
        calls(
            monkeypatch, claims, "_measure_fits", lambda n=n: claims.check_claims(many("years", n))
        )
        for n in (2, 20)
    ]
    assert looks[1] == 10 * looks[0] > 0
