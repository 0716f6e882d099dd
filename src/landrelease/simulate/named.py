"""The policies that are compared, by name; the last is the one that is shown."""

from collections.abc import Callable, Mapping

from landrelease.errors import ErrorCode, fail
from landrelease.simulate.map_policy import estimate_policy, kernel_policy
from landrelease.simulate.policies import LandRelease, Policy, Sweep

POLICIES: Mapping[str, Callable[[], Policy]] = {
    "sweep": Sweep,
    "landrelease": LandRelease,
    "kernel": kernel_policy,
    "estimate": estimate_policy,
}
"""Clearance of everything; release by evidence; the same led by the kernel map, and by the hazard estimate."""


def policy_named(name: str) -> Policy:
    """Make a policy by its name; LR8003 where there is none."""
    if name not in POLICIES:
        raise fail(ErrorCode.POLICY_UNKNOWN, name=name, names=", ".join(POLICIES))
    return POLICIES[name]()
