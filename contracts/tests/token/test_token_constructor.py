"""What a token is told when it is made. Branches: contracts/trees/Token/constructor.tree."""

import boa
import pytest
import token_kit as kit
from eth_abi import encode
from eth_utils import keccak

CAP = 10**27
GOOD = ["Sluice Token", "SLC", 18, CAP, kit.HOME]


def refuse(deployer_of_code, reason, *arguments):
    with boa.reverts(reason):
        deployer_of_code.deploy(*arguments)


def test_an_empty_name_is_refused(deployer_of_code, deployer):
    refuse(deployer_of_code, "name or symbol is empty", "", *GOOD[1:], deployer)


def test_an_empty_symbol_is_refused(deployer_of_code, deployer):
    refuse(deployer_of_code, "name or symbol is empty", "Name", "", *GOOD[2:], deployer)


@pytest.mark.parametrize("cap", [0, 2**128, 2**256 - 1])
def test_a_cap_out_of_range_is_refused(deployer_of_code, deployer, cap):
    refuse(deployer_of_code, "cap is not in 1 to 2^128 - 1", "Name", "N", 18, cap, kit.HOME, deployer)


def test_no_home_chain_is_refused(deployer_of_code, deployer):
    refuse(deployer_of_code, "home chain is zero", *GOOD[:4], 0, deployer)


def test_no_deployer_is_refused(deployer_of_code):
    refuse(deployer_of_code, "deployer is the zero address", *GOOD, kit.ZERO)


@pytest.mark.parametrize("cap", [1, CAP, 2**128 - 1])
@pytest.mark.parametrize("decimals", [0, 6, 18, 27, 255])
def test_the_token_says_what_it_was_told(deployer_of_code, deployer, cap, decimals):
    token = deployer_of_code.deploy("A token's name", "SYM", decimals, cap, 8453, deployer)
    assert (token.name(), token.symbol(), token.decimals()) == ("A token's name", "SYM", decimals)
    assert (token.cap(), token.home_chain(), token.deployer()) == (cap, 8453, deployer)


def test_the_longest_name_and_symbol_are_kept(deployer_of_code, deployer):
    token = deployer_of_code.deploy("n" * 64, "s" * 32, 18, CAP, kit.HOME, deployer)
    assert (token.name(), token.symbol()) == ("n" * 64, "s" * 32)


def test_the_deployer_is_the_first_owner(deployer_of_code, deployer):
    token = deployer_of_code.deploy(*GOOD, deployer)
    assert kit.events(token) == [("OwnershipTransferred", kit.ZERO, deployer)]
    assert (token.owner(), token.pendingOwner()) == (deployer, kit.ZERO)


def test_nothing_is_issued_and_nobody_is_minter(bare):
    assert (bare.totalSupply(), bare.issued(), bare.bridged_in(), bare.bridged_out()) == (0, 0, 0, 0)
    assert (bare.minter(), bare.is_begun()) == (kit.ZERO, False)


def test_one_factory_gives_one_address_on_every_chain(deployer_of_code, deployer, ann, bob):
    """The factory is the creator for everybody: neither who calls it nor the chain changes the address."""
    factory = boa.load(str(kit.CONTRACTS / "mocks" / "token_create2.vy"))
    types = ["string", "string", "uint8", "uint256", "uint256", "address"]
    code = deployer_of_code.compiler_data.bytecode + encode(types, [*GOOD, deployer])
    salt = b"\x01" * 32
    made = []
    for chain, caller in ((kit.HOME, ann), (kit.OTHER, bob)):
        with boa.env.anchor():
            kit.set_chain(chain)
            made.append(factory.make(code, salt, sender=caller))
            assert deployer_of_code.at(made[-1]).deployer() == deployer
    expected = keccak(b"\xff" + bytes.fromhex(factory.address[2:]) + salt + keccak(code))[12:]
    assert {bytes.fromhex(address[2:]) for address in made} == {expected}
