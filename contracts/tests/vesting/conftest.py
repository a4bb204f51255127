"""Vestings as the tests of this folder begin with them."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "model"))

import boa
import pytest
import token_kit as kit
import vesting_kit


@pytest.fixture(autouse=True)
def home_and_start():
    kit.set_chain(kit.HOME)
    kit.set_time(kit.START)
    yield
    kit.set_chain(kit.HOME)


@pytest.fixture(scope="session")
def people():
    return [kit.Person(number) for number in range(100, 108)]


@pytest.fixture(scope="session")
def creator(people):
    return people[0].address


@pytest.fixture(scope="session")
def revoker(people):
    return people[1].address


@pytest.fixture(scope="session")
def treasury(people):
    """Where refunds go."""
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


@pytest.fixture(scope="session")
def code_of_the_token():
    return boa.load_partial(str(kit.CONTRACTS / "mocks" / "vesting_hostile_token.vy"))


@pytest.fixture
def token(code_of_the_token, home_and_start):
    """Well-behaved until a test says otherwise."""
    return code_of_the_token.deploy()


@pytest.fixture
def vesting(token, creator):
    """Empty; the creator has 2^128 - 1 units of the token and has approved all."""
    made = vesting_kit.CODE.deploy(token.address)
    token.mint(creator, 2**128 - 1)
    token.approve(made.address, kit.MAX, sender=creator)
    return made


@pytest.fixture
def batch(vesting, creator):
    """Creates escrows for (recipient, amount) or (recipient, amount, revoker, refund address)."""

    def create(schedule, *entries, salt=b"\0" * 32):
        return vesting_kit.create(vesting, creator, schedule, *entries, salt=salt)

    return create
