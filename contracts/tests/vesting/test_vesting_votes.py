"""Votes of what is unclaimed. Branches: delegate, delegates, delegateBySig, and the module `votes` as used here."""

import boa
import pytest
import token_kit as kit
from vesting_kit import LINEAR, NOW
from vesting_model import ZERO


@pytest.fixture
def held(vesting, batch, ann, bob):
    """1000 units each to Ann and Bob."""
    batch(LINEAR, (ann, 1000), (bob, 1000))
    return vesting


def test_an_account_is_its_own_delegate_until_it_chooses(held, ann, cid):
    assert (held.delegates(ann), held.delegates(cid)) == (ann, cid)
    assert (held.getVotes(ann), held.getVotes(cid)) == (1000, 0)


def test_escrows_of_one_recipient_vote_together(held, batch, ann):
    batch(NOW, (ann, 5))
    assert held.getVotes(ann) == 1005


def test_delegate_moves_the_votes_of_all_escrows(held, batch, ann, cid):
    batch(NOW, (ann, 5))
    held.delegate(cid, sender=ann)
    assert kit.events(held) == [
        ("DelegateChanged", ann, ann, cid),
        ("DelegateVotesChanged", ann, 1005, 0),
        ("DelegateVotesChanged", cid, 0, 1005),
    ]
    assert (held.delegates(ann), held.getVotes(ann), held.getVotes(cid)) == (cid, 0, 1005)


def test_delegate_counts_what_comes_and_goes_later(held, batch, ann, cid):
    held.delegate(cid, sender=ann)
    batch(NOW, (ann, 5))
    assert held.getVotes(cid) == 1005
    kit.pass_time(100)
    held.claim_many([1, 3])
    assert held.getVotes(cid) == 900


def test_delegate_to_nobody_silences_the_votes(held, batch, ann):
    held.delegate(ZERO, sender=ann)
    batch(NOW, (ann, 5))
    assert (held.delegates(ann), held.getVotes(ann), held.getVotes(ZERO)) == (ZERO, 0, 0)
    assert held.owed() == 2005


def test_delegate_back_to_oneself_restores_the_votes(held, ann, cid):
    for delegatee in (cid, ZERO, ann):
        held.delegate(delegatee, sender=ann)
    assert (held.delegates(ann), held.getVotes(ann), held.getVotes(cid)) == (ann, 1000, 0)


def test_delegate_to_the_same_again_moves_nothing(held, ann):
    held.delegate(ann, sender=ann)
    assert kit.events(held) == [("DelegateChanged", ann, ann, ann)]
    assert held.getVotes(ann) == 1000


def test_votes_follow_an_escrow_to_the_delegate_of_its_recipient(held, ann, bob, cid):
    held.delegate(cid, sender=bob)
    held.propose_recipient(1, bob, sender=ann)
    held.accept_recipient(1, sender=bob)
    assert (held.getVotes(ann), held.getVotes(bob), held.getVotes(cid)) == (0, 0, 2000)


def test_past_votes_and_supply_stand(held, ann, bob):
    for _ in range(3):
        kit.pass_time(100)
        held.claim(1)
    kit.pass_time(1)
    marks = {-1: 0, 0: 1000, 99: 1000, 100: 900, 199: 900, 200: 800, 300: 700}
    assert {at: held.getPastVotes(ann, kit.START + at) for at in marks} == marks
    supply = {-1: 0, 0: 2000, 99: 2000, 100: 1900, 250: 1800, 300: 1700}
    assert {at: held.getPastTotalSupply(kit.START + at) for at in supply} == supply
    assert held.numCheckpoints(ann) == 4
    assert tuple(held.checkpoints(ann, 1)) == (kit.START + 100, 900)
    assert (held.clock(), held.CLOCK_MODE()) == (kit.now(), "mode=timestamp")
    for call in (lambda: held.getPastVotes(ann, kit.now()), lambda: held.getPastTotalSupply(kit.now())):
        with boa.reverts("timepoint is not past"):
            call()


@pytest.fixture
def separator(vesting):
    return kit.domain_separator(vesting.address, name="Vesting", chain=kit.HOME)


def sign(people, separator, delegatee, nonce, expiry):
    return people[3].sign(kit.delegation_digest(separator, delegatee, nonce, expiry))


def test_delegation_by_signature_delegates_for_the_signer(held, people, separator, ann, cid):
    signature = sign(people, separator, cid, 0, kit.START)
    held.delegateBySig(cid, 0, kit.START, *signature)
    assert (held.delegates(ann), held.getVotes(cid), held.nonces(ann)) == (cid, 1000, 1)
    with boa.reverts("nonce is not the next one"):
        held.delegateBySig(cid, 0, kit.START, *signature)


def test_delegation_after_its_expiry_reverts(held, people, separator, cid):
    signature = sign(people, separator, cid, 0, kit.START)
    kit.pass_time(1)
    with boa.reverts("signature expired"):
        held.delegateBySig(cid, 0, kit.START, *signature)


def test_delegation_by_a_bad_signature_reverts(held, people, separator, cid):
    with boa.reverts("signature is not valid"):
        held.delegateBySig(cid, 0, kit.START, *kit.twin(sign(people, separator, cid, 0, kit.START)))
    with boa.reverts("signature is not valid"):
        held.delegateBySig(cid, 0, kit.START, 27, b"\0" * 32, b"\0" * 32)


def test_delegation_signed_for_the_token_is_not_the_vesting_s(held, people, token, ann, cid):
    other = kit.domain_separator(token.address, name="Vesting", chain=kit.HOME)
    held.delegateBySig(cid, 0, kit.START, *sign(people, other, cid, 0, kit.START))
    assert (held.delegates(ann), held.nonces(ann)) == (ann, 0)


def test_the_separator_is_recomputed_after_a_chain_split(held, people, ann, cid):
    kit.set_chain(61)
    separator = kit.domain_separator(held.address, name="Vesting", chain=61)
    assert (held.DOMAIN_SEPARATOR(), held.eip712Domain()[3]) == (separator, 61)
    held.delegateBySig(cid, 0, kit.START, *sign(people, separator, cid, 0, kit.START))
    assert held.delegates(ann) == cid


def test_each_unit_votes_once_here_and_at_the_token(creator, ann, revoker, treasury):
    """Our own token: escrowed units vote here only, claimed ones there only."""
    import vesting_kit

    token_code = boa.load_partial(str(kit.CONTRACTS / "src" / "Token.vy"))
    token = token_code.deploy("T", "T", 18, 10_000, kit.HOME, creator)
    token.genesis(ZERO, [(creator, 10_000)], sender=creator)
    vesting = vesting_kit.CODE.deploy(token.address)
    token.approve(vesting.address, kit.MAX, sender=creator)
    token.delegate(creator, sender=creator)
    token.delegate(ann, sender=ann)
    vesting_kit.create(vesting, creator, LINEAR, (ann, 1000, revoker, treasury))

    def votes():
        return [c.getVotes(a) for c in (token, vesting) for a in (creator, ann)]

    assert votes() == [9000, 0, 0, 1000]
    kit.pass_time(250)
    vesting.claim(1)
    assert votes() == [9000, 250, 0, 750]
    vesting.revoke(1, sender=revoker)
    assert votes() == [9000, 250, 0, 0]
    assert token.balanceOf(treasury) == 750
