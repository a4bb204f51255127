"""titanoboa's network mode, as it comes from PyPI, deploys and uses our contracts on `sluice devnet`."""

import pathlib
import warnings

import boa
import pytest
from boa.network import NetworkEnv
from boa.rpc import EthereumRPC
from campaign import ARTIFACTS, DAY, SCHEDULE
from eth_abi import encode
from eth_account import Account
from eth_utils import keccak

SOURCES = pathlib.Path(__file__).resolve().parents[1] / "src"


@pytest.fixture(autouse=True)
def no_warnings():
    """titanoboa warns of what a node cannot do."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        yield


@pytest.fixture(autouse=True)
def no_memory_of_other_chains(monkeypatch, tmp_path):
    """titanoboa keeps what it reads in the home folder, by chain id and block, for all chains of that id."""
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def network(devnet):
    environment = NetworkEnv(EthereumRPC(devnet.url))
    for account in devnet.accounts[:3]:
        environment.add_account(Account.from_key(account["privateKey"]))
    environment.set_eoa(Account.from_key(devnet.accounts[0]["privateKey"]))
    with boa.swap_env(environment):
        yield environment


@pytest.fixture
def people(devnet):
    return [account["address"] for account in devnet.accounts[:3]]


@pytest.fixture
def token(network, devnet, people):
    token = boa.load(str(SOURCES / "Token.vy"), "Sea", "SEA", 18, 10**24, devnet.chain_id, people[0])
    token.genesis(people[0], [(people[0], 1000)])
    return token


def advance(network, seconds):
    network._rpc.fetch("evm_increaseTime", [seconds])
    network._rpc.fetch("evm_mine", [])


def test_a_contract_is_deployed_from_its_source_and_used(token, people):
    token.transfer(people[1], 7)
    (event,) = token.get_logs()
    assert (event.sender, event.receiver, event.value) == (people[0], people[1], 7)
    assert (token.balanceOf(people[0]), token.balanceOf(people[1])) == (993, 7)


def test_the_sender_can_be_another_account(token, people):
    token.approve(people[1], 5)
    token.transferFrom(people[0], people[2], 5, sender=people[1])
    assert token.balanceOf(people[2]) == 5
    assert token.allowance(people[0], people[1]) == 0


def test_a_call_that_fails_has_its_reason(token, people):
    with boa.reverts("balance is too low"):
        token.transfer(people[0], 1, sender=people[1])


def test_what_is_done_behind_an_anchor_is_undone(network, token, people):
    with network.anchor():
        token.transfer(people[1], 7)
        assert token.balanceOf(people[1]) == 7
    assert token.balanceOf(people[1]) == 0


def test_a_campaign_by_its_interface_alone(network, token, people):
    """The Distributor is deployed from its artifact, as somebody without the compiler does."""
    import json
    artifact = json.loads((ARTIFACTS / "Distributor.json").read_text())
    address, _ = network.deploy_code(bytecode=bytes.fromhex(artifact["creation_bytecode"][2:]))
    distributor = boa.loads_abi(json.dumps(artifact["abi"])).at(address)
    campaign = distributor.create(
        token.address, bytes(32), (SCHEDULE, DAY, 0, 0, 0, people[0], people[0], people[0]))
    leaves = [
        keccak(keccak(encode(["bytes32", "address", "uint256"], [campaign, account, amount])))
        for account, amount in ((people[1], 100), (people[2], 200))]
    root = keccak(b"".join(sorted(leaves)))
    token.approve(distributor.address, 300)
    distributor.fund_to(campaign, 300)
    distributor.propose(campaign, bytes(32), root, b"\1" * 32, 300, "")
    advance(network, DAY)
    with boa.reverts("proof does not fit"):
        distributor.claim(campaign, people[1], 101, [leaves[1]], root, sender=people[1])
    assert distributor.claim(campaign, people[1], 100, [leaves[1]], root, sender=people[1]) == 100
    assert token.balanceOf(people[1]) == 100
