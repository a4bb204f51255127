# pragma version 0.4.3
"""
@title Leaves of a campaign's tree
@license Apache-2.0
@notice OpenZeppelin standard-v1 over [bytes32 campaign, address account, uint256 entitlement]:
        leaves hashed twice, sorted pairs.
"""


@pure
@internal
def _check(
    root: bytes32,
    campaign: bytes32,
    account: address,
    entitlement: uint256,
    proof: DynArray[bytes32, 32],
):
    """
    @dev Refuses unless the proof leads from the account's leaf to the root. A leaf is hashed over
         96 bytes and again, a node once over 64: neither passes for the other. Root 0 has no leaf.
    """
    node: bytes32 = keccak256(keccak256(abi_encode(campaign, account, entitlement)))
    for sibling: bytes32 in proof:
        if convert(node, uint256) < convert(sibling, uint256):
            node = keccak256(abi_encode(node, sibling))
        else:
            node = keccak256(abi_encode(sibling, node))
    assert node == root, "proof does not fit"
