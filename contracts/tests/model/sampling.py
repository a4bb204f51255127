"""How many samples a property test of the contracts takes."""

import os

from hypothesis import HealthCheck, settings

# Continuous integration runs a fixed sample; a larger, random one by CONTRACT_FUZZ=20 (times as many).
FUZZ = int(os.environ.get("CONTRACT_FUZZ", "0"))


def samples(count, **more):
    """The size of a property test, the same sample on each run unless CONTRACT_FUZZ is set."""
    return settings(
        max_examples=count * max(FUZZ, 1),
        derandomize=FUZZ == 0,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        **more,
    )
