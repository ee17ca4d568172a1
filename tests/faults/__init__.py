"""Faults that are really made to happen: kills, full disks, odd clocks, places and languages.

| module | holds |
| --- | --- |
| `driver` | the command ``khtip`` with one fault planted into its own process |
| `projects` | small projects with an old and a new state, and what the new products are |
| `commands` | start the command, stop it, see what it leaves running |
| `checks` | whether every product is whole |
| `kills`, `obstacles`, `surroundings` | the faults, each gives rows of the table |
| `table` | rows as Markdown, and the page that shows them |

``make faults`` tries all of them; ``tests/test_faults.py`` a few.
"""
