"""Tokens that misbehave: every one is refused whole, and no other escrow is touched."""

import boa
import pytest
import token_kit as kit
import vesting_kit
from eth_utils import keccak
from token_chain import call_data, selector
from vesting_kit import LINEAR, NOW, entry
from vesting_model import ZERO, as_argument

SCHEDULE = "(uint8,uint64,uint64,uint64,uint64,uint64,uint64,uint64,uint64,uint64[],uint64[])"
CREATE = f"create(bytes32,{SCHEDULE},(address,uint256,address,address)[])"


@pytest.fixture
def held(vesting, token, batch, ann, bob, revoker, treasury):
    """1000 units each to Ann and Bob, both revocable, a tenth vested."""
    batch(LINEAR, (ann, 1000, revoker, treasury), (bob, 1000, revoker, treasury))
    kit.pass_time(100)
    return vesting


def refuse_payments(vesting, token, revoker, reason):
    """Neither a claim nor a revocation goes through, and neither leaves a trace."""

    def state():
        escrows = [tuple(vesting.escrow(number)) for number in (1, 2)]
        return escrows, vesting.owed(), token.balanceOf(vesting.address)

    before = state()
    for name, arguments in (("claim", [1]), ("claim_many", [[1, 2]]), ("revoke", [1])):
        with boa.reverts(reason):
            getattr(vesting, name)(*arguments, sender=revoker)
    assert state() == before


def test_a_token_with_a_fee_is_refused_at_creation(token, batch, ann):
    token.set_fee(1)
    with boa.reverts("token did not bring the amount"):
        batch(LINEAR, (ann, 1000))


def test_a_token_that_debits_its_sender_more_is_refused_at_payment(held, token, revoker):
    token.set_extra(1)
    refuse_payments(held, token, revoker, "token did not take the amount")


def test_a_token_that_begins_to_take_a_fee_costs_its_receivers_only(held, token, ann, bob):
    """The escrow's balance falls by exactly the amount: the fee is between the token and the receiver."""
    token.set_fee(3)
    held.claim(1)
    token.set_fee(0)
    held.claim(2)
    assert (token.balanceOf(ann), token.balanceOf(bob)) == (97, 100)
    assert token.balanceOf(held.address) == held.owed() == 1800


@pytest.mark.parametrize("is_moving", [False, True])
def test_a_token_that_returns_false_is_refused(held, token, batch, revoker, cid, is_moving):
    token.set_refusing(True, is_moving)
    refuse_payments(held, token, revoker, "token refused the transfer")
    with boa.reverts("token refused the transfer"):
        batch(LINEAR, (cid, 5))


def test_a_token_that_returns_nothing_works(creator, ann, bob, revoker, treasury):
    token = boa.load(str(kit.CONTRACTS / "mocks" / "vesting_silent_token.vy"))
    vesting = vesting_kit.CODE.deploy(token.address)
    token.mint(creator, 2000)
    token.approve(vesting.address, 2000, sender=creator)
    vesting_kit.create(vesting, creator, LINEAR, (ann, 1000), (bob, 1000, revoker, treasury))
    kit.pass_time(100)
    vesting.claim(1)
    vesting.revoke(2, sender=revoker)
    assert [token.balanceOf(account) for account in (ann, bob, treasury)] == [100, 0, 900]
    assert token.balanceOf(vesting.address) == vesting.owed() == 1000


def test_a_blocked_recipient_blocks_nobody_else(held, token, ann, bob):
    token.set_blocked(ann, True)
    with boa.reverts():
        held.claim(1)
    with boa.reverts():
        held.claim_many([2, 1])
    held.claim_many([2])
    assert (token.balanceOf(bob), held.claimable(1)) == (100, 100)
    token.set_blocked(ann, False)
    held.claim(1)
    assert token.balanceOf(ann) == 100


def test_a_blocked_recipient_can_move_its_escrow(held, token, ann, cid):
    token.set_blocked(ann, True)
    held.propose_recipient(1, cid, sender=ann)
    held.accept_recipient(1, sender=cid)
    held.claim(1)
    assert token.balanceOf(cid) == 100


def test_a_blocked_refund_address_leaves_the_escrow_as_it_is(held, token, revoker, treasury):
    token.set_blocked(treasury, True)
    with boa.reverts():
        held.revoke(1, sender=revoker)
    assert not held.escrow(1)[7]
    kit.pass_time(100)
    token.set_blocked(treasury, False)
    assert held.revoke(1, sender=revoker) == 800


def test_a_balance_that_shrank_by_itself_is_not_made_up_by_others(held, token, ann, bob):
    """A rebasing token (refused by preflight): who comes last goes short, and nothing is paid inexactly."""
    kit.pass_time(900)
    token.eval(f"self.balanceOf[{held.address}] = 1500")
    held.claim(1)
    with boa.reverts():
        held.claim(2)
    assert (token.balanceOf(ann), token.balanceOf(bob), held.claimable(2)) == (1000, 0, 1000)


def reentries(vesting, signer):
    """Every function that changes the state, as a token would call it in the middle of a transfer."""
    ann = signer.address
    separator = kit.domain_separator(vesting.address, name="Vesting", chain=kit.HOME)
    signature = signer.sign(kit.delegation_digest(separator, ann, 0, kit.MAX))
    return {
        "create": call_data(CREATE, b"\0" * 32, as_argument(NOW), [entry(ann, 1)]),
        "claim": call_data("claim(uint256)", 2),
        "claim_many": call_data("claim_many(uint256[])", [1, 2, 3]),
        "revoke": call_data("revoke(uint256)", 3),
        "renounce_revocation": call_data("renounce_revocation(uint256)", 3),
        "propose_recipient": call_data("propose_recipient(uint256,address)", 3, ann),
        "accept_recipient": call_data("accept_recipient(uint256)", 3),
        "delegate": call_data("delegate(address)", ann),
        "delegateBySig": call_data(
            "delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)", ann, 0, kit.MAX, *signature),
    }


NAMES = [
    "create", "claim", "claim_many", "revoke", "renounce_revocation", "propose_recipient", "accept_recipient",
    "delegate", "delegateBySig",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("moment", ["claim", "claim_many", "revoke", "create"])
def test_a_token_that_calls_back_finds_the_door_shut(
    held, token, batch, people, cid, revoker, treasury, name, moment
):
    """The token is itself recipient and revoker of escrow 3, and has funds: nothing but the lock stops it."""
    batch(LINEAR, (token.address, 1000, token.address, treasury))
    kit.pass_time(50)
    token.mint(token.address, 5)
    token.act(token.address, call_data("approve(address,uint256)", held.address, 5))
    token.act(held.address, call_data("propose_recipient(uint256,address)", 3, token.address))
    data = reentries(held, people[3])[name]
    with boa.env.anchor():
        token.act(held.address, data)
    token.set_call(held.address, data)
    calls = {
        "claim": lambda: held.claim(1),
        "claim_many": lambda: held.claim_many([1]),
        "revoke": lambda: held.revoke(1, sender=revoker),
        "create": lambda: batch(NOW, (cid, 9)),
    }
    calls[moment]()
    assert token.target() == ZERO, "the token did call"
    assert not token.has_succeeded()
    assert tuple(held.escrow(3)) == (token.address, token.address, 1000, 0, 1, token.address, treasury, False)
    assert token.balanceOf(held.address) == held.owed()


def test_a_token_that_reads_in_the_middle_is_not_told_half_of_it(held, token):
    """What this contract itself shows is locked too; the votes show the state after the payment."""
    for data in (call_data("claimable(uint256)", 1), call_data("escrow(uint256)", 1), selector("owed()")):
        with boa.env.anchor():
            token.set_call(held.address, data)
            held.claim(1)
            assert not token.has_succeeded()
    token.set_call(held.address, call_data("getPastTotalSupply(uint256)", kit.START))
    held.claim(1)
    assert token.has_succeeded()
    assert int.from_bytes(token.answer(), "big") == 2000


def test_selectors_are_not_shared(vesting):
    """No function hides another behind the same 4 bytes."""
    functions = vesting.compiler_data.global_ctx.exposed_functions
    signatures = [signature for function in functions for signature in function.method_ids]
    assert len({keccak(text=signature)[:4] for signature in signatures}) == len(signatures)
