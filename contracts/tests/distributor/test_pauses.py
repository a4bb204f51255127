"""Pauses. Branches: pause, unpause."""

import boa
import distributor_kit as kit
import pytest
from distributor_kit import DAY, NONE, START, UNIT, WINDOW


@pytest.fixture
def pause(distributor, people):
    def paused(stage, sender=people.guardian):
        distributor.pause(getattr(stage, "campaign", stage), sender=sender.address)

    return paused


@pytest.fixture
def unpause(distributor, people):
    def unpaused(stage, sender=people.owner):
        distributor.unpause(getattr(stage, "campaign", stage), sender=sender.address)

    return unpaused


def test_pause_in_an_unknown_campaign_reverts(pause):
    with boa.reverts("unknown campaign"):
        pause(NONE)


@pytest.mark.parametrize("name", ["publisher", "ann", "eve"])
def test_pause_by_another_than_guardian_and_owner_reverts(stage, pause, people, name):
    with boa.reverts("caller lacks the role"):
        pause(stage, sender=getattr(people, name))


@pytest.mark.parametrize("name", ["owner", "guardian"])
def test_pause_stops_claims(live, pause, people, distributor, name):
    pause(live, sender=getattr(people, name))
    (event,) = kit.events(distributor, "Paused")
    assert (event["campaign"], event["by"]) == (live.campaign, getattr(people, name).address)
    assert live.state.paused
    with boa.reverts("paused"):
        live.claim(people.ann)


def test_pause_again_reverts(stage, pause):
    pause(stage)
    kit.pass_time(5)
    with boa.reverts("paused"):
        pause(stage)


def test_pause_of_one_campaign_leaves_others_alone(live, open_stage, pause, people):
    other = open_stage(salt=b"\x01" * 32)
    pause(other)
    assert live.claim(people.ann) == 100 * UNIT


def test_pause_leaves_a_root_live_whose_window_has_passed(live, pause, unpause, people):
    tree = live.propose(live.rows(ann=130, bob=50, cid=7))
    kit.pass_time(WINDOW)
    pause(live)
    assert live.state.live.root == tree.root
    kit.pass_time(DAY)
    unpause(live)
    assert live.claim(people.ann, tree=tree) == 130 * UNIT


def test_pause_lets_vesting_go_on(open_stage, pause, unpause, people):
    vesting = kit.schedule_of("linear", start=START, duration=100 * DAY)
    stage = open_stage(schedule=vesting)
    stage.go_live(stage.rows(ann=100))
    pause(stage)
    kit.set_time(START + 60 * DAY)
    unpause(stage)
    assert stage.claim(people.ann) == 60 * UNIT


def test_unpause_in_an_unknown_campaign_reverts(unpause):
    with boa.reverts("unknown campaign"):
        unpause(NONE)


@pytest.mark.parametrize("name", ["guardian", "publisher", "eve"])
def test_unpause_by_another_than_the_owner_reverts(stage, pause, unpause, people, name):
    pause(stage)
    with boa.reverts("caller lacks the role"):
        unpause(stage, sender=getattr(people, name))


def test_unpause_without_a_pause_reverts(stage, unpause):
    with boa.reverts("not paused"):
        unpause(stage)


def test_unpause_lets_claims_go_on(live, pause, unpause, people, distributor):
    pause(live)
    kit.pass_time(1234)
    unpause(live)
    (event,) = kit.events(distributor, "Unpaused")
    assert (event["campaign"], event["duration"]) == (live.campaign, 1234)
    assert not live.state.paused
    assert live.claim(people.ann) == 100 * UNIT


def test_unpause_gives_a_pending_root_the_rest_of_its_window(live, pause, unpause, distributor):
    tree = live.propose(live.rows(ann=130, bob=50, cid=7))
    kit.pass_time(WINDOW - 10)
    pause(live)
    kit.pass_time(100 * DAY)
    assert live.state.pending.root == tree.root
    unpause(live)
    kit.pass_time(9)
    assert live.state.live.root == live.tree.root
    kit.pass_time(1)
    assert live.state.live.root == tree.root


def test_unpause_in_the_last_second_of_a_window_leaves_that_second(live, pause, unpause):
    tree = live.propose(live.rows(ann=130, bob=50, cid=7))
    kit.pass_time(WINDOW - 1)
    pause(live)
    kit.pass_time(7)
    unpause(live)
    assert live.state.pending.root == tree.root
    kit.pass_time(1)
    assert live.state.live.root == tree.root


def test_unpause_extends_the_expiry(open_stage, pause, unpause, people):
    stage = open_stage(expiry=START + 200 * DAY)
    stage.go_live(stage.rows(ann=100, bob=50))
    for length in (30 * DAY, 7):
        pause(stage)
        kit.pass_time(length)
        unpause(stage)
    end = START + 230 * DAY + 7
    assert stage.state.expiry == end
    kit.set_time(end - 1)
    assert stage.claim(people.ann) == 100 * UNIT
    kit.set_time(end)
    with boa.reverts("expired"):
        stage.claim(people.bob)


def test_unpause_never_brings_an_expired_campaign_back(open_stage, pause, unpause, people):
    stage = open_stage(expiry=START + 200 * DAY)
    stage.go_live(stage.rows(ann=100))
    kit.set_time(START + 200 * DAY)
    pause(stage)
    kit.pass_time(50 * DAY)
    unpause(stage)
    assert stage.state.free == kit.MILLION
    with boa.reverts("expired"):
        stage.claim(people.ann)


def test_unpause_leaves_a_campaign_without_expiry_without_one(stage, pause, unpause):
    pause(stage)
    kit.pass_time(DAY)
    unpause(stage)
    assert stage.state.expiry == 0


def test_pauses_keep_the_ninety_days_between_a_root_and_the_expiry(open_stage, pause, unpause):
    stage = open_stage(expiry=START + 200 * DAY)
    kit.set_time(START + 110 * DAY - WINDOW)
    stage.propose(stage.rows(ann=100))
    pause(stage)
    kit.pass_time(33 * DAY)
    unpause(stage)
    assert stage.state.expiry - stage.state.pending.live_from == 90 * DAY
