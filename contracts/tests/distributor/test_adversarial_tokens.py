"""Tokens that misbehave: no unit is lost, no campaign pays for another."""

import boa
import distributor_kit as kit
import pytest
from distributor_kit import DAY, NONE, START, UNIT


@pytest.fixture
def stage_of(open_stage):
    """A live campaign of a mock token: 100 for Ann, 50 for Bob."""

    def opened(name, **more):
        stage = open_stage(token=kit.mock(name), **more)
        stage.go_live(stage.rows(ann=100, bob=50))
        return stage

    return opened


def test_a_token_that_debits_more_than_it_pays_pays_nothing(stage_of, people):
    stage = stage_of("DebitExtraToken")
    assert stage.claim(people.ann) == 100 * UNIT
    stage.token.set_greedy(True)
    with boa.reverts("token moved another amount"):
        stage.claim(people.bob)
    with boa.reverts("token moved another amount"):
        stage.distributor.take_back(
            stage.campaign, 1, people.eve.address, sender=people.owner.address
        )
    assert stage.held == kit.MILLION - 100 * UNIT
    stage.token.set_greedy(False)
    assert stage.claim(people.bob) == 50 * UNIT


def test_a_token_with_a_fee_on_transfer_cannot_fund(open_stage, people, distributor):
    token = kit.mock("FeeToken")
    stage = open_stage(token=token, funds=0)
    token.mint(people.owner.address, 1000)
    token.approve(distributor, 1000, sender=people.owner.address)
    token.set_charging(True)
    with boa.reverts("token moved another amount"):
        distributor.fund_to(stage.campaign, 1000, sender=people.owner.address)
    assert stage.state.funded == stage.held == 0


def test_a_token_that_begins_to_charge_still_takes_the_exact_amount(stage_of, people):
    """The fee is the receiver's: this contract's balance falls by what it owed."""
    stage = stage_of("FeeToken")
    stage.token.set_charging(True)
    assert stage.claim(people.ann) == 100 * UNIT
    assert stage.token.balanceOf(people.ann.address) == 99 * UNIT
    assert stage.held == kit.MILLION - 100 * UNIT


@pytest.mark.parametrize("mode", [1, 2])
def test_a_token_that_returns_false_pays_nothing(stage_of, people, mode):
    stage = stage_of("FalseToken")
    stage.token.set_mode(mode)
    with boa.reverts("transfer refused"):
        stage.claim(people.ann)
    assert (stage.state.claimed, stage.held) == (0, kit.MILLION)


def test_a_token_that_says_true_without_paying_pays_nothing(stage_of, people):
    stage = stage_of("FalseToken")
    stage.token.set_mode(3)
    with boa.reverts("token moved another amount"):
        stage.claim(people.ann)
    assert stage.distributor.claimed(stage.campaign, people.ann.address) == 0


@pytest.mark.parametrize("mode", [1, 2, 3])
def test_a_token_that_lies_cannot_fund(open_stage, people, distributor, mode):
    token = kit.mock("FalseToken")
    stage = open_stage(token=token, funds=0)
    token.mint(people.owner.address, 1000)
    token.approve(distributor, 1000, sender=people.owner.address)
    token.set_mode(mode)
    with boa.reverts():
        distributor.fund_to(stage.campaign, 1000, sender=people.owner.address)
    assert stage.state.funded == 0


def test_a_token_that_returns_nothing_works_throughout(stage_of, people):
    stage = stage_of("SilentToken")
    assert stage.claim(people.ann) == 100 * UNIT
    stage.distributor.take_back(stage.campaign, 7, people.eve.address, sender=people.owner.address)
    assert stage.token.balanceOf(people.eve.address) == 7
    assert stage.held == kit.MILLION - 100 * UNIT - 7


@pytest.mark.parametrize("mode", [1, 2, 3])
def test_a_blocked_recipient_blocks_nobody_else(stage_of, people, mode):
    stage = stage_of("BlockingToken")
    stage.token.set_mode(people.ann.address, mode)
    with boa.reverts():
        stage.claim(people.ann)
    assert stage.claim(people.bob) == 50 * UNIT
    # A blocked account names another recipient.
    stage.distributor.set_recipient(people.cid.address, sender=people.ann.address)
    assert stage.claim(people.ann) == 100 * UNIT


REENTRIES = (
    "create fund_to push take_back propose activate veto void_lowered void_doubled void_exceeding "
    "claim claim_many claim_to claim_and_delegate pause announce_role accept_role set_recipient "
    "set_operator set_opt_in set_opt_out state vested profile nonces claimed"
).split()


@pytest.fixture
def captured(open_stage, people, distributor):
    """A campaign in which a token that calls back holds every role, an entitlement, funds and an
    allowance, with a pending root that has every fault."""
    token = kit.mock("ReenteringToken")
    roles = {role: token.address for role in ("owner", "publisher", "guardian")}
    open_stage(token=token)
    stage = open_stage(token=token, salt=b"\x01" * 32, funds=0, **roles)
    token.mint(token, kit.MILLION)
    token.approve(distributor, kit.ENDLESS, sender=token.address)
    distributor.fund_to(stage.campaign, 1000 * UNIT, sender=token.address)
    distributor.announce_role(stage.campaign, kit.GUARDIAN, token.address, sender=token.address)
    captor = kit.Cast(**{**vars(people), "publisher": token, "ann": token})
    stage.people = captor
    stage.go_live(stage.rows(ann=100, bob=50, cid=9))
    stage.propose(stage.rows(ann=99, bob=50, cid=9) + stage.rows(ann=98, bob=999), total=159 * UNIT)
    kit.pass_time(DAY)
    return stage


def reentry(stage, name):
    """A call that goes through when the token makes it at another time."""
    campaign, account = stage.campaign, stage.token.address
    pending, live = stage.pending_tree, stage.tree
    own = (campaign, account, 100 * UNIT, live.proof(account), NONE)
    low, lower = ((units * UNIT, pending.proof(account, units * UNIT)) for units in (99, 98))
    bob = stage.people.bob.address
    above = (999 * UNIT, pending.proof(bob, 999 * UNIT))
    values = {
        "create": (account, b"\x09" * 32, kit.terms_tuple(stage.terms)),
        "fund_to": (campaign, 1001 * UNIT),
        "push": (campaign, NONE, [bob], [1]),
        "take_back": (campaign, 1, bob),
        "propose": (campaign, live.root, b"\x01" * 32, b"\x02" * 32, 159 * UNIT, ""),
        "activate": (campaign,),
        "veto": (campaign, pending.root),
        "void_lowered": (campaign, account, 100 * UNIT, live.proof(account), *low),
        "void_doubled": (campaign, account, *low, *lower),
        "void_exceeding": (campaign, bob, *above),
        "claim": own,
        "claim_many": ([stage.item(stage.people.bob)],),
        "claim_to": (*own, bob, 0, b""),
        "claim_and_delegate": (*own, bob, 0, b"", (bob, 0, 0, 27, NONE, NONE)),
        "pause": (campaign,),
        "announce_role": (campaign, 0, bob),
        "accept_role": (campaign, kit.GUARDIAN),
        "set_recipient": (bob,),
        "set_operator": (bob, True),
        "set_opt_in": (True,),
        "set_opt_out": (True,),
        "state": (campaign,),
        "vested": (campaign, 1, START),
        "profile": (account,),
        "nonces": (account,),
        "claimed": (campaign, account),
    }[name]
    return getattr(stage.distributor, name).prepare_calldata(*values)


@pytest.mark.parametrize("name", REENTRIES)
def test_a_token_that_calls_back_gets_nowhere(captured, people, name):
    """It holds every right, so that only the lock stands in its way."""
    stage, token = captured, captured.token
    message = reentry(stage, name)
    with boa.env.anchor():
        boa.env.raw_call(stage.distributor.address, data=message, sender=token.address)
    token.set_call(stage.distributor.address, message)
    assert stage.claim(people.cid) == 9 * UNIT
    assert token.calls() == 1
    assert not token.went_through()


def test_a_token_that_calls_back_while_funding_gets_nowhere(open_stage, people, distributor):
    token = kit.mock("ReenteringToken")
    stage = open_stage(token=token)
    token.mint(people.owner.address, 10)
    again = distributor.fund_to.prepare_calldata(stage.campaign, kit.MILLION + 10)
    token.set_call(distributor.address, again)
    distributor.fund_to(stage.campaign, kit.MILLION + 5, sender=people.owner.address)
    assert token.calls() == 1 and not token.went_through()


def test_campaigns_of_one_token_never_pay_for_each_other(open_stage, people, token):
    """Even where a publisher commits to more than the tree's total says."""
    first = open_stage(funds=100 * UNIT)
    second = open_stage(funds=1000 * UNIT, salt=b"\x01" * 32)
    rows = first.rows(ann=90, bob=90, cid=90)
    first.go_live(rows, total=100 * UNIT)
    assert first.claim(people.ann) == 90 * UNIT
    for person in (people.bob, people.cid):
        with boa.reverts("exceeds the total"):
            first.claim(person)
    assert first.held == 10 * UNIT + 1000 * UNIT
    assert (second.state.funded, second.state.free) == (1000 * UNIT, 1000 * UNIT)


def test_an_expired_campaign_leaves_others_of_its_token_alone(open_stage, people, distributor):
    first = open_stage(funds=100 * UNIT, expiry=START + 100 * DAY)
    second = open_stage(funds=1000 * UNIT, salt=b"\x01" * 32)
    second.go_live(second.rows(ann=1000))
    kit.set_time(START + 100 * DAY)
    owner = people.owner.address
    with boa.reverts("exceeds what is free"):
        distributor.take_back(first.campaign, 100 * UNIT + 1, owner, sender=owner)
    distributor.take_back(first.campaign, 100 * UNIT, owner, sender=owner)
    assert second.claim(people.ann) == 1000 * UNIT


def test_what_is_sent_without_fund_to_belongs_to_no_campaign(live, people, token, distributor):
    token.mint(distributor, 5 * UNIT)
    assert live.state.funded == kit.MILLION
    with boa.reverts("exceeds what is free"):
        distributor.take_back(
            live.campaign,
            kit.MILLION - 157 * UNIT + 1,
            people.eve.address,
            sender=people.owner.address,
        )


def test_a_rebase_upwards_leaves_the_surplus_here(open_stage, people):
    stage = open_stage(token=kit.mock("RebasingToken"))
    stage.go_live(stage.rows(ann=100, bob=50))
    stage.token.set_rate(200)
    assert stage.claim(people.ann) == 100 * UNIT
    assert stage.token.balanceOf(people.ann.address) == 100 * UNIT
    assert stage.state.funded == kit.MILLION


def test_a_rebase_downwards_pays_until_nothing_is_left(open_stage, people):
    """Why such tokens are refused beforehand: somebody goes away with less than is owed."""
    stage = open_stage(token=kit.mock("RebasingToken"), funds=150 * UNIT)
    stage.go_live(stage.rows(ann=100, bob=50))
    stage.token.set_rate(80)
    assert stage.claim(people.ann) == 100 * UNIT
    with boa.reverts():
        stage.claim(people.bob)
    assert stage.held == 20 * UNIT
