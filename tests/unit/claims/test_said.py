"""When something was said: what is read, what it spans, what is refused."""

import pytest

from landrelease.claims.said import said_when
from landrelease.errors import LandreleaseError

READ = [
    # text, first day, last day
    ("2025-12-13", "2025-12-13", "2025-12-13"),
    ("2025-12", "2025-12-01", "2025-12-31"),
    ("2025", "2025-01-01", "2025-12-31"),
    ("2024-02", "2024-02-01", "2024-02-29"),
    ("2025-07..2025-08", "2025-07-01", "2025-08-31"),
    ("2025-12-13..2026", "2025-12-13", "2026-12-31"),
    ("before 2025-12", "", "2025-12-31"),
    (" 2025-04 ", "2025-04-01", "2025-04-30"),
]


@pytest.mark.parametrize(("text", "first", "last"), READ)
def test_days_months_years_and_spans_are_read(text, first, last):
    said = said_when(text)
    assert (said.first_day, said.last_day) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "13.12.2025", "2025-13", "2025-02-30", "2025-08..2025-07", "before", "before 2025..2026", "2025..",
     "after 2025", "2025-12-13T10:00:00Z"],
)  # fmt: skip
def test_anything_else_is_refused(text):
    with pytest.raises(LandreleaseError) as caught:
        said_when(text, "claim 3")
    assert caught.value.codes == ("LR3305",)
    assert "claim 3" in str(caught.value)
