"""Claims in batches. Branches: claim_many."""

import boa
import distributor_kit as kit
import pytest
from distributor_kit import NONE, UNIT, WINDOW


@pytest.fixture
def claim_many(distributor, people):
    def claimed(items, sender=people.eve):
        return distributor.claim_many(items, sender=sender.address)

    return claimed


def test_claim_many_of_nothing_pays_nothing(claim_many):
    assert claim_many([]) == 0


def test_claim_many_pays_every_account(live, people, claim_many, token, distributor):
    everybody = (people.ann, people.bob, people.cid)
    assert claim_many([live.item(person) for person in everybody]) == 157 * UNIT
    assert len(kit.events(distributor, "Claimed")) == 3
    assert [token.balanceOf(person.address) // UNIT for person in everybody] == [100, 50, 7]


def test_claim_many_of_one_account_in_many_campaigns(open_stage, people, claim_many, token):
    stages = [open_stage(salt=kit.word(number), claim_policy=0) for number in range(4)]
    for stage in stages:
        stage.tree = stage.propose(stage.rows(ann=2, bob=3))
    kit.pass_time(WINDOW)
    assert claim_many([stage.item(people.ann) for stage in stages], people.ann) == 8 * UNIT
    assert token.balanceOf(people.ann.address) == 8 * UNIT


def test_claim_many_pays_registered_recipients(live, people, claim_many, token, distributor):
    distributor.set_recipient(people.eve.address, sender=people.ann.address)
    claim_many([live.item(people.ann), live.item(people.bob)])
    assert token.balanceOf(people.eve.address) == 100 * UNIT


def test_claim_many_passes_over_what_has_nothing_due(live, people, claim_many):
    live.claim(people.ann)
    items = [live.item(people.ann), live.item(people.bob), live.item(people.bob)]
    assert claim_many(items) == 50 * UNIT


@pytest.mark.parametrize(
    "reason",
    [
        "unknown campaign",
        "paused",
        "account opted out",
        "another root is live",
        "proof does not fit",
    ],
)
def test_claim_many_reverts_whole_where_one_is_refused(
    live, open_stage, people, claim_many, token, distributor, reason
):
    other = open_stage(salt=b"\x01" * 32)
    other.tree = other.propose(other.rows(bob=1))
    kit.pass_time(WINDOW)
    campaign, account, entitlement, expected, proof = other.item(people.bob)
    if reason == "unknown campaign":
        campaign = NONE
    elif reason == "paused":
        distributor.pause(other.campaign, sender=people.guardian.address)
    elif reason == "account opted out":
        distributor.set_opt_out(True, sender=account)
    elif reason == "another root is live":
        expected = live.tree.root
    else:
        entitlement += 1
    with boa.reverts(reason):
        claim_many([live.item(people.ann), (campaign, account, entitlement, expected, proof)])
    assert token.balanceOf(people.ann.address) == 0


def test_claim_many_takes_32_and_refuses_33(live, people, claim_many):
    assert claim_many([live.item(people.ann)] * 32) == 100 * UNIT
    with boa.reverts():
        claim_many([live.item(people.bob)] * 33)
