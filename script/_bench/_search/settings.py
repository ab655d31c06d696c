"""The product's settings with the plain page's address beside the product's own; only the benchmark loads this."""

from config.settings import *  # noqa: F403  (everything else is the product's)

ROOT_URLCONF = "script._bench._search.plain"
