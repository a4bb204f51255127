"""web3.py, as it comes from PyPI, deploys and uses our contracts on `sluice devnet`."""

import asyncio
import json
import time

import pytest
from campaign import DAY, Campaign, done
from eth_account import Account
from web3 import AsyncHTTPProvider, AsyncWeb3, HTTPProvider, Web3
from web3.exceptions import ContractLogicError, TransactionNotFound, Web3RPCError

GWEI = 10**9


def connected(devnet):
    web3 = Web3(HTTPProvider(devnet.url))
    assert web3.is_connected()
    return web3


@pytest.fixture
def web3(devnet):
    return connected(devnet)


def test_a_campaign_is_deployed_funded_and_claimed(web3):
    campaign = Campaign(web3)
    receipt = campaign.send(campaign.claim(), campaign.first)
    assert campaign.token.functions.balanceOf(campaign.first).call() == 100
    assert campaign.distributor.functions.claimed(campaign.id, campaign.first).call() == 100
    (event,) = campaign.distributor.events.Claimed().process_receipt(receipt)
    assert event["args"] == {
        "campaign": campaign.id, "account": campaign.first, "recipient": campaign.first, "amount": 100}


def test_a_claim_that_fails_says_why_before_it_is_sent_and_after(web3):
    campaign = Campaign(web3)
    with pytest.raises(ContractLogicError, match="proof does not fit"):
        campaign.claim(101).call({"from": campaign.first})
    with pytest.raises(ContractLogicError, match="proof does not fit"):
        campaign.claim(101).estimate_gas({"from": campaign.first})
    sent = campaign.claim(101).transact({"from": campaign.first, "gas": 200_000})
    receipt = web3.eth.wait_for_transaction_receipt(sent)
    assert receipt["status"] == 0 and receipt["logs"] == []
    trace = web3.provider.make_request("debug_traceTransaction", [sent.to_0x_hex(), {"tracer": "callTracer"}])
    assert trace["result"]["revertReason"] == "proof does not fit"
    words = web3.provider.make_request("sluice_explainTransaction", [sent.to_0x_hex()])["result"]["text"]
    assert words.startswith("Distributor.claim(") and words.endswith("reverted: proof does not fit")


def test_an_estimate_is_enough_and_one_less_is_not(web3):
    campaign = Campaign(web3)
    gas = campaign.claim().estimate_gas({"from": campaign.first})
    before = web3.provider.make_request("evm_snapshot", [])["result"]
    failed = campaign.claim().transact({"from": campaign.first, "gas": gas - 1})
    assert web3.eth.wait_for_transaction_receipt(failed)["status"] == 0
    web3.provider.make_request("evm_revert", [before])
    done(web3, campaign.claim().transact({"from": campaign.first, "gas": gas}))


@pytest.mark.parametrize("fees", [
    {"gasPrice": 3 * GWEI},
    {"gasPrice": 3 * GWEI, "accessList": [{"address": "0x" + "11" * 20, "storageKeys": ["0x" + "22" * 32]}]},
    {"maxFeePerGas": 3 * GWEI, "maxPriorityFeePerGas": GWEI},
], ids=["legacy", "access list", "dynamic fee"])
def test_transactions_that_are_signed_elsewhere(web3, devnet, fees):
    sender = Account.from_key(devnet.accounts[3]["privateKey"])
    receiver = Account.create().address
    transaction = {
        "chainId": devnet.chain_id, "nonce": web3.eth.get_transaction_count(sender.address), "gas": 50_000,
        "to": receiver, "value": 7, **fees}
    signed = sender.sign_transaction(transaction)
    sent = web3.eth.send_raw_transaction(signed.raw_transaction)
    assert sent == signed.hash
    receipt = done(web3, sent)
    block = web3.eth.get_block(receipt["blockNumber"], full_transactions=True)
    (mined,) = block["transactions"]
    assert (mined["from"], mined["to"], mined["value"]) == (sender.address, receiver, 7)
    assert web3.eth.get_transaction(sent) == mined
    assert web3.eth.get_balance(receiver) == 7
    paid = 3 * GWEI if "gasPrice" in fees else block["baseFeePerGas"] + GWEI
    assert receipt["effectiveGasPrice"] == paid
    # 21,000, and 2,400 for an address and 1,900 for a key that are announced (EIP-2930).
    assert receipt["gasUsed"] == (25_300 if "accessList" in fees else 21_000)
    assert web3.eth.get_balance(sender.address) == 10_000 * 10**18 - 7 - paid * receipt["gasUsed"]


def test_a_transaction_for_another_chain_is_refused(web3, devnet):
    sender = Account.from_key(devnet.accounts[0]["privateKey"])
    signed = sender.sign_transaction({
        "chainId": 1, "nonce": 0, "gas": 21_000, "to": sender.address, "value": 0, "gasPrice": 3 * GWEI})
    with pytest.raises(Web3RPCError, match="chain 1"):
        web3.eth.send_raw_transaction(signed.raw_transaction)


def test_events_by_range_topics_and_filters(web3):
    campaign = Campaign(web3)
    waiting = campaign.distributor.events.Claimed.create_filter(from_block="latest")
    blocks = web3.eth.filter("latest")
    first = campaign.send(campaign.claim(), campaign.first)
    (new,) = waiting.get_new_entries()
    assert new["args"]["amount"] == 100 and waiting.get_new_entries() == []
    assert blocks.get_new_entries() == [first["blockHash"]]
    logs = campaign.distributor.events.Claimed.get_logs(
        from_block=0, argument_filters={"account": campaign.first})
    assert [log["transactionHash"] for log in logs] == [first["transactionHash"]]
    assert campaign.distributor.events.Claimed.get_logs(
        from_block=0, argument_filters={"account": campaign.second}) == []
    (transfer,) = campaign.token.events.Transfer.get_logs(from_block=first["blockNumber"])
    assert transfer["args"]["value"] == 100
    of_block = web3.eth.get_logs({"blockHash": first["blockHash"]})
    assert [log["logIndex"] for log in of_block] == list(range(len(first["logs"])))
    assert [dict(log) for log in of_block] == [dict(log) for log in first["logs"]]


def test_old_blocks_have_their_state(web3):
    campaign = Campaign(web3)
    before = web3.eth.block_number
    campaign.send(campaign.claim(), campaign.first)
    balance = campaign.token.functions.balanceOf(campaign.first)
    assert balance.call(block_identifier=before) == 0
    assert balance.call(block_identifier="latest") == 100
    assert web3.eth.get_code(campaign.token.address, block_identifier=0) == b""
    assert web3.eth.get_transaction_count(campaign.owner, block_identifier=0) == 0


def test_every_block_and_receipt_can_be_read(web3):
    campaign = Campaign(web3)
    campaign.send(campaign.claim(), campaign.first)
    parent = None
    for number in range(web3.eth.block_number + 1):
        block = web3.eth.get_block(number)
        assert parent in (None, block["parentHash"])
        parent = block["hash"]
        assert web3.eth.get_block(block["hash"]) == block
        receipts = web3.eth.get_block_receipts(number)
        assert [receipt["transactionHash"] for receipt in receipts] == block["transactions"]
        assert sum(receipt["gasUsed"] for receipt in receipts) == block["gasUsed"]
        for receipt in receipts:
            assert web3.eth.get_transaction_receipt(receipt["transactionHash"]) == receipt
    with pytest.raises(TransactionNotFound):
        web3.eth.get_transaction("0x" + "00" * 32)


def test_fees(web3):
    Campaign(web3)
    history = web3.eth.fee_history(4, "latest", [25, 75])
    latest = web3.eth.get_block("latest")
    assert history["baseFeePerGas"][-2] == latest["baseFeePerGas"]
    assert history["oldestBlock"] == latest["number"] - 3
    assert [len(history[key]) for key in ("baseFeePerGas", "gasUsedRatio", "reward")] == [5, 4, 4]
    assert web3.eth.gas_price >= latest["baseFeePerGas"] * 7 // 8
    assert web3.eth.max_priority_fee > 0


def test_batches(web3):
    accounts = web3.eth.accounts
    with web3.batch_requests() as batch:
        for account in accounts:
            batch.add(web3.eth.get_balance(account))
        batch.add(web3.eth.get_block("latest"))
        *balances, block = batch.execute()
    assert balances == [10_000 * 10**18] * 10
    assert block["number"] == 0


def test_snapshots_and_time(web3):
    request = web3.provider.make_request
    start = web3.eth.get_block("latest")["timestamp"]
    snapshot = request("evm_snapshot", [])["result"]
    request("evm_increaseTime", [DAY])
    request("evm_mine", [])
    assert web3.eth.get_block("latest")["timestamp"] >= start + DAY
    request("evm_setNextBlockTimestamp", [start + 10 * DAY])
    request("evm_mine", [])
    assert web3.eth.get_block("latest")["timestamp"] == start + 10 * DAY
    assert request("evm_revert", [snapshot])["result"] is True
    assert web3.eth.block_number == 0
    assert request("evm_revert", [snapshot])["result"] is False
    request("anvil_mine", [hex(100)])
    heads = [web3.eth.get_block(name)["number"] for name in ("latest", "safe", "finalized", "earliest")]
    assert heads == [100, 68, 36, 0]


def test_impersonation(web3):
    campaign = Campaign(web3)
    # The contract itself, which has no key and no money.
    request = web3.provider.make_request
    holder = campaign.distributor.address
    request("anvil_impersonateAccount", [holder])
    request("anvil_setBalance", [holder, hex(10**18)])
    campaign.send(campaign.token.functions.transfer(campaign.second, 1000), holder)
    assert campaign.token.functions.balanceOf(campaign.second).call() == 1000
    request("anvil_stopImpersonatingAccount", [holder])
    with pytest.raises(Web3RPCError):
        campaign.token.functions.transfer(campaign.second, 0).transact({"from": holder})


def test_blocks_when_somebody_says_so(web3):
    request = web3.provider.make_request
    request("evm_setAutomine", [False])
    sender, receiver = web3.eth.accounts[:2]
    sent = [web3.eth.send_transaction({"from": sender, "to": receiver, "value": value}) for value in (1, 2, 3)]
    assert web3.eth.block_number == 0
    assert web3.eth.get_transaction_count(sender, "pending") == 3
    assert web3.eth.get_transaction_count(sender) == 0
    with pytest.raises(TransactionNotFound):
        web3.eth.get_transaction_receipt(sent[0])
    request("evm_mine", [])
    assert web3.eth.get_block(1)["transactions"] == sent


def test_typed_data_is_signed_as_eth_account_does(web3, devnet):
    data = {
        "types": {
            "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "chainId", "type": "uint256"}],
            "Permit": [
                {"name": "owner", "type": "address"}, {"name": "value", "type": "uint256"},
                {"name": "parts", "type": "Part[]"}, {"name": "note", "type": "bytes"}],
            "Part": [{"name": "share", "type": "int64"}, {"name": "is_last", "type": "bool"}],
        },
        "primaryType": "Permit",
        "domain": {"name": "Sea", "chainId": devnet.chain_id},
        "message": {
            "owner": devnet.accounts[1]["address"], "value": str(2**255 + 1),
            "parts": [{"share": -3, "is_last": False}, {"share": 5, "is_last": True}], "note": "0x1234"},
    }
    account = Account.from_key(devnet.accounts[0]["privateKey"])
    expected = Account.sign_typed_data(account.key, full_message={
        **data, "message": {**data["message"], "value": 2**255 + 1}}).signature.to_0x_hex()
    for sent in (data, json.dumps(data)):
        answer = web3.provider.make_request("eth_signTypedData_v4", [account.address, sent])
        assert answer["result"] == expected


def test_messages_are_signed_as_eth_account_does(web3, devnet):
    from eth_account.messages import encode_defunct
    account = Account.from_key(devnet.accounts[0]["privateKey"])
    expected = account.sign_message(encode_defunct(text="claim")).signature
    assert web3.eth.sign(account.address, text="claim") == expected


def test_the_asynchronous_provider(devnet):
    async def balances():
        web3 = AsyncWeb3(AsyncHTTPProvider(devnet.url))
        try:
            accounts = await web3.eth.accounts
            return await asyncio.gather(*(web3.eth.get_balance(account) for account in accounts))
        finally:
            await web3.provider.disconnect()

    assert asyncio.run(balances()) == [10_000 * 10**18] * 10


def test_two_chains(start):
    first, second = connected(start("--chain-id", 1)), connected(start("--chain-id", 10))
    assert (first.eth.chain_id, second.eth.chain_id) == (1, 10)
    campaigns = [Campaign(web3) for web3 in (first, second)]
    assert campaigns[0].distributor.address == campaigns[1].distributor.address
    assert campaigns[0].id != campaigns[1].id, "a campaign is of one chain"


def test_a_state_is_written_and_goes_on(start, tmp_path):
    state = tmp_path / "state.json"
    devnet = start("--dump", state)
    web3 = connected(devnet)
    campaign = Campaign(web3)
    claim = campaign.claim().build_transaction({"from": campaign.first, "gas": 200_000, "nonce": 0})
    # The client's connection is still open.
    assert devnet.stop() == 0
    again = connected(start("--load", state))
    token = again.eth.contract(address=campaign.token.address, abi=campaign.token.abi)
    assert token.functions.balanceOf(campaign.distributor.address).call() == 1000
    assert again.eth.get_transaction_count(campaign.owner) == 8
    done(again, again.eth.send_transaction(claim))
    assert token.functions.balanceOf(campaign.first).call() == 100


def test_blocks_by_the_clock(start):
    web3 = connected(start("--block-time", 1))
    sender, receiver = web3.eth.accounts[:2]
    sent = web3.eth.send_transaction({"from": sender, "to": receiver, "value": 1})
    assert done(web3, sent)["blockNumber"] >= 1
    seen = web3.eth.block_number
    time.sleep(2.5)
    assert web3.eth.block_number > seen
