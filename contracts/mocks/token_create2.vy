# pragma version 0.4.3
# pragma evm-version prague
"""
@title A deterministic deployer: the address depends on the code and the salt, not on the caller
@license Apache-2.0
"""


@external
def make(code: Bytes[32768], salt: bytes32) -> address:
    return raw_create(code, salt=salt)
