"""Pending roots, and how they go live. Branches: propose, activate."""

import boa
import distributor_kit as kit
import pytest
from distributor_kit import COMMITMENT, DAY, NONE, START, UNIT, URI, WINDOW

ROOT = b"\x0a" * 32
OTHER = b"\x0b" * 32


@pytest.fixture
def propose(distributor, people):
    def proposed(stage, sender=people.publisher, parent=NONE, root=ROOT, **more):
        values = {"commitment": COMMITMENT, "total": 157 * UNIT, "uri": URI, **more}
        distributor.propose(
            getattr(stage, "campaign", stage), parent, root, *values.values(), sender=sender.address
        )

    return proposed


def test_propose_in_an_unknown_campaign_reverts(propose):
    with boa.reverts("unknown campaign"):
        propose(NONE)


def test_propose_while_paused_reverts(stage, propose, people, distributor):
    distributor.pause(stage.campaign, sender=people.guardian.address)
    with boa.reverts("paused"):
        propose(stage)


@pytest.mark.parametrize("name", ["owner", "guardian", "ann", "eve"])
def test_propose_by_another_than_the_publisher_reverts(stage, propose, people, name):
    with boa.reverts("caller lacks the role"):
        propose(stage, sender=getattr(people, name))


def test_propose_without_a_root_reverts(stage, propose):
    with boa.reverts("no root"):
        propose(stage, root=NONE)


def test_propose_without_a_commitment_reverts(stage, propose):
    with boa.reverts("no commitment"):
        propose(stage, commitment=NONE)


def test_propose_makes_a_root_pending(stage, propose, distributor):
    propose(stage)
    (event,) = kit.events(distributor, "Proposed")
    assert (event["campaign"], event["root"]) == (stage.campaign, ROOT)
    assert (event["parent_root"], event["commitment"]) == (NONE, COMMITMENT)
    assert (event["total"], event["live_from"]) == (157 * UNIT, START + WINDOW)
    assert event["uri"] == URI
    assert stage.state.pending == (ROOT, COMMITMENT, 157 * UNIT, START + WINDOW)
    assert stage.state.live == (NONE, NONE, 0, 0)
    assert stage.state.free == kit.MILLION - 157 * UNIT


def test_propose_on_another_parent_reverts(live, propose):
    for parent in (NONE, OTHER, ROOT):
        with boa.reverts("parent is not live"):
            propose(live, parent=parent, commitment=OTHER)


def test_propose_on_a_pending_parent_reverts(stage, propose):
    propose(stage)
    kit.pass_time(WINDOW - 1)
    with boa.reverts("parent is not live"):
        propose(stage, parent=ROOT, root=OTHER)


def test_propose_on_a_root_whose_window_has_passed_builds_on_it(stage, propose, distributor):
    propose(stage)
    kit.pass_time(WINDOW)
    propose(stage, parent=ROOT, root=OTHER)
    assert [event["root"] for event in kit.events(distributor, "RootLive")] == [ROOT]
    assert (stage.state.live.root, stage.state.pending.root) == (ROOT, OTHER)


def test_propose_with_a_total_that_falls_reverts(live, propose):
    with boa.reverts("total falls"):
        propose(live, parent=live.tree.root, total=157 * UNIT - 1)
    propose(live, parent=live.tree.root, total=157 * UNIT)


def test_propose_with_an_increase_above_the_limit_reverts(open_stage, propose):
    stage = open_stage(maximum_increase=100)
    with boa.reverts("increase too large"):
        propose(stage, total=101)
    propose(stage, total=100)
    kit.pass_time(WINDOW)
    with boa.reverts("increase too large"):
        propose(stage, parent=ROOT, root=OTHER, total=201)
    propose(stage, parent=ROOT, root=OTHER, total=200)


def test_propose_measures_the_increase_from_the_live_root(open_stage, propose):
    stage = open_stage(maximum_increase=100)
    propose(stage, total=100)
    with boa.reverts("increase too large"):
        propose(stage, root=OTHER, total=150)


def test_propose_above_the_funds_reverts(open_stage, propose):
    stage = open_stage(funds=1000)
    with boa.reverts("total exceeds funds"):
        propose(stage, total=1001)
    propose(stage, total=1000)


def test_propose_above_what_was_not_spent_reverts(open_stage, propose, distributor, people):
    stage = open_stage(funds=1000)
    owner = people.owner.address
    distributor.take_back(stage.campaign, 100, people.eve.address, sender=owner)
    distributor.push(stage.campaign, NONE, [people.eve.address], [10], sender=owner)
    with boa.reverts("total exceeds funds"):
        propose(stage, total=891)
    propose(stage, total=890)


def test_propose_counts_what_was_claimed_as_committed(open_stage, propose, people):
    stage = open_stage(funds=100 * UNIT)
    stage.go_live(stage.rows(ann=100))
    stage.claim(people.ann)
    propose(stage, parent=stage.tree.root, total=100 * UNIT)


def test_propose_what_is_pending_already_does_nothing(stage, propose, distributor):
    propose(stage)
    kit.pass_time(WINDOW - 1)
    propose(stage)
    propose(stage, uri="another place", parent=OTHER)
    assert kit.events(distributor, "Proposed") == []
    assert stage.state.pending.live_from == START + WINDOW


def test_propose_what_is_live_already_does_nothing(stage, propose, distributor):
    propose(stage)
    kit.pass_time(WINDOW)
    propose(stage)
    assert kit.events(distributor, "Proposed") == []
    assert (stage.state.live.root, stage.state.pending.root) == (ROOT, NONE)


@pytest.mark.parametrize("other", [{"root": OTHER}, {"commitment": OTHER}, {"total": 158 * UNIT}])
def test_propose_another_replaces_the_pending_one(
    stage, propose, distributor, other
):
    propose(stage)
    kit.pass_time(WINDOW - 1)
    propose(stage, **other)
    expected = {"root": ROOT, "commitment": COMMITMENT, "total": 157 * UNIT, **other}
    end = START + 2 * WINDOW - 1
    assert stage.state.pending == (*expected.values(), end)
    kit.set_time(end - 1)
    distributor.activate(stage.campaign)
    assert stage.state.live.root == NONE


def test_propose_what_was_vetoed_reverts(stage, propose, distributor, people):
    propose(stage)
    distributor.veto(stage.campaign, ROOT, sender=people.guardian.address)
    with boa.reverts("was vetoed"):
        propose(stage)
    propose(stage, commitment=OTHER)


def test_propose_a_vetoed_root_with_another_total_is_taken(stage, propose, distributor, people):
    propose(stage)
    distributor.veto(stage.campaign, ROOT, sender=people.guardian.address)
    propose(stage, total=158 * UNIT)


def test_propose_what_was_voided_reverts_under_any_commitment(stage, propose, distributor, people):
    tree = stage.propose(stage.rows(ann=100), total=99 * UNIT)
    distributor.void_exceeding(stage.campaign, people.ann.address, 100 * UNIT, [])
    for commitment in (COMMITMENT, OTHER):
        with boa.reverts("was voided"):
            propose(stage, root=tree.root, total=99 * UNIT, commitment=commitment)
    propose(stage, root=tree.root, total=100 * UNIT)


def test_propose_too_near_the_expiry_reverts(open_stage, propose):
    stage = open_stage(expiry=START + 200 * DAY)
    kit.set_time(START + 110 * DAY - WINDOW + 1)
    with boa.reverts("too near the expiry"):
        propose(stage)
    kit.set_time(START + 110 * DAY - WINDOW)
    propose(stage)
    assert stage.state.pending.live_from == START + 110 * DAY


def test_propose_takes_a_long_locator_and_refuses_a_longer_one(stage, propose, distributor):
    propose(stage, uri="u" * 256)
    assert kit.events(distributor, "Proposed")[0]["uri"] == "u" * 256
    with pytest.raises(Exception, match="256"):
        propose(stage, uri="u" * 257)


def test_activate_in_an_unknown_campaign_reverts(distributor):
    with boa.reverts("unknown campaign"):
        distributor.activate(NONE)


def test_activate_before_the_window_has_passed_does_nothing(stage, propose, distributor):
    propose(stage)
    kit.pass_time(WINDOW - 1)
    distributor.activate(stage.campaign)
    assert kit.events(distributor, "RootLive") == []
    assert (stage.state.live.root, stage.state.pending.root) == (NONE, ROOT)


def test_activate_writes_down_that_a_root_is_live(stage, propose, distributor, people):
    propose(stage)
    kit.pass_time(WINDOW)
    before = stage.state
    distributor.activate(stage.campaign, sender=people.eve.address)
    (event,) = kit.events(distributor, "RootLive")
    assert (event["campaign"], event["root"]) == (stage.campaign, ROOT)
    assert event["total"] == 157 * UNIT
    assert before == stage.state
    assert stage.state.live == (ROOT, COMMITMENT, 157 * UNIT, 0)
    distributor.activate(stage.campaign)
    assert kit.events(distributor, "RootLive") == []


def test_activate_while_paused_does_nothing(stage, propose, distributor, people):
    propose(stage)
    distributor.pause(stage.campaign, sender=people.guardian.address)
    kit.pass_time(10 * WINDOW)
    distributor.activate(stage.campaign)
    assert (stage.state.live.root, stage.state.pending.root) == (NONE, ROOT)


def test_roots_follow_each_other_through_many_epochs(open_stage, people):
    """Records alternate: each root pays in its turn, with cumulative amounts."""
    stage = open_stage()
    for epoch in range(1, 6):
        tree = stage.go_live(stage.rows(ann=epoch, bob=2 * epoch))
        assert stage.state.live.root == tree.root
        assert stage.claim(people.ann) == UNIT
    assert stage.claim(people.bob) == 10 * UNIT
