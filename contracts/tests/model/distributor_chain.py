"""Whole transactions on an EVM of the Prague rules, for gas: intrinsic cost, calldata, the floor of
EIP-7623, warm and cold slots, refunds. Since Prague the main net changed no price that a contract
here pays; EIP-7825 caps a transaction at 2**24 gas."""

import rlp
from eth import constants
from eth.chains.base import MiningChain
from eth.db.atomic import AtomicDB
from eth.vm.forks.prague import PragueVM
from eth_abi import encode
from eth_keys import keys
from eth_utils import function_signature_to_4byte_selector, keccak

GAS_CAP = 2**24
CHAIN_ID = 1
START = 1_800_000_000


class Chain:
    """One state, one transaction after another, with a clock that the test sets."""

    def __init__(self):
        self.keys = [keys.PrivateKey(keccak(text=f"sender {number}")) for number in range(16)]
        accounts = {
            key.public_key.to_canonical_address(): {
                "balance": 10**24,
                "nonce": 0,
                "code": b"",
                "storage": {},
            }
            for key in self.keys
        }
        chain_class = MiningChain.configure(
            "GasChain", vm_configuration=((0, PragueVM),), chain_id=CHAIN_ID
        )
        parameters = {
            "difficulty": 0,
            "gas_limit": 60_000_000,
            "timestamp": START,
            "coinbase": b"\xc0" * 20,
            "base_fee_per_gas": 1,
        }
        chain = chain_class.from_genesis(AtomicDB(), parameters, accounts)
        self.vm = chain.get_vm()
        self.header = self.vm.get_header()
        self.nonces = {}

    @property
    def time(self):
        return self.vm.state.execution_context.timestamp

    @time.setter
    def time(self, seconds):
        self.vm.state.execution_context._timestamp = seconds

    def send(self, key, to, data, gas=GAS_CAP):
        """Gas that the transaction used, and its output; fails if it fails."""
        sender = key.public_key.to_canonical_address()
        nonce = self.nonces.get(sender, 0)
        self.nonces[sender] = nonce + 1
        transaction = (
            self.vm.get_transaction_builder()
            .new_unsigned_dynamic_fee_transaction(
                chain_id=CHAIN_ID,
                nonce=nonce,
                max_priority_fee_per_gas=1,
                max_fee_per_gas=10**9,
                gas=gas,
                to=to,
                value=0,
                data=data,
                access_list=[],
            )
            .as_signed_transaction(key)
        )
        receipt, computation = self.vm.apply_transaction(self.header, transaction)
        computation.raise_if_error()
        return receipt.gas_used, computation.output

    def deploy(self, key, code):
        sender = key.public_key.to_canonical_address()
        nonce = self.nonces.get(sender, 0)
        self.send(key, constants.CREATE_CONTRACT_ADDRESS, code)
        return keccak(rlp.encode([sender, nonce]))[12:]

    def call(self, key, to, signature, *values):
        """As `send`, for a function signature and its values."""
        return self.send(key, to, calldata(signature, *values))


def calldata(signature, *values):
    types = signature[signature.index("(") + 1 : -1]
    return function_signature_to_4byte_selector(signature) + encode(_split(types), values)


def _split(types):
    parts, depth, current = [], 0, ""
    for character in types:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += character
    return parts + [current] if current else parts
