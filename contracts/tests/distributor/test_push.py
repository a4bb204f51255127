"""Payouts without claims. Branches: push."""

import boa
import distributor_kit as kit
import pytest
from distributor_kit import NONE, UNIT, ZERO, word

PAYOUT = word(7)


@pytest.fixture
def push(distributor, people):
    def pushed(stage, entries, payout=PAYOUT, sender=people.owner, amounts=None, gas=None):
        recipients = [getattr(person, "address", person) for person, _ in entries]
        amounts = [amount for _, amount in entries] if amounts is None else amounts
        return distributor.push(
            stage.campaign, payout, recipients, amounts, sender=sender.address, gas=gas
        )

    return pushed


@pytest.fixture
def blocking(open_stage):
    return open_stage(token=kit.mock("BlockingToken"))


def test_push_of_an_unknown_campaign_reverts(distributor, people):
    with boa.reverts("unknown campaign"):
        distributor.push(NONE, PAYOUT, [], [], sender=people.owner.address)


def test_push_while_paused_reverts(stage, push, people, distributor):
    distributor.pause(stage.campaign, sender=people.owner.address)
    with boa.reverts("paused"):
        push(stage, [(people.ann, 1)])


@pytest.mark.parametrize("name", ["publisher", "guardian", "ann", "eve"])
def test_push_by_another_than_the_owner_reverts(stage, push, people, name):
    with boa.reverts("caller lacks the role"):
        push(stage, [(people.ann, 1)], sender=getattr(people, name))


def test_push_of_lists_of_different_length_reverts(stage, push, people):
    with boa.reverts("lists differ in length"):
        push(stage, [(people.ann, 1)], amounts=[1, 2])


def test_push_pays_everybody_once(stage, push, people, token, distributor):
    assert push(stage, [(people.ann, 5), (people.bob, 7), (people.ann, 1)]) == 13
    (event,) = kit.events(distributor, "Pushed")
    assert (event["campaign"], event["payout_id"]) == (stage.campaign, PAYOUT)
    assert (event["paid"], event["skipped"]) == (13, 0)
    assert (token.balanceOf(people.ann.address), token.balanceOf(people.bob.address)) == (6, 7)
    assert (stage.state.spent, stage.held) == (13, kit.MILLION - 13)
    assert distributor.is_pushed(stage.campaign, PAYOUT)


def test_push_under_the_same_id_does_nothing(stage, push, people, token, distributor):
    push(stage, [(people.ann, 5)])
    assert push(stage, [(people.ann, 5)]) == 0
    assert push(stage, [(people.bob, 9)]) == 0
    assert kit.events(distributor, "Pushed") == []
    assert (token.balanceOf(people.ann.address), token.balanceOf(people.bob.address)) == (5, 0)


def test_push_under_the_same_id_in_another_campaign_pays(stage, open_stage, push, people, token):
    other = open_stage(salt=b"\x01" * 32)
    assert push(stage, [(people.ann, 5)]) == push(other, [(people.ann, 5)]) == 5
    assert token.balanceOf(people.ann.address) == 10


def test_push_of_what_the_live_root_claims_reverts(live, push, people):
    with boa.reverts("exceeds what is free"):
        push(live, [(people.eve, kit.MILLION - 157 * UNIT), (people.eve, 1)])
    assert push(live, [(people.eve, kit.MILLION - 157 * UNIT)]) > 0
    assert live.claim(people.ann) == 100 * UNIT


def test_push_of_what_a_pending_root_claims_reverts(live, push, people):
    live.propose(live.rows(ann=100, bob=50, cid=8))
    with boa.reverts("exceeds what is free"):
        push(live, [(people.eve, kit.MILLION - 158 * UNIT + 1)])


def test_push_of_amounts_that_overflow_reverts(stage, push, people):
    with boa.reverts():
        push(stage, [(people.ann, 2**256 - 1), (people.bob, 2)])


def test_push_to_nobody_reverts(stage, push, people):
    with boa.reverts("no recipient"):
        push(stage, [(people.ann, 1), (ZERO, 1)])


def test_push_to_the_distributor_itself_reverts(stage, push, distributor):
    with boa.reverts("token moved another amount"):
        push(stage, [(distributor.address, 1)])


@pytest.mark.parametrize("mode", [1, 2, 3])
def test_push_skips_a_recipient_whose_transfer_fails(blocking, push, people, distributor, mode):
    blocking.token.set_mode(people.bob.address, mode)
    paid = push(blocking, [(people.ann, 5), (people.bob, 7), (people.cid, 9)])
    logs = kit.events(distributor, "PushSkipped") + kit.events(distributor, "Pushed")
    assert paid == 14 == logs[1]["paid"] and logs[1]["skipped"] == 1
    assert (logs[0]["recipient"], logs[0]["amount"]) == (people.bob.address, 7)
    assert blocking.token.balanceOf(people.cid.address) == 9
    assert (blocking.state.spent, blocking.state.free) == (14, kit.MILLION - 14)
    blocking.token.set_mode(people.bob.address, 0)
    assert push(blocking, [(people.bob, 7)]) == 0, "its payout is done: another id pays it"
    assert push(blocking, [(people.bob, 7)], payout=word(8)) == 7


def test_push_skips_a_recipient_where_the_token_says_false(open_stage, push, people, distributor):
    stage = open_stage(token=kit.mock("FalseToken"))
    stage.token.set_mode(1)
    assert push(stage, [(people.ann, 5)]) == 0
    assert kit.events(distributor, "Pushed")[0]["skipped"] == 1
    assert (stage.state.spent, stage.held) == (0, kit.MILLION)


@pytest.mark.parametrize("mode", [2, 3])
def test_push_through_a_token_that_lies_reverts(open_stage, push, people, mode):
    stage = open_stage(token=kit.mock("FalseToken"))
    stage.token.set_mode(mode)
    with boa.reverts("token moved another amount"):
        push(stage, [(people.ann, 5)])


def test_push_through_a_token_that_returns_nothing_pays(open_stage, push, people):
    stage = open_stage(token=kit.mock("SilentToken"))
    assert push(stage, [(people.ann, 5), (people.bob, 6)]) == 11
    assert stage.token.balanceOf(people.ann.address) == 5


def test_push_through_a_token_that_debits_more_reverts(open_stage, push, people):
    stage = open_stage(token=kit.mock("DebitExtraToken"))
    stage.token.set_greedy(True)
    with boa.reverts("token moved another amount"):
        push(stage, [(people.ann, 5)])


def test_push_never_skips_for_want_of_gas(stage, push, people, token):
    """Under any limit it pays all of the list or nothing."""
    entries = [(kit.Person(f"payee {number}"), 1) for number in range(6)]
    outcomes = set()
    for gas in range(60_000, 420_000, 9_000):
        with boa.env.anchor():
            try:
                paid = push(stage, entries, gas=gas)
            except boa.BoaError:
                paid = None
            outcomes.add(paid)
    assert outcomes == {None, 6}


def test_push_reverts_where_a_failing_transfer_had_too_little_gas(blocking, push, people):
    blocking.token.set_mode(people.bob.address, 2)
    assert push(blocking, [(people.bob, 1)], gas=900_000) == 0
    with boa.reverts("too little gas"):
        push(blocking, [(people.bob, 1)], payout=word(9), gas=400_000)


def test_push_of_the_longest_list(stage, push, people, token):
    entries = [(kit.Person("one of many"), 1)] * 700
    assert push(stage, entries) == 700
    with boa.reverts():
        push(stage, entries + entries[:1], payout=word(8))


def test_push_of_an_empty_list_uses_up_its_id(stage, push, people, distributor):
    assert push(stage, []) == 0
    assert distributor.is_pushed(stage.campaign, PAYOUT)
    assert push(stage, [(people.ann, 1)]) == 0
