"""How a pending root ends. Branches: veto, void_lowered, void_doubled, void_exceeding."""

import boa
import distributor_kit as kit
import pytest
from distributor_kit import NONE, UNIT, WINDOW
from distributor_tree import Tree

LOWERED, DOUBLED, EXCEEDING = 1, 2, 3


@pytest.fixture
def veto(distributor, people):
    def vetoed(stage, root=None, sender=people.guardian):
        root = stage.pending_tree.root if root is None else root
        distributor.veto(getattr(stage, "campaign", stage), root, sender=sender.address)

    return vetoed


@pytest.fixture
def void(distributor, people):
    """By proof: of the live and the pending leaf, of two pending leaves, or of one."""

    def voided(stage, how, person, *entitlements, first=None, second=None):
        account, pending = person.address, stage.pending_tree
        values = []
        trees = [first or (stage.tree if how == LOWERED else pending), second or pending]
        for tree, entitlement in zip(trees[-len(entitlements) :], entitlements):
            values += [entitlement * UNIT, tree.proof(account, entitlement * UNIT)]
        name = {LOWERED: "void_lowered", DOUBLED: "void_doubled", EXCEEDING: "void_exceeding"}[how]
        getattr(distributor, name)(stage.campaign, account, *values, sender=people.eve.address)

    return voided


def was_voided(stage, tree, reason, person):
    (event,) = kit.events(stage.distributor, "Voided")
    assert (event["campaign"], event["root"]) == (stage.campaign, tree.root)
    assert (event["account"], event["reason"]) == (person.address, reason)
    assert stage.state.pending == (NONE, NONE, 0, 0)
    kit.pass_time(10 * WINDOW)
    stage.distributor.activate(stage.campaign)
    return stage.state.live.root == (stage.tree.root if stage.tree else NONE)


# veto


def test_veto_in_an_unknown_campaign_reverts(veto):
    with boa.reverts("unknown campaign"):
        veto(NONE, root=NONE)


@pytest.mark.parametrize("name", ["owner", "publisher", "ann", "eve"])
def test_veto_by_another_than_the_guardian_reverts(live, veto, people, name):
    live.propose(live.rows(ann=101, bob=50, cid=7))
    with boa.reverts("caller lacks the role"):
        veto(live, sender=getattr(people, name))


def test_veto_where_nothing_is_pending_reverts(live, veto):
    for root in (NONE, live.tree.root):
        with boa.reverts("root is not pending"):
            veto(live, root=root)


def test_veto_of_a_root_that_was_replaced_reverts(live, veto):
    first = live.propose(live.rows(ann=101, bob=50, cid=7))
    live.propose(live.rows(ann=102, bob=50, cid=7))
    with boa.reverts("root is not pending"):
        veto(live, root=first.root)


def test_veto_ends_the_pending_root(live, veto, distributor, people):
    tree = live.propose(live.rows(ann=101, bob=50, cid=7))
    kit.pass_time(WINDOW - 1)
    veto(live)
    (event,) = kit.events(distributor, "Vetoed")
    assert (event["campaign"], event["root"]) == (live.campaign, tree.root)
    kit.pass_time(10 * WINDOW)
    assert (live.state.live.root, live.state.pending.root) == (live.tree.root, NONE)
    with boa.reverts("proof does not fit"):
        live.claim(people.ann, tree=tree)
    assert live.claim(people.ann) == 100 * UNIT


def test_veto_after_the_window_reverts(live, veto):
    live.propose(live.rows(ann=101, bob=50, cid=7))
    kit.pass_time(WINDOW)
    with boa.reverts("root is not pending"):
        veto(live)


def test_veto_in_a_pause_is_possible_beyond_the_window(live, veto, distributor, people):
    live.propose(live.rows(ann=101, bob=50, cid=7))
    distributor.pause(live.campaign, sender=people.owner.address)
    kit.pass_time(10 * WINDOW)
    veto(live)
    assert live.state.pending.root == NONE


def test_a_vetoed_epoch_is_reissued_as_a_correction(live, veto, people):
    live.propose(live.rows(ann=101, bob=50, cid=7))
    veto(live)
    live.propose(live.rows(ann=101, bob=51, cid=7), commitment=b"\x02" * 32)
    kit.pass_time(WINDOW)
    assert live.claim(people.bob, tree=live.pending_tree) == 51 * UNIT


# void_lowered


def test_void_lowered_ends_a_root_that_lowers_an_entitlement(live, void, people):
    tree = live.propose(live.rows(ann=99, bob=50, cid=8))
    void(live, LOWERED, people.ann, 100, 99)
    assert was_voided(live, tree, LOWERED, people.ann)


def test_void_lowered_of_an_unknown_campaign_reverts(distributor, people):
    with boa.reverts("unknown campaign"):
        distributor.void_lowered(NONE, people.ann.address, 2, [], 1, [])


def test_void_lowered_where_the_entitlement_stays_or_rises_reverts(live, void, people):
    live.propose(live.rows(ann=100, bob=51, cid=7))
    for person, before, after in ((people.ann, 100, 100), (people.bob, 50, 51)):
        with boa.reverts("nothing is lowered"):
            void(live, LOWERED, person, before, after)


def test_void_lowered_without_a_leaf_of_the_live_root_reverts(live, void, people):
    live.propose(live.rows(ann=99, bob=50, cid=8))
    forged = Tree(live.campaign, live.rows(ann=101, bob=1))
    with boa.reverts("proof does not fit"):
        void(live, LOWERED, people.ann, 101, 99, first=forged)


def test_void_lowered_without_a_leaf_of_the_pending_root_reverts(live, void, people):
    live.propose(live.rows(ann=100, bob=50, cid=8))
    forged = Tree(live.campaign, live.rows(ann=99, bob=1))
    with boa.reverts("proof does not fit"):
        void(live, LOWERED, people.ann, 100, 99, second=forged)


def test_void_lowered_with_leaves_of_two_accounts_reverts(live, distributor, people):
    pending = live.propose(live.rows(ann=100, bob=50, cid=8))
    ann, bob = people.ann.address, people.bob.address
    with boa.reverts("proof does not fit"):
        distributor.void_lowered(
            live.campaign, ann, 100 * UNIT, live.tree.proof(ann), 50 * UNIT, pending.proof(bob)
        )


def test_void_lowered_where_no_root_is_live_reverts(stage, distributor, people):
    pending = stage.propose(stage.rows(ann=99, bob=50))
    ann = people.ann.address
    for proof in ([], pending.proof(ann)):
        with boa.reverts("proof does not fit"):
            distributor.void_lowered(
                stage.campaign, ann, 100 * UNIT, proof, 99 * UNIT, pending.proof(ann)
            )


def test_void_lowered_where_nothing_is_pending_reverts(live, distributor, people):
    ann = people.ann.address
    with boa.reverts("root is not pending"):
        distributor.void_lowered(live.campaign, ann, 100 * UNIT, live.tree.proof(ann), 1, [])


def test_void_lowered_after_the_window_reverts(live, void, people):
    live.propose(live.rows(ann=99, bob=50, cid=8))
    kit.pass_time(WINDOW)
    with boa.reverts("proof does not fit"):
        void(live, LOWERED, people.ann, 100, 99)
    with boa.reverts("root is not pending"):
        void(live, LOWERED, people.ann, 99, 1, first=live.pending_tree, second=live_forgery(live))


def live_forgery(stage):
    return Tree(stage.campaign, stage.rows(ann=1))


def test_void_lowered_cannot_show_that_an_account_vanished(live, void, people):
    """Stated in the contract: there is no leaf to prove. The guardian may veto."""
    tree = live.propose(live.rows(ann=150, cid=7))
    assert people.bob.address not in [account for account, _ in tree.rows]
    kit.pass_time(WINDOW)
    with boa.reverts("proof does not fit"):
        live.claim(people.bob)


# void_doubled


def test_void_doubled_ends_a_root_with_two_entitlements(live, void, people):
    tree = live.propose(live.rows(ann=100, bob=50, cid=7) + live.rows(ann=120))
    void(live, DOUBLED, people.ann, 120, 100)
    assert was_voided(live, tree, DOUBLED, people.ann)


def test_void_doubled_of_the_first_root_needs_no_live_one(stage, void, people):
    tree = stage.propose(stage.rows(ann=1, bob=2) + stage.rows(ann=3))
    void(stage, DOUBLED, people.ann, 1, 3)
    assert was_voided(stage, tree, DOUBLED, people.ann)


def test_void_doubled_of_an_unknown_campaign_reverts(distributor, people):
    with boa.reverts("unknown campaign"):
        distributor.void_doubled(NONE, people.ann.address, 2, [], 1, [])


def test_void_doubled_with_equal_leaves_reverts(live, void, people):
    """Also where the tree has both: they are one claim, since entitlements are cumulative."""
    live.propose(live.rows(ann=100, bob=50, cid=7) + live.rows(ann=100))
    with boa.reverts("the leaves are equal"):
        void(live, DOUBLED, people.ann, 100, 100)


@pytest.mark.parametrize("which", ["first", "second"])
def test_void_doubled_with_a_leaf_of_another_tree_reverts(live, void, people, which):
    live.propose(live.rows(ann=100, bob=50, cid=8))
    forged = Tree(live.campaign, live.rows(ann=99, bob=1))
    entitlements = (99, 100) if which == "first" else (100, 99)
    with boa.reverts("proof does not fit"):
        void(live, DOUBLED, people.ann, *entitlements, **{which: forged})


def test_void_doubled_with_leaves_of_the_live_root_reverts(live, void, people):
    live.propose(live.rows(ann=101, bob=50, cid=7))
    with boa.reverts("proof does not fit"):
        void(live, DOUBLED, people.ann, 100, 101, first=live.tree)


def test_void_doubled_where_nothing_is_pending_reverts(live, distributor, people):
    with boa.reverts("root is not pending"):
        distributor.void_doubled(live.campaign, people.ann.address, 2, [], 1, [])


def test_void_doubled_after_the_window_reverts(live, void, people):
    live.propose(live.rows(ann=100, bob=50, cid=7) + live.rows(ann=120))
    kit.pass_time(WINDOW)
    with boa.reverts("root is not pending"):
        void(live, DOUBLED, people.ann, 120, 100)


# void_exceeding


def test_void_exceeding_ends_a_root_with_a_leaf_above_its_total(live, void, people):
    tree = live.propose(live.rows(ann=158, bob=50, cid=7), total=157 * UNIT)
    void(live, EXCEEDING, people.ann, 158)
    assert was_voided(live, tree, EXCEEDING, people.ann)


def test_void_exceeding_takes_leaves_of_any_width(live, distributor, people):
    rows = live.rows(bob=50, cid=7) + [(people.ann.address, 2**256 - 1)]
    tree = live.propose(rows, total=157 * UNIT)
    ann = people.ann.address
    distributor.void_exceeding(live.campaign, ann, 2**256 - 1, tree.proof(ann))
    assert was_voided(live, tree, EXCEEDING, people.ann)


def test_void_exceeding_of_an_unknown_campaign_reverts(distributor, people):
    with boa.reverts("unknown campaign"):
        distributor.void_exceeding(NONE, people.ann.address, 2, [])


def test_void_exceeding_of_a_leaf_within_the_total_reverts(live, void, people):
    live.propose(live.rows(ann=157), total=157 * UNIT)
    with boa.reverts("within the total"):
        void(live, EXCEEDING, people.ann, 157)


def test_void_exceeding_with_a_leaf_of_another_tree_reverts(live, void, people):
    live.propose(live.rows(ann=100, bob=51, cid=6))
    with boa.reverts("proof does not fit"):
        void(live, EXCEEDING, people.ann, 158, second=Tree(live.campaign, live.rows(ann=158)))


def test_void_exceeding_where_nothing_is_pending_reverts(live, distributor, people):
    with boa.reverts("root is not pending"):
        distributor.void_exceeding(live.campaign, people.ann.address, 2**200, [])


def test_void_exceeding_after_the_window_reverts(live, void, people):
    live.propose(live.rows(ann=158, bob=50, cid=7), total=157 * UNIT)
    kit.pass_time(WINDOW)
    with boa.reverts("root is not pending"):
        void(live, EXCEEDING, people.ann, 158)


@pytest.mark.parametrize("how", [LOWERED, DOUBLED, EXCEEDING])
def test_void_in_a_pause_is_possible_beyond_the_window(live, void, people, distributor, how):
    live.propose(live.rows(ann=99, bob=50, cid=158) + live.rows(ann=98), total=157 * UNIT)
    distributor.pause(live.campaign, sender=people.owner.address)
    kit.pass_time(10 * WINDOW)
    entitlements = {LOWERED: (100, 99), DOUBLED: (98, 99), EXCEEDING: (158,)}[how]
    void(live, how, people.cid if how == EXCEEDING else people.ann, *entitlements)
    assert live.state.pending.root == NONE
