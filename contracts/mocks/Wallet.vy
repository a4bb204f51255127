# pragma version 0.4.3
# pragma evm-version prague
"""
@title A contract wallet of one key: signs by ERC-1271, and calls what its owner says
@license Apache-2.0
"""

MAGIC: constant(bytes4) = 0x1626ba7e

owner: public(address)
# 0 by the owner's key, 1 takes everything, 2 answers something else, 3 reverts.
mode: public(uint256)


@deploy
def __init__(owner: address):
    self.owner = owner


@external
def set_mode(mode: uint256):
    self.mode = mode


@external
def run(target: address, message: Bytes[4096]) -> Bytes[64]:
    assert msg.sender == self.owner, "not the owner"
    return raw_call(target, message, max_outsize=64)


@view
@external
def isValidSignature(_hash: bytes32, _signature: Bytes[2048]) -> bytes4:
    assert self.mode != 3, "no signatures today"
    if self.mode == 1:
        return MAGIC
    if self.mode == 2 or len(_signature) != 65:
        return 0xffffffff
    r: uint256 = extract32(_signature, 0, output_type=uint256)
    s: uint256 = extract32(_signature, 32, output_type=uint256)
    v: uint256 = convert(slice(_signature, 64, 1), uint256)
    return MAGIC if ecrecover(_hash, v, r, s) == self.owner else 0xffffffff
