"""Every test of tenders that touches the database stands in a market that was set up."""

import pytest

from tests.tenders import scene


@pytest.fixture
def market(db: None) -> None:
    scene.set_up()
