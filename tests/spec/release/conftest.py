import pytest
from tests.samples.releases import Story


@pytest.fixture
def story(tmp_path):
    """A ledger to tell a field's story in."""
    told = Story(tmp_path)
    yield told
    told.ledger.close()
