"""titanoboa in its network mode, as it comes from PyPI, on `sluice devnet`."""

import json
import warnings

import boa
import pytest
from boa.rpc import RPCError
from campaign import ARTIFACTS, DAY, SCHEDULE
from eth_abi import encode
from eth_account import Account
from eth_utils import keccak

MOCKS = ARTIFACTS.parent / "mocks"
SOURCES = ARTIFACTS.parent / "src"


@pytest.fixture(autouse=True)
def no_memory_of_other_chains(monkeypatch, tmp_path):
    """titanoboa keeps what it reads in the home folder, by chain id and block, for every chain of that id."""
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def chain(devnet):
    """titanoboa on the chain, signing itself; where its own EVM and the chain differ, it fails."""
    with warnings.catch_warnings(), boa.set_network_env(devnet.url):
        warnings.filterwarnings("error", message=".*did not match node")
        for account in devnet.accounts[:3]:
            boa.env.add_account(Account.from_key(account["privateKey"]))
        boa.env.set_eoa(Account.from_key(devnet.accounts[0]["privateKey"]))
        # Else it asks for the trace of no transaction, and takes an error, which geth gives too, for
        # a node without traces.
        boa.env._tracer = {"tracer": "callTracer", "onlyTopCall": True}
        yield boa.env


def request(chain, method, *parameters):
    return chain._rpc.fetch_uncached(method, list(parameters))


def distributor_from_artifact(chain):
    artifact = json.loads((ARTIFACTS / "Distributor.json").read_text())
    code = bytes.fromhex(artifact["creation_bytecode"].removeprefix("0x"))
    address, computation = chain.deploy(bytecode=code)
    assert not computation.is_error
    return boa.loads_abi(json.dumps(artifact["abi"]), name="Distributor").at(address)


def test_a_source_is_deployed_called_and_reverts(chain):
    token = boa.load(str(MOCKS / "PlainToken.vy"))
    owner, receiver = chain.eoa, chain.generate_address()
    token.mint(owner, 5)
    token.transfer(receiver, 2)
    assert (token.balanceOf(owner), token.balanceOf(receiver)) == (3, 2)
    with boa.reverts():
        token.transfer(receiver, 4)


def test_a_campaign_of_our_contracts(chain, devnet):
    owner, first, second = [account["address"] for account in devnet.accounts[:3]]
    token = boa.load(str(SOURCES / "Token.vy"), "Sea", "SEA", 18, 10**24, devnet.chain_id, owner)
    distributor = distributor_from_artifact(chain)
    token.genesis(owner, [(owner, 1000)])
    terms = (SCHEDULE, DAY, 0, 0, 0, owner, owner, owner)
    campaign = distributor.create(token.address, b"\0" * 32, terms)
    token.approve(distributor.address, 1000)
    distributor.fund_to(campaign, 1000)
    leaves = [
        keccak(keccak(encode(["bytes32", "address", "uint256"], [campaign, account, amount])))
        for account, amount in [(first, 100), (second, 200)]]
    root = keccak(b"".join(sorted(leaves)))
    distributor.propose(campaign, b"\0" * 32, root, b"\1" * 32, 300, "ipfs://bundle")
    request(chain, "evm_increaseTime", DAY)
    request(chain, "evm_mine")
    distributor.activate(campaign)
    with boa.reverts("proof does not fit"):
        distributor.claim(campaign, first, 101, [leaves[1]], root, sender=first)
    with chain.anchor():
        distributor.claim(campaign, first, 100, [leaves[1]], root, sender=first)
        assert token.balanceOf(first) == 100
    assert token.balanceOf(first) == 0
    distributor.claim(campaign, first, 100, [leaves[1]], root, sender=first)
    assert token.balanceOf(first) == 100
    (log,) = request(chain, "eth_getLogs", {"address": str(distributor.address), "fromBlock": "latest"})
    assert log["topics"][2][-40:] == first[2:].lower()


def test_what_it_asks_a_node_for(chain, devnet):
    assert chain.get_chain_id() == devnet.chain_id
    assert chain.capabilities.has_cancun
    account = chain.generate_address()
    request(chain, "anvil_setBalance", account, hex(7))
    assert chain.get_balance(account) == 7
    with pytest.raises(RPCError, match="eth_noSuch"):
        request(chain, "eth_noSuch")


def test_two_chains_and_accounts_of_the_node(start):
    addresses = []
    for identifier in (1, 10):
        devnet = start("--chain-id", identifier)
        with boa.set_network_env(devnet.url):
            boa.env.add_accounts_from_rpc(devnet.url)
            assert boa.env.get_chain_id() == identifier
            token = boa.load(str(MOCKS / "PlainToken.vy"))
            token.mint(boa.env.eoa, identifier)
            assert token.balanceOf(boa.env.eoa) == identifier
            addresses.append(token.address)
    assert addresses[0] == addresses[1]
