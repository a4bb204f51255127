"""The EVMs: our own, and the independent ones that it is held to.

Each has `run(case)`, which gives the results of the case's transactions and the state's root.
"""

import contextlib
import importlib
import json
import os
import pathlib
import subprocess
from dataclasses import dataclass

import rlp
from cases import CHAIN_ID, text
from eth.db.atomic import AtomicDB
from eth.exceptions import Revert as PyEVMRevert
from eth.exceptions import UnrecognizedTransactionType
from eth.vm.execution_context import ExecutionContext
from eth.vm.forks.cancun import CancunVM
from eth.vm.forks.prague import PragueVM
from eth_utils.exceptions import ValidationError
from ethereum import trace
from ethereum.crypto.hash import keccak256
from ethereum.exceptions import EthereumException
from ethereum_rlp import rlp as specification_rlp
from ethereum_rlp.exceptions import RLPException
from ethereum_types.bytes import Bytes32
from ethereum_types.numeric import U64, U256, Uint

ROOT = pathlib.Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Result:
    """Of a transaction; `logs` is the RLP of a receipt's. One that may not stand in its block has
    the status "refused", and nothing else."""

    status: str
    gas_used: int = 0
    output: bytes = b""
    logs: bytes = b""


@dataclass(frozen=True)
class Outcome:
    results: list
    root: bytes

    def without_refused(self):
        return Outcome([result for result in self.results if result.status != "refused"], self.root)


class Sluice:
    """Our EVM, in a process that answers line by line."""

    def __init__(self):
        program = os.environ.get("STATE_TESTS", ROOT / ".build/release/StateTests")
        if not pathlib.Path(program).is_file():
            raise FileNotFoundError(
                f"found no {program}: run `swift build -c release --product StateTests`, or set STATE_TESTS"
            )
        self.command = [program, "--differential"]
        self.process = None

    def run(self, case):
        answer = self.answer(case)
        results = [self._result(result) for result in answer["results"]]
        return Outcome(results, bytes.fromhex(answer["root"][2:]))

    def answer(self, case):
        """All that it says, with the state after the case."""
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        self.process.stdin.write(json.dumps(case.as_json()) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"StateTests ended with {self.process.wait()}")
        return json.loads(line)

    def close(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait()

    @staticmethod
    def _result(result):
        if "refused" in result:
            return Result("refused")
        output, logs = (bytes.fromhex(result[name][2:]) for name in ("output", "logs"))
        return Result(result["status"], int(result["gasUsed"], 16), output, logs)


class Specification:
    """The executable specification."""

    decides_refusals = True

    def __init__(self):
        self.forks = {name: _SpecifiedFork(name.lower()) for name in ("Cancun", "Prague")}

    def run(self, case):
        return self.forks[case.fork].run(case)


class _SpecifiedFork:
    def __init__(self, name):
        def module(part):
            return importlib.import_module(f"ethereum.forks.{name}.{part}")

        self.fork, self.state, self.vm = (module(part) for part in ("fork", "state", "vm"))
        self.transactions, self.types = module("transactions"), module("fork_types")
        self.revert = module("vm.exceptions").Revert

    def run(self, case):
        state = self._state(case.before)
        results = []
        for block in case.blocks:
            environment, output = self._environment(block, state), self.vm.BlockOutput()
            for index, transaction in enumerate(block.transactions):
                raw = transaction.raw()
                results.append(self._apply(environment, output, raw, Uint(index)))
        return Outcome(results, bytes(self.state.state_root(state)))

    def _state(self, accounts):
        state = self.state.State()
        for address, account in accounts.items():
            address = self.types.Address(address)
            record = self.types.Account(Uint(account.nonce), U256(account.balance), account.code)
            self.state.set_account(state, address, record)
            for key, value in account.storage.items():
                key = Bytes32(key.to_bytes(32, "big"))
                self.state.set_storage(state, address, key, U256(value))
        return state

    def _environment(self, block, state):
        return self.vm.BlockEnvironment(
            chain_id=U64(CHAIN_ID),
            state=state,
            block_gas_limit=Uint(block.gas_limit),
            block_hashes=[Bytes32(value) for value in block.hashes()],
            coinbase=self.types.Address(block.coinbase),
            number=Uint(block.number),
            base_fee_per_gas=Uint(block.base_fee),
            time=U256(block.time),
            prev_randao=Bytes32(block.randao),
            excess_blob_gas=U64(block.excess_blob_gas),
            parent_beacon_block_root=keccak256(b""),
        )

    def _apply(self, environment, output, raw, index):
        used, logs, ends = output.block_gas_used, len(output.block_logs), []

        # A transaction's output is told only to those who trace it.
        def note_end(evm, event):
            if isinstance(event, trace.TransactionEnd):
                ends.append(event)

        try:
            transaction = self._decoded(raw)
            with _traced(note_end):
                self.fork.process_transaction(environment, output, transaction, index)
        except (EthereumException, RLPException):
            return Result("refused")
        # A transaction to an address that is taken ends before it begins.
        end = ends[-1] if ends else trace.TransactionEnd(0, b"", EthereumException())
        new_logs = specification_rlp.encode(output.block_logs[logs:])
        gas_used = int(output.block_gas_used - used)
        return Result(self._status(end.error), gas_used, bytes(end.output), new_logs)

    def _decoded(self, raw):
        if raw[0] >= 0xC0:
            return specification_rlp.decode_to(self.transactions.LegacyTransaction, raw)
        return self.transactions.decode_transaction(raw)

    def _status(self, error):
        if error is None:
            return "success"
        return "reverted" if isinstance(error, self.revert) else "halted"


@contextlib.contextmanager
def _traced(note):
    """Tells `note` too of what the specification does."""

    def both(evm, event):
        before(evm, event)
        note(evm, event)

    before = trace.set_evm_trace(both)
    try:
        yield
    finally:
        trace.set_evm_trace(before)


def gas_steps(case):
    """The gas limits at which the case's one transaction just reaches each step outside of calls."""
    [transaction] = case.transactions
    used = set()

    def note(evm, event):
        if isinstance(event, (trace.OpStart, trace.TransactionEnd)) and evm.message.depth == 0:
            used.add(transaction.gas - int(evm.gas_left))

    with _traced(note):
        Specification().run(case)
    return used


class PyEVM:
    """py-evm. It takes transactions that may not stand in a block: of accounts with code (EIP-3607),
    with too little gas for EIP-7623's floor or for EIP-3860, with a priority fee above the fee, with a
    balance below the highest price and the value. So it is not asked about refusals."""

    decides_refusals = False
    machines = {"Cancun": CancunVM, "Prague": PragueVM}

    def run(self, case):
        machine = self.machines[case.fork]
        builder = machine.get_transaction_builder()
        database, root, results = AtomicDB(), None, []
        for block in case.blocks:
            state = machine._state_class(database, self._context(block), root or EMPTY_ROOT)
            if root is None:
                self._fill(state, case.before)
            for transaction in block.transactions:
                results.append(self._apply(state, builder, transaction.raw()))
            root = state.make_state_root()
            state.persist()
        return Outcome(results, root)

    @staticmethod
    def _context(block):
        return ExecutionContext(
            coinbase=block.coinbase,
            timestamp=block.time,
            block_number=block.number,
            difficulty=0,
            mix_hash=block.randao,
            gas_limit=block.gas_limit,
            prev_hashes=reversed(block.hashes()),
            chain_id=CHAIN_ID,
            base_fee_per_gas=block.base_fee,
            excess_blob_gas=block.excess_blob_gas,
        )

    @staticmethod
    def _fill(state, accounts):
        for address, account in accounts.items():
            state.set_nonce(address, account.nonce)
            state.set_balance(address, account.balance)
            state.set_code(address, account.code)
            for key, value in account.storage.items():
                state.set_storage(address, key, value)
        state.make_state_root()

    @staticmethod
    def _apply(state, builder, raw):
        try:
            transaction = builder.decode(raw)
            state.lock_changes()
            computation = state.apply_transaction(transaction)
        except (ValidationError, UnrecognizedTransactionType, rlp.DecodingError):
            return Result("refused")
        used = transaction.gas - computation.get_gas_remaining()
        # As is paid for. The receipt's gas would take the refund's bound after EIP-7623's floor.
        refund = state.get_transaction_executor().calculate_gas_refund(computation, used)
        logs = [[a, [t.to_bytes(32, "big") for t in ts], d] for a, ts, d in computation.get_log_entries()]
        error = computation.error if computation.is_error else None
        status = "success" if error is None else "reverted" if isinstance(error, PyEVMRevert) else "halted"
        return Result(status, used - refund + computation.data_floor_gas, computation.output, rlp.encode(logs))


EMPTY_ROOT = bytes.fromhex("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421")


def difference(ours, theirs):
    """Where two outcomes differ, in words; nothing where they do not."""
    for number, (our, their) in enumerate(zip(ours.results, theirs.results, strict=True)):
        if our != their:
            return f"transaction {number}: ours {our}, theirs {their}"
    if ours.root != theirs.root:
        return f"the root: ours {text(ours.root)}, theirs {text(theirs.root)}"
    return None
