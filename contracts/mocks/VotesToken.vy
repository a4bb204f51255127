# pragma version 0.4.3
# pragma evm-version prague
"""
@title Takes delegations by signature (ERC-5805), or fails at it in several ways
@license Apache-2.0
"""

from . import balances

initializes: balances
exports: (
    balances.balanceOf,
    balances.allowance,
    balances.totalSupply,
    balances.mint,
    balances.approve,
)

# 0 takes it, 1 reverts, 2 burns all gas, 3 reverts with much output, 4 reads the gas that it got.
mode: public(uint256)
delegates: public(HashMap[address, address])
nonces: public(HashMap[address, uint256])
gas_seen: public(uint256)

DELEGATION_TYPE_HASH: constant(bytes32) = keccak256(
    "Delegation(address delegatee,uint256 nonce,uint256 expiry)"
)


@external
def set_mode(mode: uint256):
    self.mode = mode


@external
def delegateBySig(
    delegatee: address, nonce: uint256, expiry: uint256, v: uint8, r: bytes32, s: bytes32
):
    """
    @dev The domain is shortened to this contract: enough for a test.
    """
    self.gas_seen = msg.gas
    assert self.mode != 1, "no delegations today"
    # The opcode for what cannot be takes all gas.
    assert self.mode != 2, UNREACHABLE
    if self.mode == 3:
        raw_revert(slice(self.code, 0, 1000))
    assert block.timestamp <= expiry, "signature expired"
    digest: bytes32 = keccak256(abi_encode(DELEGATION_TYPE_HASH, self, delegatee, nonce, expiry))
    signer: address = ecrecover(digest, v, r, s)
    assert signer != empty(address), "signature does not fit"
    assert nonce == self.nonces[signer], "nonce does not fit"
    self.nonces[signer] = nonce + 1
    self.delegates[signer] = delegatee


@external
def transfer(_to: address, _value: uint256) -> bool:
    balances._move(msg.sender, _to, _value)
    return True


@external
def transferFrom(_from: address, _to: address, _value: uint256) -> bool:
    balances._use(_from, msg.sender, _value)
    balances._move(_from, _to, _value)
    return True
