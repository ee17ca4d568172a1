"""Where published figures disagree: claims, sums, part-years, units, sources."""
