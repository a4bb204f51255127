"""Revokers and recipients. Branches: revoke, renounce_revocation, propose_recipient, accept_recipient."""

import boa
import pytest
import token_kit as kit
from vesting_kit import LINEAR, NOW, SHAPES
from vesting_model import ZERO, law


@pytest.fixture
def revocable(vesting, batch, ann, revoker, treasury):
    """Escrow 1: 1000 units over 1000 seconds to Ann, a third of the way through, 100 claimed."""
    batch(LINEAR, (ann, 1000, revoker, treasury))
    kit.pass_time(100)
    vesting.claim(1)
    kit.pass_time(233)
    return vesting


def test_revoking_by_another_reverts(revocable, ann, creator, treasury):
    for caller in (ann, creator, treasury):
        with boa.reverts("caller is not the revoker"):
            revocable.revoke(1, sender=caller)


def test_revoking_what_nobody_can_revoke_reverts(vesting, batch, ann, creator):
    batch(LINEAR, (ann, 1000))
    for caller in (ann, creator):
        with boa.reverts("caller is not the revoker"):
            vesting.revoke(1, sender=caller)


@pytest.mark.parametrize("claimed", [False, True])
def test_revoking_what_has_vested_reverts(vesting, batch, ann, revoker, treasury, claimed):
    batch(LINEAR, (ann, 1000, revoker, treasury))
    kit.pass_time(1000)
    if claimed:
        vesting.claim(1)
    with boa.reverts("all of it has vested"):
        vesting.revoke(1, sender=revoker)


def test_revoking_returns_exactly_what_had_not_vested(revocable, token, ann, revoker, treasury):
    assert revocable.revoke(1, sender=revoker) == 667
    assert kit.events(revocable) == [
        ("DelegateVotesChanged", ann, 900, 233),
        ("Revoked", 1, 333, 667),
        ("Transfer", revocable.address, treasury, 667),
    ]
    assert token.balanceOf(treasury) == 667
    assert tuple(revocable.escrow(1)) == (ann, ZERO, 333, 100, 1, ZERO, ZERO, True)
    assert (revocable.unclaimed(ann), revocable.getVotes(ann), revocable.owed()) == (233, 233, 233)


def test_what_had_vested_stays_claimable_for_ever(revocable, token, ann, revoker):
    revocable.revoke(1, sender=revoker)
    assert (revocable.claimable(1), revocable.vested(1, 0), revocable.vested(1, 2**64 - 1)) == (233, 333, 333)
    kit.pass_time(10**9)
    assert revocable.claim(1) == 233
    assert (token.balanceOf(ann), revocable.owed()) == (333, 0)
    with boa.reverts("nothing to claim yet"):
        revocable.claim(1)


def test_revoking_twice_reverts(revocable, revoker):
    revocable.revoke(1, sender=revoker)
    with boa.reverts("caller is not the revoker"):
        revocable.revoke(1, sender=revoker)


def test_revoking_before_the_start_returns_everything(vesting, token, batch, ann, revoker, treasury):
    batch(law.schedule(law.LINEAR, start=kit.START + 50, duration=10), (ann, 1000, revoker, treasury))
    assert vesting.revoke(1, sender=revoker) == 1000
    assert (token.balanceOf(treasury), vesting.owed(), vesting.getVotes(ann)) == (1000, 0, 0)
    with boa.reverts("nothing to claim yet"):
        vesting.claim(1)


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "immediate"])
@pytest.mark.parametrize("at", [0, 1, 7, 99, 100, 555, 899])
def test_a_revoked_escrow_pays_exactly_what_had_vested(vesting, token, batch, ann, revoker, treasury, shape, at):
    schedule, amount = SHAPES[shape], 10**24 + 13
    batch(schedule, (ann, amount, revoker, treasury))
    kit.pass_time(at)
    due = law.vested(schedule, amount, kit.now())
    assert vesting.revoke(1, sender=revoker) == amount - due
    kit.pass_time(10**8)
    if due > 0:
        assert vesting.claim(1) == due
    assert (token.balanceOf(ann), token.balanceOf(treasury)) == (due, amount - due)
    assert token.balanceOf(vesting.address) == vesting.owed() == 0


def test_an_immediate_escrow_cannot_be_revoked(vesting, batch, ann, revoker, treasury):
    batch(NOW, (ann, 1000, revoker, treasury))
    with boa.reverts("all of it has vested"):
        vesting.revoke(1, sender=revoker)


def test_renouncing_by_another_reverts(revocable, ann, creator):
    for caller in (ann, creator):
        with boa.reverts("caller is not the revoker"):
            revocable.renounce_revocation(1, sender=caller)


def test_renouncing_makes_an_escrow_irrevocable(revocable, token, ann, revoker):
    revocable.renounce_revocation(1, sender=revoker)
    assert kit.events(revocable) == [("RevocationRenounced", 1)]
    assert tuple(revocable.escrow(1)) == (ann, ZERO, 1000, 100, 1, ZERO, ZERO, False)
    for call in (revocable.revoke, revocable.renounce_revocation):
        with boa.reverts("caller is not the revoker"):
            call(1, sender=revoker)
    kit.pass_time(1000)
    revocable.claim(1)
    assert token.balanceOf(ann) == 1000


def test_a_proposal_by_another_reverts(revocable, bob, revoker, creator):
    for caller in (bob, revoker, creator):
        with boa.reverts("caller is not the recipient"):
            revocable.propose_recipient(1, bob, sender=caller)


def test_a_proposal_moves_nothing_before_it_is_accepted(revocable, token, ann, bob):
    revocable.propose_recipient(1, bob, sender=ann)
    assert kit.events(revocable) == [("RecipientProposed", 1, ann, bob)]
    assert revocable.escrow(1)[:2] == (ann, bob)
    revocable.claim(1)
    assert (token.balanceOf(ann), token.balanceOf(bob)) == (333, 0)
    assert (revocable.getVotes(ann), revocable.getVotes(bob)) == (667, 0)


def test_a_proposal_can_be_taken_back(revocable, ann, bob):
    revocable.propose_recipient(1, bob, sender=ann)
    revocable.propose_recipient(1, ZERO, sender=ann)
    with boa.reverts("caller was offered nothing"):
        revocable.accept_recipient(1, sender=bob)


def test_acceptance_by_another_reverts(revocable, ann, bob, cid):
    for caller in (bob, ann, cid):
        with boa.reverts("caller was offered nothing"):
            revocable.accept_recipient(1, sender=caller)
    revocable.propose_recipient(1, bob, sender=ann)
    for caller in (ann, cid):
        with boa.reverts("caller was offered nothing"):
            revocable.accept_recipient(1, sender=caller)


def test_acceptance_moves_the_escrow_and_its_votes(revocable, token, ann, bob, cid):
    revocable.propose_recipient(1, bob, sender=ann)
    revocable.accept_recipient(1, sender=bob)
    assert kit.events(revocable) == [
        ("DelegateVotesChanged", ann, 900, 0),
        ("DelegateVotesChanged", bob, 0, 900),
        ("RecipientChanged", 1, ann, bob),
    ]
    assert revocable.escrow(1)[:4] == (bob, ZERO, 1000, 100)
    assert (revocable.unclaimed(ann), revocable.unclaimed(bob)) == (0, 900)
    revocable.claim(1, sender=cid)
    assert (token.balanceOf(ann), token.balanceOf(bob)) == (100, 233)
    with boa.reverts("caller is not the recipient"):
        revocable.propose_recipient(1, cid, sender=ann)
    with boa.reverts("caller was offered nothing"):
        revocable.accept_recipient(1, sender=bob)


def test_acceptance_by_the_recipient_itself_changes_nothing(revocable, ann):
    revocable.propose_recipient(1, ann, sender=ann)
    revocable.accept_recipient(1, sender=ann)
    assert (revocable.unclaimed(ann), revocable.getVotes(ann)) == (900, 900)


def test_an_escrow_stays_revocable_by_its_revoker_in_other_hands(revocable, token, ann, bob, revoker, treasury):
    revocable.propose_recipient(1, bob, sender=ann)
    revocable.accept_recipient(1, sender=bob)
    revocable.revoke(1, sender=revoker)
    assert (token.balanceOf(treasury), revocable.unclaimed(bob), revocable.getVotes(bob)) == (667, 233, 233)


def test_a_revoked_escrow_can_still_move(revocable, token, ann, bob, revoker):
    revocable.propose_recipient(1, bob, sender=ann)
    revocable.revoke(1, sender=revoker)
    revocable.accept_recipient(1, sender=bob)
    assert tuple(revocable.escrow(1)) == (bob, ZERO, 333, 100, 1, ZERO, ZERO, True)
    revocable.claim(1)
    assert token.balanceOf(bob) == 233
