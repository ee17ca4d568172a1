"""Methods that know no subject: counts, rates, shares, ranks, concentration, composite, trend.

Arrays and tables in, numbers with intervals out. Nothing of the project is imported: no file, no
year, no body.
"""
