"""Tokens as the tests of this folder begin with them."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "model"))

import boa
import pytest
import token_kit as kit
from token_kit import CAP, GRANT


@pytest.fixture(autouse=True)
def home_and_start():
    kit.set_chain(kit.HOME)
    kit.set_time(kit.START)
    yield
    kit.set_chain(kit.HOME)


@pytest.fixture(scope="session")
def deployer_of_code():
    return boa.load_partial(str(kit.CONTRACTS / "src" / "Token.vy"))


@pytest.fixture(scope="session")
def people():
    return [kit.Person(number) for number in range(8)]


@pytest.fixture(scope="session")
def deployer(people):
    return people[0].address


@pytest.fixture(scope="session")
def minter(people):
    return people[1].address


@pytest.fixture(scope="session")
def bridge(people):
    return people[2].address


@pytest.fixture(scope="session")
def ann(people):
    return people[3].address


@pytest.fixture(scope="session")
def bob(people):
    return people[4].address


@pytest.fixture(scope="session")
def cid(people):
    return people[5].address


@pytest.fixture
def bare(deployer_of_code, deployer, home_and_start):
    """On the home chain, before genesis."""
    return deployer_of_code.deploy("Sluice Token", "SLC", 18, CAP, kit.HOME, deployer)


@pytest.fixture
def token(bare, deployer, minter, ann, bob):
    """On the home chain, with two holders and a minter."""
    bare.genesis(minter, [(ann, GRANT), (bob, GRANT)], sender=deployer)
    return bare


@pytest.fixture
def abroad(deployer_of_code, deployer, home_and_start):
    """On another chain."""
    kit.set_chain(kit.OTHER)
    return deployer_of_code.deploy("Sluice Token", "SLC", 18, CAP, kit.HOME, deployer)
