"""The corpus of corruptions: what can be wrong with what people write, and the right answer.

Each module holds one kind of place. `ALL` is every corruption, in the order of the table that
``make corruptions`` prints.
"""

from __future__ import annotations

from corruptions import cells, codes, files, judged, package, parameter_values, rows, scenario_files
from corruptions.corruption import Corruption

ALL: list[Corruption] = [
    *files.CORRUPTIONS,
    *rows.CORRUPTIONS,
    *cells.CORRUPTIONS,
    *codes.CORRUPTIONS,
    *package.CORRUPTIONS,
    *scenario_files.CORRUPTIONS,
    *parameter_values.CORRUPTIONS,
    *judged.CORRUPTIONS,
]
