"""A campaign of our contracts as web3.py makes it: deployed, funded, live, and what its claims need."""

import json
import pathlib

from eth_abi import encode
from web3 import Web3

ARTIFACTS = pathlib.Path(__file__).resolve().parents[1] / "artifacts"
DAY = 86_400
SCHEDULE = (0, 0, 0, 0, 0, 0, 0, 0)


def contract(web3, name, *arguments, sender):
    """Deploys one of our contracts from its artifact."""
    artifact = json.loads((ARTIFACTS / f"{name}.json").read_text())
    factory = web3.eth.contract(abi=artifact["abi"], bytecode=artifact["creation_bytecode"])
    receipt = done(web3, factory.constructor(*arguments).transact({"from": sender}))
    return web3.eth.contract(address=receipt["contractAddress"], abi=artifact["abi"])


def done(web3, transaction):
    receipt = web3.eth.wait_for_transaction_receipt(transaction, timeout=5, poll_latency=0.01)
    assert receipt["status"] == 1
    return receipt


class Campaign:
    """100 tokens for one account and 200 for another, of 1000 that are there."""

    def __init__(self, web3):
        self.web3 = web3
        self.owner, self.first, self.second = web3.eth.accounts[:3]
        self.token = contract(
            web3, "Token", "Sea", "SEA", 18, 10**24, web3.eth.chain_id, self.owner, sender=self.owner)
        self.distributor = contract(web3, "Distributor", sender=self.owner)
        self.send(self.token.functions.genesis(self.owner, [(self.owner, 1000)]))
        terms = (SCHEDULE, DAY, 0, 0, 0, self.owner, self.owner, self.owner)
        create = self.distributor.functions.create(self.token.address, b"\0" * 32, terms)
        self.id = create.call({"from": self.owner})
        self.send(create)
        self.send(self.token.functions.approve(self.distributor.address, 1000))
        self.send(self.distributor.functions.fund_to(self.id, 1000))
        self.leaves = [self.leaf(self.first, 100), self.leaf(self.second, 200)]
        self.root = Web3.keccak(b"".join(sorted(self.leaves)))
        self.send(self.distributor.functions.propose(
            self.id, b"\0" * 32, self.root, b"\1" * 32, 300, "ipfs://bundle"))
        web3.provider.make_request("evm_increaseTime", [DAY])
        self.send(self.distributor.functions.activate(self.id))

    def leaf(self, account, amount):
        body = encode(["bytes32", "address", "uint256"], [self.id, account, amount])
        return bytes(Web3.keccak(Web3.keccak(body)))

    def claim(self, amount=100):
        """The claim of the first account, of so much."""
        return self.distributor.functions.claim(self.id, self.first, amount, [self.leaves[1]], self.root)

    def send(self, call, sender=None):
        return done(self.web3, call.transact({"from": sender or self.owner}))
