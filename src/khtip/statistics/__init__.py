"""Methods that know no subject: ratios, trends, shares, ranks, composite indices."""
