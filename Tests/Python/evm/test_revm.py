"""Many programs on pyrevm: whether they succeed, what they return and what state they leave."""

import pyrevm
from cases import CHAIN_ID, LEGACY, SENDERS, Account, Block, Case, Transaction, smaller, text
from comparing import SEED
from eth_utils import keccak
from programs import CONTRACTS, program, random_bytes

SENDER = SENDERS[0]
KEYS = (0, 1, 2, 3, 2**256 - 1)


def run(case):
    """Status, output and the EVM after the case's one call.

    pyrevm makes calls, not transactions: the sender's nonce stays, nothing is paid for, and what a
    transaction remembers is kept for ever. So each case gets an EVM of its own, gas is for nothing,
    and gas used is not compared: no refund is in it."""
    [block], [call] = case.blocks, case.transactions
    world = pyrevm.Env(pyrevm.CfgEnv(chain_id=CHAIN_ID), environment(block))
    evm = pyrevm.EVM(world, gas_limit=block.gas_limit, spec_id="CANCUN")
    for address, account in case.before.items():
        info = pyrevm.AccountInfo(nonce=account.nonce, balance=account.balance, code=account.code)
        evm.insert_account_info(text(address), info)
    place = text(call.sender.address), text(call.to)
    try:
        output = evm.message_call(*place, calldata=call.data, value=call.value, gas=call.gas)
    except RuntimeError as error:
        # It tells of what was returned by a revert in words only.
        output = str(error).rpartition("output: 0x")[2].removesuffix(" }") if "Revert" in str(error) else ""
        output = bytes.fromhex(output)
    result = evm.result
    status = "success" if result.is_success else "halted" if result.is_halt else "reverted"
    return status, output, evm


def environment(block):
    return pyrevm.BlockEnv(
        number=block.number,
        coinbase=text(block.coinbase),
        timestamp=block.time,
        prevrandao=block.randao,
        basefee=block.base_fee,
        excess_blob_gas=block.excess_blob_gas,
    )


def difference(sluice, case):
    answer = sluice.answer(case)
    [ours] = answer["results"]
    status, output, evm = run(case)
    if (ours["status"], ours["output"]) != (status, text(output)):
        return f"ours {ours['status']} {ours['output']}, theirs {status} {text(output)}"
    # Accounts that destroyed themselves stay on pyrevm: only those that we have are compared.
    for address, account in answer["post"].items():
        found = account_difference(address, account, evm)
        if found:
            return f"account {address}: {found}"
    return None


def account_difference(address, account, evm):
    theirs = evm.basic(address)
    nonce = int(account["nonce"], 16) - (address == text(SENDER.address))
    code = keccak(hexstr=account["code"])
    ours = nonce, int(account["balance"], 16), code
    if ours != (theirs.nonce, theirs.balance, theirs.code_hash):
        return f"ours {ours}, theirs {(theirs.nonce, theirs.balance, theirs.code_hash)}"
    slots = {int(key, 16): int(value, 16) for key, value in account["storage"].items()}
    for key in {*KEYS, *slots}:
        our, their = slots.get(key, 0), evm.storage(address, key)
        if our != their:
            return f"slot {key}: ours {our}, theirs {their}"
    return None


def test_state_and_output_at_volume(comparison):
    def check(seed, random):
        code = random_bytes if random.randrange(4) == 0 else program
        before = {SENDER.address: Account(balance=10**18)}
        for address in CONTRACTS:
            # Without storage: an account that gets some is warm from then on.
            before[address] = Account(1, random.choice((0, 5, 10**9)), code(random))
        call = Transaction(
            kind=LEGACY,
            fee=0,
            gas=random.choice((60_000, 150_000, 400_000)),
            to=random.choice(CONTRACTS),
            value=random.choice((0, 0, 1, 10**6)),
            data=random.randbytes(random.choice((0, 4, 36, 70))),
        )
        case = Case(seed, before, [Block(base_fee=0, transactions=[call])], "Cancun")
        if difference(comparison.sluice, case):
            small = smaller(case, lambda c: len(c.transactions) == 1 and difference(comparison.sluice, c))
            raise AssertionError(f"EVM_SEED={SEED}, {seed}: {difference(comparison.sluice, small)}\n{small.as_json()}")

    comparison.each("revm", 5000, check)
