"""Real transactions in real blocks, for gas figures: intrinsic gas, calldata, cold slots and refunds as a
mainnet node charges them. (titanoboa runs all of a session as one transaction, where slots stay warm.)"""

import functools
import pathlib

from eth import constants
from eth.chains.base import MiningChain
from eth.consensus import NoProofConsensus
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
    """A chain of one test: a block per transaction."""

    def __init__(self, accounts=10):
        self.keys = [keys.PrivateKey(bytes([7]) * 31 + bytes([n + 1])) for n in range(accounts)]
        self.accounts = [key.public_key.to_canonical_address() for key in self.keys]
        chain_class = MiningChain.configure(
            __name__="MinedChain",
            vm_configuration=((0, PragueVM.configure(consensus_class=NoProofConsensus)),),
            chain_id=1,
        )
        genesis = {"difficulty": 0, "gas_limit": 60_000_000, "timestamp": 1_700_000_000}
        rich = {"balance": 10**24, "nonce": 0, "code": b"", "storage": {}}
        self._chain = chain_class.from_genesis(AtomicDB(), genesis, {a: rich for a in self.accounts})
        self._nonces = [0] * accounts

    def send(self, sender, to, data):
        """The gas that one transaction uses, refunds deducted; fails if it reverts."""
        receipt, computation = self._mine(sender, to, data)
        computation.raise_if_error()
        return receipt.gas_used

    def deploy(self, sender, code):
        """The address of a new contract."""
        _, computation = self._mine(sender, constants.CREATE_CONTRACT_ADDRESS, code)
        computation.raise_if_error()
        return computation.msg.storage_address

    def _mine(self, sender, to, data):
        transaction = self._chain.get_vm().create_unsigned_transaction(
            nonce=self._nonces[sender],
            gas_price=GAS_PRICE,
            gas=LIMIT_OF_A_TRANSACTION,
            to=to,
            value=0,
            data=data,
        ).as_signed_transaction(self.keys[sender], chain_id=1)
        self._nonces[sender] += 1
        _, receipt, computation = self._chain.apply_transaction(transaction)
        self._chain.mine_block()
        return receipt, computation
