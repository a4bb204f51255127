"""The blocks of `evm_blocks.py` on py-evm, a Python EVM with whole blocks: pyevm_blocks.py BLOCKS OUTPUTS

Prints CPU seconds by group as one JSON object, and writes of every block the gas and the roots of its state,
transactions and receipts. Timed is all that makes blocks of raw transactions: decoding, senders, execution, roots.
"""

import json
import sys
import time

from eth.chains.base import MiningChain
from eth.db.atomic import AtomicDB
from eth.vm.forks.prague import PragueVM


def read(path):
    """Funded accounts, and blocks as group, second and raw transactions."""
    funded, blocks = [], []
    with open(path) as file:
        for line in file:
            kind, *rest = line.split()
            if kind == "fund":
                funded.append(bytes.fromhex(rest[0][2:]))
            elif kind == "block":
                blocks.append((rest[0], int(rest[1]), []))
            else:
                blocks[-1][2].append(bytes.fromhex(kind[2:]))
    return funded, blocks


def started(funded, second):
    """A chain, and a count of 1 for every transaction that it executes."""
    chain_class = MiningChain.configure("Benchmark", vm_configuration=((0, PragueVM),), chain_id=1)
    parameters = {
        "difficulty": 0, "gas_limit": 60_000_000, "timestamp": second - 1, "base_fee_per_gas": 0}
    rich = {"balance": 10**24, "nonce": 0, "code": b"", "storage": {}}
    return chain_class.from_genesis(AtomicDB(), parameters, {account: rich for account in funded})


def mine(chain, second, raws):
    decode = chain.get_vm().get_transaction_builder().decode
    chain.set_header_timestamp(second)
    result, receipts, computations = chain.mine_all([decode(raw) for raw in raws])
    for computation in computations:
        computation.raise_if_error()
    return result.imported_block.header


def main():
    funded, blocks = read(sys.argv[1])
    chain, seconds = started(funded, blocks[0][1]), {}
    with open(sys.argv[2], "w") as target:
        for group, second, raws in blocks:
            start = time.process_time()
            header = mine(chain, second, raws)
            seconds[group] = seconds.get(group, 0) + time.process_time() - start
            roots = [header.state_root, header.transaction_root, header.receipt_root]
            target.write(" ".join([str(header.gas_used), *(root.hex() for root in roots)]) + "\n")
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
