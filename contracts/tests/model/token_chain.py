"""Whole transactions, for gas figures: intrinsic gas, calldata, cold slots and refunds as a mainnet node charges
them. (titanoboa runs all of a session as one transaction, where slots stay warm.)"""

import functools
import pathlib

from eth import constants
from eth.chains.base import MiningChain
from eth.db.atomic import AtomicDB
from eth.vm.forks.prague import PragueVM
from eth_abi import encode
from eth_abi.grammar import parse
from eth_keys import keys
from eth_utils import keccak
from vyper.compiler import compile_from_file_input
from vyper.compiler.input_bundle import FilesystemInputBundle
from vyper.compiler.settings import OptimizationLevel, Settings

CONTRACTS = pathlib.Path(__file__).resolve().parents[2]
GAS_PRICE = 10**10
# EIP-7825.
LIMIT_OF_A_TRANSACTION = 2**24
BEGIN = 1_900_000_000


@functools.lru_cache
def creation_code(relative_path, *, kind="bytecode"):
    """Compiles as the artifacts are: Prague, optimised for gas, without metadata."""
    path = CONTRACTS / relative_path
    bundle = FilesystemInputBundle([path.parent, CONTRACTS])
    output = compile_from_file_input(
        bundle.load_file(path.name),
        input_bundle=bundle,
        settings=Settings(optimize=OptimizationLevel.GAS, evm_version="prague"),
        output_formats=[kind],
        no_bytecode_metadata=True,
    )
    return bytes.fromhex(output[kind].removeprefix("0x"))


def selector(signature):
    return keccak(text=signature)[:4]


def call_data(signature, *values):
    types = parse(signature[signature.index("(") :]).components
    return selector(signature) + encode([kind.to_type_str() for kind in types], values)


class MinedChain:
    """A state, one transaction after another, each twelve seconds after the one before."""

    def __init__(self, accounts=10):
        self.keys = [keys.PrivateKey(bytes([7]) * 31 + bytes([n + 1])) for n in range(accounts)]
        self.accounts = [key.public_key.to_canonical_address() for key in self.keys]
        chain_class = MiningChain.configure(
            __name__="MinedChain", vm_configuration=((0, PragueVM),), chain_id=1)
        genesis = {"difficulty": 0, "gas_limit": 2**63 - 1, "timestamp": BEGIN}
        rich = {"balance": 10**24, "nonce": 0, "code": b"", "storage": {}}
        chain = chain_class.from_genesis(AtomicDB(), genesis, {a: rich for a in self.accounts})
        self._vm = chain.get_vm()
        self._header = self._vm.get_header()
        self._nonces = [0] * accounts
        self.time = BEGIN

    def send(self, sender, to, data):
        """The gas that one transaction uses, refunds deducted; fails if it reverts."""
        receipt, computation = self._apply(sender, to, data)
        computation.raise_if_error()
        return receipt.gas_used

    def deploy(self, sender, code):
        """The address of a new contract."""
        _, computation = self._apply(sender, constants.CREATE_CONTRACT_ADDRESS, code)
        computation.raise_if_error()
        return computation.msg.storage_address

    def _apply(self, sender, to, data):
        self.time += 12
        # The context is all that a transaction sees of its block.
        self._vm.state.execution_context._timestamp = self.time
        transaction = self._vm.create_unsigned_transaction(
            nonce=self._nonces[sender],
            gas_price=GAS_PRICE,
            gas=LIMIT_OF_A_TRANSACTION,
            to=to,
            value=0,
            data=data,
        ).as_signed_transaction(self.keys[sender], chain_id=1)
        self._nonces[sender] += 1
        return self._vm.apply_transaction(self._header, transaction)
