"""Runs cases on every EVM and says where they differ."""

import os
import traceback
from random import Random

import cases
import peers

# Continuous integration runs the same cases on each run. EVM_CASES=20 runs twenty times as many,
# EVM_SEED=anything others.
TIMES = int(os.environ.get("EVM_CASES", "1"))
SEED = os.environ.get("EVM_SEED", "1")


class Comparison:
    """Our EVM beside some peers, by name; one that decides on refusals first."""

    def __init__(self, sluice, **peers):
        self.sluice, self.peers = sluice, peers

    def difference(self, case):
        """In words; nothing where all give the same."""
        ours = self._run("ours", self.sluice, case)
        if isinstance(ours, str):
            return ours
        good = cases.without_refused(case, ours)
        for name, peer in self.peers.items():
            expected = ours if peer.decides_refusals else ours.without_refused()
            theirs = self._run(name, peer, case if peer.decides_refusals else good)
            found = theirs if isinstance(theirs, str) else peers.difference(expected, theirs)
            if found:
                return f"{name}: {found}"
        return None

    def check(self, case):
        if self.difference(case) is None:
            return
        small = cases.smaller(case, lambda candidate: self.difference(candidate) is not None)
        raise AssertionError(
            f"EVM_SEED={SEED}, {case.seed}: {self.difference(small)}\n{small.as_json()}")

    def check_all(self, name, count, make):
        """`make` gives a case, as `each` asks for it."""
        self.each(name, count, lambda seed, random: self.check(make(seed, random)))

    @staticmethod
    def each(name, count, act):
        """Calls `act` with a seed and a source of random numbers, many times."""
        for number in range(count * TIMES):
            seed = f"{name} {number}"
            act(seed, Random(f"{SEED} {seed}"))

    @staticmethod
    def _run(name, evm, case):
        try:
            return evm.run(case)
        except Exception:
            return f"{name} ended with {traceback.format_exc()}"
