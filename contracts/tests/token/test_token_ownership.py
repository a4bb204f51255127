"""The owner, and interface ids. Branches: transferOwnership, acceptOwnership, renounceOwnership, supportsInterface."""

import functools
import operator

import boa
import pytest
import token_kit as kit
from eth_utils import keccak


def test_transfer_of_ownership_by_another_reverts(token, ann):
    with boa.reverts("caller is not the owner"):
        token.transferOwnership(ann, sender=ann)


def test_transfer_of_ownership_moves_nothing_before_it_is_accepted(token, deployer, ann, bridge):
    token.transferOwnership(ann, sender=deployer)
    assert kit.events(token) == [("OwnershipTransferStarted", deployer, ann)]
    assert (token.owner(), token.pendingOwner()) == (deployer, ann)
    with boa.reverts("caller is not the owner"):
        token.set_bridge(bridge, 1, 1, 1, 1, sender=ann)
    token.set_bridge(bridge, 1, 1, 1, 1, sender=deployer)


def test_transfer_of_ownership_can_be_taken_back(token, deployer, ann):
    token.transferOwnership(ann, sender=deployer)
    token.transferOwnership(kit.ZERO, sender=deployer)
    with boa.reverts("caller was offered nothing"):
        token.acceptOwnership(sender=ann)


def test_acceptance_by_another_reverts(token, deployer, ann, bob):
    token.transferOwnership(ann, sender=deployer)
    for caller in (bob, deployer):
        with boa.reverts("caller was offered nothing"):
            token.acceptOwnership(sender=caller)


def test_acceptance_moves_the_ownership(token, deployer, ann, bridge):
    token.transferOwnership(ann, sender=deployer)
    token.acceptOwnership(sender=ann)
    assert kit.events(token) == [("OwnershipTransferred", deployer, ann)]
    assert (token.owner(), token.pendingOwner()) == (ann, kit.ZERO)
    with boa.reverts("caller is not the owner"):
        token.set_bridge(bridge, 1, 1, 1, 1, sender=deployer)
    token.set_bridge(bridge, 1, 1, 1, 1, sender=ann)
    with boa.reverts("caller was offered nothing"):
        token.acceptOwnership(sender=ann)


def test_renouncing_by_another_reverts(token, ann):
    with boa.reverts("caller is not the owner"):
        token.renounceOwnership(sender=ann)


def test_renouncing_is_for_ever(token, deployer, ann, bridge):
    token.set_bridge(bridge, 9, 1, 9, 1, sender=deployer)
    token.transferOwnership(ann, sender=deployer)
    token.renounceOwnership(sender=deployer)
    assert kit.events(token) == [("OwnershipTransferred", deployer, kit.ZERO)]
    assert (token.owner(), token.pendingOwner()) == (kit.ZERO, kit.ZERO)
    with boa.reverts("caller was offered nothing"):
        token.acceptOwnership(sender=ann)
    with boa.reverts("caller is not the owner"):
        token.set_bridge(bridge, 1, 1, 1, 1, sender=deployer)
    assert token.mint_bucket(bridge)[:2] == (9, 1)


INTERFACES = {
    "ERC-165": ["supportsInterface(bytes4)"],
    "ERC-20": [
        "totalSupply()", "balanceOf(address)", "transfer(address,uint256)", "approve(address,uint256)",
        "allowance(address,address)", "transferFrom(address,address,uint256)",
    ],
    "ERC-20 metadata": ["name()", "symbol()", "decimals()"],
    "ERC-2612": [
        "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", "nonces(address)", "DOMAIN_SEPARATOR()",
    ],
    "ERC-6372": ["clock()", "CLOCK_MODE()"],
    "votes": [
        "getVotes(address)", "getPastVotes(address,uint256)", "getPastTotalSupply(uint256)", "delegates(address)",
        "delegate(address)", "delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)",
    ],
    "ERC-7802": ["crosschainMint(address,uint256)", "crosschainBurn(address,uint256)"],
}


def selector(signature):
    return int.from_bytes(keccak(text=signature)[:4], "big")


@pytest.mark.parametrize("name", INTERFACES)
def test_an_interface_that_is_there_is_supported(token, name):
    identifier = functools.reduce(operator.xor, map(selector, INTERFACES[name]))
    assert token.supportsInterface(identifier.to_bytes(4, "big"))


@pytest.mark.parametrize("name", INTERFACES)
def test_every_function_of_a_supported_interface_is_there(deployer_of_code, name):
    table = deployer_of_code.compiler_data.global_ctx.exposed_functions
    known = {identifier for function in table for identifier in function.method_ids.values()}
    assert set(map(selector, INTERFACES[name])) <= known


@pytest.mark.parametrize("identifier", ["ffffffff", "00000000", "7f5828d0", "12345678"])
def test_another_interface_is_not_supported(token, identifier):
    assert not token.supportsInterface(bytes.fromhex(identifier))


def test_asking_costs_less_than_30_000_gas(token):
    """The bound of ERC-165."""
    token.supportsInterface(bytes.fromhex("e90fb3f6"))
    assert token._computation.get_gas_used() < 30_000
