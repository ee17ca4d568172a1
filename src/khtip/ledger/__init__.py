"""What was published: reading, checking and comparing the statements of the tables people write.

Periods, hedges, preference between bodies, splits of a total, context tables. It knows no
statistics, no drawing and no notebook.
"""
