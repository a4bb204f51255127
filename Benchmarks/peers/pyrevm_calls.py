"""The calls of `evm_work.py` on revm, a Rust EVM, through pyrevm: pyrevm_calls.py WORK OUTPUTS

Prints CPU seconds by group as one JSON object, and writes what every call returned. A call goes from Python to
Rust and back: the group `empty` is what that takes.
"""

import json
import sys
import time
from itertools import groupby

import pyrevm

GAS = 2**40


def read(path):
    with open(path) as file:
        for line in file:
            group, second, sender, to, input = line.split()
            yield group, int(second), sender, to, bytes.fromhex(input[2:])


def machine():
    environment = pyrevm.Env(
        cfg=pyrevm.CfgEnv(chain_id=1), block=pyrevm.BlockEnv(number=1, basefee=0, gas_limit=2 * GAS))
    return pyrevm.EVM(env=environment, gas_limit=2 * GAS, spec_id="CANCUN")


def at(evm, second):
    evm.set_block_env(
        pyrevm.BlockEnv(number=1, timestamp=second, basefee=0, gas_limit=2 * GAS, prevrandao=bytes(32)))


def run(evm, calls):
    """What they returned, and the CPU seconds that they took."""
    message_call, outputs = evm.message_call, []
    start = time.process_time()
    for _, _, sender, to, input in calls:
        outputs.append(message_call(sender, to, input, gas=GAS))
    return outputs, time.process_time() - start


def prepare(evm, calls):
    for _, second, sender, to, input in calls:
        at(evm, second)
        if to == "-":
            evm.deploy(sender, input, gas=GAS)
            yield b""
        else:
            yield evm.message_call(sender, to, input, gas=GAS)


def main():
    evm, seconds = machine(), {}
    with open(sys.argv[2], "w") as target:
        for group, calls in groupby(read(sys.argv[1]), lambda call: call[0]):
            calls = list(calls)
            if group == "prepare":
                outputs = list(prepare(evm, calls))
            else:
                at(evm, calls[0][1])
                outputs, seconds[group] = run(evm, calls)
            target.writelines(f"{group} 0x{output.hex()}\n" for output in outputs)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
