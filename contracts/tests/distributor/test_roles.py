"""Who may act, and how that changes. Branches: announce_role, accept_role, announced."""

import boa
import distributor_kit as kit
import pytest
from distributor_kit import DAY, GUARDIAN, NONE, OWNER, PUBLISHER, START, WINDOW, ZERO

DELAY = WINDOW + DAY
ALL = [(OWNER, "owner"), (PUBLISHER, "publisher"), (GUARDIAN, "guardian")]


@pytest.fixture
def announce(distributor, people):
    def announced(stage, role, person=people.eve, sender=people.owner):
        account = getattr(person, "address", person)
        distributor.announce_role(stage.campaign, role, account, sender=sender.address)

    return announced


@pytest.fixture
def accept(distributor, people):
    def accepted(stage, role, sender=people.eve):
        distributor.accept_role(stage.campaign, role, sender=sender.address)

    return accepted


def test_announce_role_in_an_unknown_campaign_reverts(distributor, people):
    with boa.reverts("caller lacks the role"):
        distributor.announce_role(NONE, OWNER, people.eve.address, sender=people.owner.address)


@pytest.mark.parametrize("name", ["publisher", "guardian", "eve"])
def test_announce_role_by_another_than_the_owner_reverts(stage, announce, people, name):
    with boa.reverts("caller lacks the role"):
        announce(stage, OWNER, sender=getattr(people, name))


def test_announce_an_unknown_role_reverts(stage, announce):
    with boa.reverts("unknown role"):
        announce(stage, 3)


@pytest.mark.parametrize("role, name", ALL)
def test_announce_role_names_who_may_accept_and_when(stage, announce, people, distributor, role, name):
    announce(stage, role)
    (event,) = kit.events(distributor, "RoleAnnounced")
    assert (event["campaign"], event["role"]) == (stage.campaign, role)
    assert (event["account"], event["acceptable_from"]) == (people.eve.address, START + DELAY)
    assert distributor.announced(stage.campaign, role) == (people.eve.address, START + DELAY)
    assert getattr(stage.state, name) == getattr(people, name).address


def test_announce_role_again_starts_the_time_anew(stage, announce, accept, people):
    announce(stage, PUBLISHER, people.cid)
    kit.pass_time(DELAY)
    announce(stage, PUBLISHER)
    with boa.reverts("not announced"):
        accept(stage, PUBLISHER, people.cid)
    with boa.reverts("too early"):
        accept(stage, PUBLISHER)


def test_announce_nobody_takes_an_announcement_back(stage, announce, accept, distributor):
    announce(stage, PUBLISHER)
    announce(stage, PUBLISHER, ZERO)
    assert distributor.announced(stage.campaign, PUBLISHER)[0] == ZERO
    kit.pass_time(DELAY)
    with boa.reverts("not announced"):
        accept(stage, PUBLISHER)


@pytest.mark.parametrize("role, name", ALL)
def test_accept_role_makes_the_announced_one_the_holder(
    stage, announce, accept, people, distributor, role, name
):
    announce(stage, role)
    kit.pass_time(DELAY)
    accept(stage, role)
    (event,) = kit.events(distributor, "RoleAccepted")
    assert (event["campaign"], event["role"]) == (stage.campaign, role)
    assert event["account"] == getattr(stage.state, name) == people.eve.address
    assert distributor.announced(stage.campaign, role) == (ZERO, 0)
    with boa.reverts("not announced"):
        accept(stage, role)


def test_accept_an_unknown_role_reverts(stage, accept):
    with boa.reverts("unknown role"):
        accept(stage, 3)


def test_accept_role_that_was_announced_for_another_reverts(stage, announce, accept, people):
    announce(stage, GUARDIAN, people.cid)
    kit.pass_time(DELAY)
    for person in (people.eve, people.owner, people.guardian):
        with boa.reverts("not announced"):
            accept(stage, GUARDIAN, person)


def test_accept_role_before_the_time_reverts(stage, announce, accept):
    announce(stage, GUARDIAN)
    kit.pass_time(DELAY - 1)
    with boa.reverts("too early"):
        accept(stage, GUARDIAN)
    kit.pass_time(1)
    accept(stage, GUARDIAN)


def test_a_role_waits_longer_than_any_root(live, announce, accept, people, distributor):
    """A new guardian cannot come in time to let a root pass that the old one has seen."""
    announce(live, GUARDIAN)
    tree = live.propose(live.rows(ann=130, bob=50, cid=7))
    kit.pass_time(WINDOW - 1)
    with boa.reverts("too early"):
        accept(live, GUARDIAN)
    distributor.veto(live.campaign, tree.root, sender=people.guardian.address)


def test_a_new_owner_starts_without_announcements_of_the_old_one(stage, announce, accept, people):
    announce(stage, OWNER)
    announce(stage, PUBLISHER, people.cid)
    kit.pass_time(DELAY)
    accept(stage, OWNER)
    with boa.reverts("not announced"):
        accept(stage, PUBLISHER, people.cid)


def test_other_roles_leave_other_announcements_standing(stage, announce, accept, people):
    announce(stage, GUARDIAN)
    announce(stage, PUBLISHER, people.cid)
    kit.pass_time(DELAY)
    accept(stage, GUARDIAN)
    accept(stage, PUBLISHER, people.cid)
    assert stage.state.publisher == people.cid.address


def test_old_holders_lose_their_rights(stage, announce, accept, people, distributor):
    announce(stage, OWNER)
    kit.pass_time(DELAY)
    accept(stage, OWNER)
    with boa.reverts("caller lacks the role"):
        distributor.take_back(stage.campaign, 1, people.owner.address, sender=people.owner.address)
    distributor.take_back(stage.campaign, 1, people.eve.address, sender=people.eve.address)


def test_the_identifier_names_the_first_roles_only(stage, announce, accept, people, distributor):
    announce(stage, PUBLISHER)
    kit.pass_time(DELAY)
    accept(stage, PUBLISHER)
    again = distributor.create(
        stage.token.address,
        NONE,
        kit.terms_tuple(stage.terms),
        sender=people.owner.address,
    )
    assert again == stage.campaign
    assert stage.state.publisher == people.eve.address
