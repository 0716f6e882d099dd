import pytest
from tests.samples.conduct import Conduct


@pytest.fixture
def conduct(tmp_path):
    """A ledger about the conduct of work."""
    told = Conduct(tmp_path)
    yield told
    told.ledger.close()
