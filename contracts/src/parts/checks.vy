# pragma version 0.4.3
"""
@title Refusals that take little bytecode
@license Apache-2.0
@notice Each `assert` with a reason is 120 bytes of code where it stands; a call of this is 60. It
        costs 50 gas, so claims use `assert`.
"""


@pure
@internal
def _require(is_met: bool, reason: String[32]):
    assert is_met, reason
