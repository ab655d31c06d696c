"""Ways to pay. A provider is one folder here with `PROVIDER` in its `__init__`; adding one touches nothing else."""
