"""Where the randomness of a draw comes from: sources behind one interface (selection-rules, *Randomness*).

Each source is named in the announcement before its value exists, and the announcement fixes what follows when the value
can't be had in time. Nothing here asks a database or a clock; `network.py` alone talks to the outside, and only the
worker calls it.
"""
