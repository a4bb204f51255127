"""Claims, one by one. Branches: claim."""

import boa
import distributor_kit as kit
import pytest
from distributor_kit import DAY, NONE, START, UNIT, WINDOW, schedule_of
from distributor_tree import tall_tree

LINEAR = schedule_of("linear", start=START, cliff=10 * DAY, duration=100 * DAY, initial_unlock=10**8)


@pytest.fixture
def closed(open_stage):
    """Only accounts and their operators may claim."""
    stage = open_stage(claim_policy=0)
    stage.go_live(stage.rows(ann=100, bob=50))
    return stage


@pytest.fixture
def wallet(people):
    return kit.mock("Wallet", people.eve.address)


def test_claim_in_an_unknown_campaign_reverts(distributor, people):
    with boa.reverts("unknown campaign"):
        distributor.claim(NONE, people.ann.address, 1, [], NONE, sender=people.ann.address)


def test_claim_while_paused_reverts(live, people, distributor):
    distributor.pause(live.campaign, sender=people.guardian.address)
    with boa.reverts("paused"):
        live.claim(people.ann)


def test_claim_pays_the_account(live, people, token, distributor):
    assert live.claim(people.ann) == 100 * UNIT
    (event,) = kit.events(distributor, "Claimed")
    assert (event["campaign"], event["account"]) == (live.campaign, people.ann.address)
    assert (event["recipient"], event["amount"]) == (people.ann.address, 100 * UNIT)
    assert token.balanceOf(people.ann.address) == 100 * UNIT
    assert distributor.claimed(live.campaign, people.ann.address) == 100 * UNIT
    assert (live.state.claimed, live.held) == (100 * UNIT, kit.MILLION - 100 * UNIT)


def test_claim_again_pays_nothing(live, people, token, distributor):
    live.claim(people.ann)
    assert live.claim(people.ann) == 0
    assert kit.events(distributor, "Claimed") == []
    assert token.balanceOf(people.ann.address) == 100 * UNIT


def test_claim_under_a_new_root_pays_the_difference(live, people):
    live.claim(people.ann)
    live.go_live(live.rows(ann=130, bob=50, cid=7))
    assert live.claim(people.ann) == 30 * UNIT
    assert live.claim(people.bob) == 50 * UNIT


def test_claim_under_a_lower_root_pays_nothing(live, people):
    """Nobody voided it: what was paid stays paid, and no number falls below zero."""
    live.claim(people.ann)
    live.go_live(live.rows(ann=60, bob=57, cid=40))
    assert live.claim(people.ann) == 0
    assert live.claim(people.bob) == 57 * UNIT


def test_claim_where_no_root_is_live_reverts(stage, people):
    stage.tree = stage.propose(stage.rows(ann=100))
    with boa.reverts("proof does not fit"):
        stage.claim(people.ann)


def test_claim_of_a_pending_root_reverts_until_its_window_has_passed(live, people):
    live.propose(live.rows(ann=130, bob=50, cid=7))
    kit.pass_time(WINDOW - 1)
    with boa.reverts("proof does not fit"):
        live.claim(people.ann, tree=live.pending_tree)
    assert live.claim(people.ann) == 100 * UNIT
    kit.pass_time(1)
    assert live.claim(people.ann, tree=live.pending_tree) == 30 * UNIT


def test_claim_that_expects_the_live_root_pays(live, people):
    assert live.claim(people.ann, expected=live.tree.root) == 100 * UNIT


def test_claim_that_expects_another_root_reverts(live, people):
    tree = live.propose(live.rows(ann=130, bob=50, cid=7))
    with boa.reverts("another root is live"):
        live.claim(people.ann, tree=tree, expected=tree.root)
    kit.pass_time(WINDOW)
    with boa.reverts("another root is live"):
        live.claim(people.ann, expected=live.tree.root)


def test_claim_from_the_expiry_on_reverts(open_stage, people):
    stage = open_stage(expiry=START + 200 * DAY)
    stage.go_live(stage.rows(ann=100, bob=50))
    kit.set_time(START + 200 * DAY - 1)
    assert stage.claim(people.ann) == 100 * UNIT
    kit.set_time(START + 200 * DAY)
    with boa.reverts("expired"):
        stage.claim(people.bob)


def test_claim_with_a_proof_that_does_not_fit_reverts(live, people, distributor):
    ann = people.ann.address
    with boa.reverts("proof does not fit"):
        distributor.claim(live.campaign, ann, 101 * UNIT, live.tree.proof(ann), NONE, sender=ann)


def test_claim_of_an_entitlement_of_more_than_128_bits_reverts(live, people):
    rows = live.rows(bob=50, cid=7) + [(people.ann.address, 2**128)]
    live.go_live(rows, total=157 * UNIT)
    with boa.reverts("amount too large"):
        live.claim(people.ann)


def test_claim_beyond_the_total_reverts(live, people):
    """A tree whose leaves exceed its total pays no more than the total."""
    live.go_live(live.rows(ann=150, bob=50, cid=7), total=157 * UNIT)
    live.claim(people.ann)
    with boa.reverts("exceeds the total"):
        live.claim(people.bob)
    assert live.claim(people.cid) == 7 * UNIT
    assert live.state.claimed == live.state.live.total == 157 * UNIT


def test_claim_pays_what_has_vested(open_stage, people, token):
    stage = open_stage(schedule=LINEAR)
    stage.go_live(stage.rows(ann=100))
    assert stage.claim(people.ann) == 10 * UNIT
    assert stage.claim(people.ann) == 0
    kit.set_time(START + 10 * DAY - 1)
    assert stage.claim(people.ann) == 0
    kit.set_time(START + 10 * DAY)
    assert stage.claim(people.ann) == 9 * UNIT
    kit.set_time(START + 100 * DAY)
    assert stage.claim(people.ann) == 81 * UNIT
    assert token.balanceOf(people.ann.address) == 100 * UNIT


def test_claim_before_the_start_of_vesting_pays_nothing(open_stage, people):
    stage = open_stage(schedule={**LINEAR, "start": START + 50 * DAY})
    stage.go_live(stage.rows(ann=100))
    assert stage.claim(people.ann) == 0


def test_claim_of_a_later_root_vests_by_the_same_schedule(open_stage, people):
    """One cohort: what a later root adds has vested as far as everything else."""
    stage = open_stage(schedule=LINEAR)
    stage.go_live(stage.rows(ann=100))
    kit.set_time(START + 50 * DAY)
    assert stage.claim(people.ann) == 55 * UNIT
    stage.go_live(stage.rows(ann=200))
    kit.set_time(START + 60 * DAY)
    assert stage.claim(people.ann) == (128 - 55) * UNIT


def test_claim_pays_the_registered_recipient(live, people, token, distributor):
    distributor.set_recipient(people.cid.address, sender=people.ann.address)
    live.claim(people.ann)
    assert kit.events(distributor, "Claimed")[0]["recipient"] == people.cid.address
    assert token.balanceOf(people.cid.address) == 100 * UNIT
    assert token.balanceOf(people.ann.address) == 0


def test_claim_by_an_operator_pays_the_account(closed, people, token, distributor):
    distributor.set_operator(people.eve.address, True, sender=people.ann.address)
    assert closed.claim(people.ann, sender=people.eve) == 100 * UNIT
    assert token.balanceOf(people.ann.address) == 100 * UNIT


def test_claim_by_an_operator_pays_the_registered_recipient(closed, people, token, distributor):
    distributor.set_operator(people.eve.address, True, sender=people.ann.address)
    distributor.set_recipient(people.cid.address, sender=people.ann.address)
    closed.claim(people.ann, sender=people.eve)
    assert token.balanceOf(people.cid.address) == 100 * UNIT


def test_claim_by_another_where_only_accounts_claim_reverts(closed, people):
    with boa.reverts("only account or operator"):
        closed.claim(people.ann, sender=people.eve)


def test_claim_by_another_where_anyone_claims_pays_the_account(live, people, token):
    assert live.claim(people.ann, sender=people.eve) == 100 * UNIT
    assert token.balanceOf(people.ann.address) == 100 * UNIT
    assert token.balanceOf(people.eve.address) == 0


def test_claim_by_another_for_one_who_opted_out_reverts(live, people, distributor):
    distributor.set_opt_out(True, sender=people.ann.address)
    with boa.reverts("account opted out"):
        live.claim(people.ann, sender=people.eve)
    distributor.set_operator(people.eve.address, True, sender=people.ann.address)
    assert live.claim(people.ann, sender=people.eve) == 100 * UNIT


def test_claim_by_oneself_after_opting_out_pays(live, people, distributor):
    distributor.set_opt_out(True, sender=people.ann.address)
    assert live.claim(people.ann) == 100 * UNIT


def test_claim_by_another_for_an_account_with_code_reverts(stage, people, wallet, distributor):
    stage.go_live([(wallet.address, 5), (people.ann.address, 6)])
    with boa.reverts("account has code"):
        stage.claim(wallet, sender=people.eve)


def test_claim_by_another_for_an_account_with_code_that_opted_in_pays(
    stage, people, wallet, distributor, token
):
    stage.go_live([(wallet.address, 5), (people.ann.address, 6)])
    opt_in = distributor.set_opt_in.prepare_calldata(True)
    wallet.run(distributor.address, opt_in, sender=people.eve.address)
    assert stage.claim(wallet, sender=people.bob) == 5
    assert token.balanceOf(wallet) == 5


def test_claim_by_another_for_one_who_opted_in_and_out_reverts(stage, people, wallet, distributor):
    stage.go_live([(wallet.address, 5), (people.ann.address, 6)])
    for call in (distributor.set_opt_in, distributor.set_opt_out):
        wallet.run(distributor.address, call.prepare_calldata(True), sender=people.eve.address)
    with boa.reverts("account opted out"):
        stage.claim(wallet, sender=people.bob)


def test_claim_by_an_account_with_code_pays_it(stage, people, wallet, distributor, token):
    stage.go_live([(wallet.address, 5), (people.ann.address, 6)])
    proof = stage.tree.proof(wallet.address)
    data = distributor.claim.prepare_calldata(stage.campaign, wallet.address, 5, proof, NONE)
    wallet.run(distributor.address, data, sender=people.eve.address)
    assert token.balanceOf(wallet) == 5


def test_claim_for_nobody_reverts(stage, people):
    stage.go_live([(kit.ZERO, 5), (people.ann.address, 6)])
    with boa.reverts("no recipient"):
        stage.claim(kit.ZERO, sender=people.eve)


def test_claim_to_the_distributor_itself_reverts(live, people, distributor):
    distributor.set_recipient(distributor.address, sender=people.ann.address)
    with boa.reverts("token moved another amount"):
        live.claim(people.ann)


def test_claim_takes_the_longest_proof_and_refuses_a_longer_one(stage, people, distributor):
    ann = people.ann.address
    root, (proof,) = tall_tree(stage.campaign, [(ann, 5)], 32)
    publisher = people.publisher.address
    distributor.propose(stage.campaign, NONE, root, kit.COMMITMENT, 5, "", sender=publisher)
    kit.pass_time(WINDOW)
    assert distributor.claim(stage.campaign, ann, 5, proof, NONE, sender=ann) == 5
    with boa.reverts():
        distributor.claim(stage.campaign, ann, 5, proof + [NONE], NONE, sender=ann)


def test_claim_from_a_tree_of_one_leaf_needs_no_sibling(stage, people):
    stage.go_live(stage.rows(ann=5))
    assert stage.tree.proof(people.ann.address) == []
    assert stage.claim(people.ann) == 5 * UNIT
