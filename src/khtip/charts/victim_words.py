"""Titles, captions and alternative texts of the figures of notebook 04, composed from values."""

from __future__ import annotations

import pandas as pd

from khtip.drawing.absence import about, missing


def ages(shares: pd.DataFrame, *, year: int, confidence: float) -> dict[str, object]:
    """Return the words of ``04-age-shares``."""
    period = year if missing(shares) else shares["period"].iloc[0]
    bars = "" if missing(shares) else _listed(shares, "label", "share")
    return about(
        shares,
        title=f"Victims rescued by age band, Cambodia, {period}",
        caption=(
            "Bars: share of the stated total; blue: children. Black lines: "
            f"{confidence:.0%} intervals that hold for all bands together (Goodman), as if each "
            "person had been found alone. What the report leaves open stays a bar of its own."
        ),
        alt=f"Bar chart of {period}: {bars}. Lines on the bars give simultaneous intervals.",
    )


def across_reports(reports: pd.DataFrame, *, confidence: float) -> dict[str, object]:
    """Return the words of ``04-children-across-reports``."""
    rows = reports[reports["share"].notna()]
    quoted = reports[reports["kind"].eq("quoted")]
    alt = (
        f"Dot chart with intervals. Share of children by report: {_listed(rows, 'label', 'share')}."
        f" A vertical line marks one half. {len(reports) - len(rows) - len(quoted)} reports give "
        "only a range."
    )
    return about(
        reports,
        title=f"Share of children among victims, Cambodia, reports of {_span(reports)}",
        caption=(
            f"Thick lines: {confidence:.0%} intervals if each person was found alone (Wilson). "
            "Thin lines: if all victims of a case were alike (design effect = victims per case). "
            "Pale bars: shares that a report allows when it gives only some ages. Grey: what UNODC "
            "is quoted with, for girls among victims of sexual exploitation in the whole region; "
            "another population."
        ),
        alt=alt,
    )


def design_effects(curves: pd.DataFrame, *, confidence: float) -> dict[str, object]:
    """Return the words of ``04-design-effect``."""
    first = curves.groupby("report", sort=False).first()
    told = ", ".join(
        f"{one.label} from {one.low:.0%}–{one.high:.0%} at 1, mean group {one.group_size:.1f}"
        for one in first.itertuples()
    )
    return about(
        curves,
        title=(
            "Interval of the share of children by design effect, Cambodia, "
            f"{_number(len(first))} reports"
        ),
        caption=(
            f"Shaded: the {confidence:.0%} interval. At the left every person is an independent "
            "draw; at the right the victims of a case are all alike, so that a case is one draw. "
            "Orange: the design effect at which the share can no longer be told from one half. "
            "* police year."
        ),
        alt=f"{len(first)} small charts of widening intervals: {told}.",
    )


def kinds(filed: pd.DataFrame, *, confidence: float) -> dict[str, object]:
    """Return the words of ``04-kinds-across-reports``."""
    cases = filed[filed["measure"].eq("cases")]
    return about(
        filed,
        title=f"Share filed under sexual exploitation, Cambodia, reports of {_span(filed)}",
        caption=(
            f"Lines: {confidence:.0%} intervals (Wilson). Hollow: the report says sex trafficking, "
            "which may be drawn more narrowly. “Named”: the total is only given as a bound, so the "
            "share is of the parts that are named. In Cambodian police statistics sexual "
            "exploitation holds procurement and brothel-keeping, with or without trafficking."
        ),
        alt=(
            f"Dot chart with intervals. Share of cases by report: "
            f"{_listed(cases, 'label', 'share')}. All lie above one half."
            if (cases["low"] > 0.5).all()
            else f"Dot chart with intervals. Share of cases: {_listed(cases, 'label', 'share')}."
        ),
    )


def women(rows: pd.DataFrame, *, confidence: float) -> dict[str, object]:
    """Return the words of ``04-women-across-reports``."""
    return about(
        rows,
        title=f"Share of women and girls by report, Cambodia, {_span(rows)}",
        caption=(
            f"Circles: victims. Squares: suspects. Lines: {confidence:.0%} intervals (Wilson), as "
            "if each person had been found alone. Every report that gives the sex and a total is "
            "shown; most reports give neither."
        ),
        alt=f"Dot chart with intervals. Women and girls: {_listed(rows, 'label', 'share')}.",
    )


def foreigners(rows: pd.DataFrame) -> dict[str, object]:
    """Return the words of ``04-foreigners-accounted``."""
    told = "; ".join(
        f"{one.label}: {one.named:.0f} of {one.total:.0f} named" for one in rows.itertuples()
    )
    return about(
        rows,
        title=f"Foreigners counted as suspects and their nationality, Cambodia, {_span(rows)}",
        caption=(
            "Blue: persons whose nationality the report names. Hatched: persons counted without "
            "one. The reports call them foreigners involved, suspected or arrested; some do not "
            "say that all were suspects."
        ),
        alt=f"Bar chart of foreigners by report. {told}.",
    )


def _listed(rows: pd.DataFrame, label: str, share: str) -> str:
    return "; ".join(f"{name}: {value:.0%}" for name, value in rows[[label, share]].to_numpy())


def _span(rows: pd.DataFrame) -> str:
    years = pd.to_numeric(rows["period_end"].dropna().str[:4])
    return f"{years.min()} to {years.max()}"


def _number(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[count] if count < len(words) else str(count)
