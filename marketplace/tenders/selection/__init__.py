"""Selection: from the published record of a tender to its ranking, as a pure function.

A method is one small module (`lowest_price.py`, `direct.py`); adding one is a module and a line in `registry.py`.
Nothing here asks a database, a clock or settings. Source of every rule: selection-rules, *Methods*, *Randomness*,
*The case file*.
"""
