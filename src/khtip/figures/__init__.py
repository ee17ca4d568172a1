"""How every figure looks, what it must pass, and the one place that saves it.

Theme, marks, layout, checks, absence. It draws what it is given: no number is computed here, and
no subject is known.
"""
