"""The standards profile that was in force: chosen from the record, never from today's file."""

from collections.abc import Sequence

from landrelease.profile import Profile, load_profile, parse_profile
from landrelease.record.entry import Entry
from landrelease.record.register import Register


def profile_in_force(register: Register) -> Profile:
    """Return the profile that a register knows to be in force on its day.

    The last one adopted for a day not after `register.valid_on` (the last of all where that is None). Before the first
    adoption the first one known holds: a programme's own standard says more of its past than the package's default,
    which stands only where the record names none.
    """
    return chosen_profile(register.history("profile"), register.valid_on)


def chosen_profile(adopted: Sequence[Entry], valid_on: str | None) -> Profile:
    """Choose from ``profile`` statements in the order of the days from which they hold; see `profile_in_force`."""
    in_force = [entry for entry in adopted if valid_on is None or entry.valid_from <= valid_on] or adopted[:1]
    return parse_profile(in_force[-1].body["text"]) if in_force else load_profile()
