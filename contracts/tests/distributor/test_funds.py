"""Money in, and back to the owner. Branches: fund_to, take_back."""

import boa
import distributor_kit as kit
import pytest
from distributor_kit import DAY, NONE, START, UNIT, ZERO


@pytest.fixture
def empty(open_stage, people, token, distributor):
    """A campaign without funds, and an owner with ten tokens to give."""
    token.mint(people.owner.address, 10 * UNIT)
    token.approve(distributor, kit.ENDLESS, sender=people.owner.address)
    return open_stage(funds=0)


@pytest.fixture
def fund(distributor, people):
    def funded(stage, cumulative, sender=people.owner):
        return distributor.fund_to(stage.campaign, cumulative, sender=sender.address)

    return funded


@pytest.fixture
def take(distributor, people):
    def taken(stage, amount, sender=people.owner, recipient=None):
        recipient = people.eve.address if recipient is None else recipient
        distributor.take_back(stage.campaign, amount, recipient, sender=sender.address)

    return taken


def test_fund_to_of_an_unknown_campaign_reverts(distributor, people):
    with boa.reverts("unknown campaign"):
        distributor.fund_to(NONE, 1, sender=people.owner.address)


def test_fund_to_an_amount_of_more_than_128_bits_reverts(empty, fund):
    with boa.reverts("amount too large"):
        fund(empty, 2**128)


def test_fund_to_pulls_what_is_missing(empty, fund, distributor, people, token):
    assert fund(empty, 4 * UNIT) == 4 * UNIT
    assert fund(empty, 6 * UNIT) == 2 * UNIT
    (event,) = kit.events(distributor, "Funded")
    assert (event["campaign"], event["payer"]) == (empty.campaign, people.owner.address)
    assert (event["amount"], event["funded"]) == (2 * UNIT, 6 * UNIT)
    assert empty.state.funded == empty.state.free == empty.held == 6 * UNIT
    assert token.balanceOf(people.owner.address) == 4 * UNIT


@pytest.mark.parametrize("cumulative", [6 * UNIT, 5 * UNIT, 0])
def test_fund_to_what_came_in_already_does_nothing(empty, fund, distributor, cumulative):
    fund(empty, 6 * UNIT)
    assert fund(empty, cumulative) == 0
    assert kit.events(distributor, "Funded") == []
    assert empty.state.funded == empty.held == 6 * UNIT


def test_fund_to_counts_what_came_in_and_not_what_is_there(empty, fund, take):
    fund(empty, 6 * UNIT)
    take(empty, 5 * UNIT)
    assert fund(empty, 6 * UNIT) == 0
    assert fund(empty, 7 * UNIT) == UNIT
    assert (empty.state.funded, empty.state.spent, empty.held) == (7 * UNIT, 5 * UNIT, 2 * UNIT)


def test_fund_to_takes_anybody(empty, fund, people, token, distributor):
    token.mint(people.eve.address, 5)
    token.approve(distributor, 5, sender=people.eve.address)
    assert fund(empty, 5, sender=people.eve) == 5


def test_fund_to_without_allowance_or_balance_reverts(empty, fund, people, token, distributor):
    with boa.reverts("insufficient allowance"):
        fund(empty, 1, sender=people.eve)
    token.approve(distributor, kit.ENDLESS, sender=people.eve.address)
    with boa.reverts("insufficient balance"):
        fund(empty, 1, sender=people.eve)


def test_fund_to_reaches_128_bits(open_stage, people, distributor):
    token = kit.mock("PlainToken")
    token.mint(people.owner.address, 2**128 - 1)
    token.approve(distributor, kit.ENDLESS, sender=people.owner.address)
    stage = open_stage(token=token, funds=0)
    assert distributor.fund_to(stage.campaign, 2**128 - 1, sender=people.owner.address) > 0
    stage.go_live([(people.ann.address, 2**128 - 1)])
    assert stage.claim(people.ann) == 2**128 - 1


def test_take_back_of_an_unknown_campaign_reverts(distributor, people):
    with boa.reverts("unknown campaign"):
        distributor.take_back(NONE, 1, people.eve.address, sender=people.owner.address)


@pytest.mark.parametrize("name", ["publisher", "guardian", "ann", "eve"])
def test_take_back_by_another_than_the_owner_reverts(stage, take, people, name):
    with boa.reverts("caller lacks the role"):
        take(stage, 1, sender=getattr(people, name))


def test_take_back_to_nobody_reverts(stage, take):
    with boa.reverts("no recipient"):
        take(stage, 1, recipient=ZERO)


def test_take_back_pays_what_no_root_claims(live, take, people, token, distributor):
    free = live.state.free
    assert free == kit.MILLION - 157 * UNIT
    take(live, free)
    (event,) = kit.events(distributor, "TakenBack")
    assert (event["campaign"], event["recipient"]) == (live.campaign, people.eve.address)
    assert event["amount"] == free == token.balanceOf(people.eve.address)
    assert (live.state.free, live.state.spent, live.held) == (0, free, 157 * UNIT)


def test_take_back_of_what_the_live_root_claims_reverts(live, take, people):
    live.claim(people.ann)
    with boa.reverts("exceeds what is free"):
        take(live, kit.MILLION - 157 * UNIT + 1)


def test_take_back_of_what_a_pending_root_claims_reverts(live, take):
    live.propose(live.rows(ann=100, bob=50, cid=8))
    with boa.reverts("exceeds what is free"):
        take(live, kit.MILLION - 158 * UNIT + 1)
    take(live, kit.MILLION - 158 * UNIT)


def test_take_back_after_a_veto_reaches_what_the_root_claimed(live, take, people, distributor):
    tree = live.propose(live.rows(ann=100, bob=50, cid=8))
    distributor.veto(live.campaign, tree.root, sender=people.guardian.address)
    take(live, kit.MILLION - 157 * UNIT)


def test_take_back_before_the_expiry_leaves_what_is_unclaimed(open_stage, take, people):
    stage = open_stage(expiry=START + 100 * DAY)
    stage.go_live(stage.rows(ann=100, bob=50))
    kit.set_time(START + 100 * DAY - 1)
    with boa.reverts("exceeds what is free"):
        take(stage, kit.MILLION - 150 * UNIT + 1)


def test_take_back_from_the_expiry_on_takes_all_that_is_left(open_stage, take, people, token):
    stage = open_stage(expiry=START + 100 * DAY)
    stage.go_live(stage.rows(ann=100, bob=50))
    stage.claim(people.ann)
    kit.set_time(START + 100 * DAY)
    assert stage.state.free == kit.MILLION - 100 * UNIT
    take(stage, kit.MILLION - 150 * UNIT)
    take(stage, 50 * UNIT)
    assert (stage.held, stage.state.free) == (0, 0)
    with boa.reverts("exceeds what is free"):
        take(stage, 1)
    with boa.reverts("expired"):
        stage.claim(people.bob)


def test_take_back_works_in_a_pause_but_does_not_expire_there(open_stage, take, people, distributor):
    stage = open_stage(expiry=START + 100 * DAY)
    stage.go_live(stage.rows(ann=100))
    distributor.pause(stage.campaign, sender=people.guardian.address)
    kit.pass_time(1000 * DAY)
    take(stage, kit.MILLION - 100 * UNIT)
    with boa.reverts("exceeds what is free"):
        take(stage, 1)


def test_take_back_works_in_a_pause_after_the_expiry(open_stage, take, people, distributor):
    stage = open_stage(expiry=START + 100 * DAY)
    stage.go_live(stage.rows(ann=100))
    kit.set_time(START + 100 * DAY)
    distributor.pause(stage.campaign, sender=people.guardian.address)
    take(stage, kit.MILLION)
    kit.pass_time(DAY)
    distributor.unpause(stage.campaign, sender=people.owner.address)
    with boa.reverts("expired"):
        stage.claim(people.ann)


def test_take_back_writes_down_a_root_that_went_live(live, take, distributor):
    tree = live.propose(live.rows(ann=100, bob=50, cid=8))
    kit.pass_time(kit.WINDOW)
    take(live, 1)
    (event,) = kit.events(distributor, "RootLive")
    assert (event["root"], event["total"]) == (tree.root, 158 * UNIT)
