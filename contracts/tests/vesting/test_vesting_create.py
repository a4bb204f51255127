"""Creating escrows. Branches: constructor, create, batch_hash, first_of_batch, escrow, escrow_count."""

import boa
import pytest
import token_kit as kit
import vesting_kit
from eth_abi import encode
from eth_utils import keccak
from vesting_kit import LINEAR, NOW, SHAPES, entry
from vesting_model import ZERO, as_argument, law

SALT = b"\x07" * 32


def test_a_token_without_code_is_refused(ann):
    with boa.reverts("token has no code"):
        vesting_kit.CODE.deploy(ann)


def test_a_vesting_begins_empty(vesting, token):
    assert vesting.token() == token.address
    assert (vesting.escrow_count(), vesting.owed(), vesting.schedule_count()) == (0, 0, 0)
    domain = kit.domain_separator(vesting.address, name="Vesting", chain=kit.HOME)
    assert vesting.DOMAIN_SEPARATOR() == domain


def test_an_empty_batch_is_refused(batch):
    with boa.reverts("batch is empty"):
        batch(LINEAR)


def test_a_schedule_that_the_law_does_not_know_is_refused_with_its_batch(vesting, batch, ann):
    with boa.reverts("duration is zero"):
        batch(law.schedule(law.LINEAR, start=kit.START), (ann, 1))
    assert (vesting.schedule_count(), vesting.owed()) == (0, 0)


def test_a_recipient_that_cannot_be_paid_is_refused(vesting, batch):
    with boa.reverts("payee is the zero address"):
        batch(LINEAR, (ZERO, 1))
    with boa.reverts("payee is this contract"):
        batch(LINEAR, (vesting.address, 1))


@pytest.mark.parametrize("amount", [0, 2**128, kit.MAX])
def test_an_amount_out_of_range_is_refused(batch, ann, amount):
    with boa.reverts("amount is not in 1 to 2^128 - 1"):
        batch(LINEAR, (ann, 1), (ann, amount))


def test_a_refund_address_that_cannot_be_paid_is_refused(vesting, batch, ann, revoker):
    with boa.reverts("payee is the zero address"):
        batch(LINEAR, (ann, 1, revoker, ZERO))
    with boa.reverts("payee is this contract"):
        batch(LINEAR, (ann, 1, revoker, vesting.address))


def test_a_refund_address_without_a_revoker_is_refused(batch, ann, treasury):
    with boa.reverts("refund address without revoker"):
        batch(LINEAR, (ann, 1, ZERO, treasury))


def test_more_than_the_bound_held_together_is_refused(vesting, token, batch, creator, ann, bob):
    batch(LINEAR, (ann, 2**128 - 2), (bob, 1))
    assert vesting.owed() == 2**128 - 1
    token.mint(creator, 10)
    with boa.reverts("more than 2^128 - 1 held"):
        batch(LINEAR, (ann, 1))


def test_a_hundred_amounts_that_overflow_together_are_refused(batch, ann):
    with boa.reverts("more than 2^128 - 1 held"):
        batch(LINEAR, *[(ann, 2**128 - 1)] * 100)


def test_more_than_a_hundred_entries_are_refused(batch, ann):
    with boa.reverts():
        batch(LINEAR, *[(ann, 1)] * 101)


def test_a_batch_creates_its_escrows(vesting, token, batch, creator, ann, bob, revoker, treasury):
    before = token.balanceOf(creator)
    assert batch(LINEAR, (ann, 500), (bob, 700, revoker, treasury), salt=SALT) == 1
    entries = [entry(ann, 500), entry(bob, 700, revoker, treasury)]
    key = vesting.batch_hash(creator, SALT, as_argument(LINEAR), entries)
    batch(LINEAR, (ann, 500), (bob, 700, revoker, treasury), salt=SALT)
    assert vesting.first_of_batch(key) == 1
    assert (token.balanceOf(creator), token.balanceOf(vesting.address)) == (before - 1200, 1200)
    assert (vesting.escrow_count(), vesting.owed()) == (2, 1200)
    assert tuple(vesting.escrow(1)) == (ann, ZERO, 500, 0, 1, ZERO, ZERO, False)
    assert tuple(vesting.escrow(2)) == (bob, ZERO, 700, 0, 1, revoker, treasury, False)


def test_a_batch_tells_what_it_created(vesting, token, batch, creator, ann, bob, revoker, treasury):
    batch(LINEAR, (ann, 500), (bob, 700, revoker, treasury), salt=SALT)
    entries = [entry(ann, 500), entry(bob, 700, revoker, treasury)]
    key = vesting.batch_hash(creator, SALT, as_argument(LINEAR), entries)
    with boa.env.anchor():
        batch(LINEAR, (ann, 500), (bob, 700, revoker, treasury), salt=b"\x08" * 32)
        found = kit.events(vesting)
        again = vesting.batch_hash(creator, b"\x08" * 32, as_argument(LINEAR), entries)
    assert found == [
        ("DelegateVotesChanged", ann, 500, 1000),
        ("EscrowCreated", 3, ann, 1, 500, ZERO, ZERO),
        ("DelegateVotesChanged", bob, 700, 1400),
        ("EscrowCreated", 4, bob, 1, 700, revoker, treasury),
        ("BatchCreated", again, creator, 3, 2, 1200),
        ("Transfer", creator, vesting.address, 1200),
    ]
    assert again != key


def test_a_batch_of_a_hundred_is_created(vesting, batch):
    accounts = [f"0x{number:040x}" for number in range(5000, 5100)]
    batch(LINEAR, *[(account, n + 1) for n, account in enumerate(accounts)])
    assert [vesting.unclaimed(account) for account in accounts] == list(range(1, 101))
    assert vesting.owed() == 5050


def test_a_batch_sent_twice_does_nothing_the_second_time(vesting, token, batch, ann):
    first = batch(LINEAR, (ann, 500))
    kit.pass_time(10)
    held = token.balanceOf(vesting.address)
    assert batch(LINEAR, (ann, 500)) == first
    assert kit.events(vesting) == []
    assert (vesting.escrow_count(), vesting.owed(), token.balanceOf(vesting.address)) == (1, 500, held)


def test_a_batch_sent_twice_needs_no_allowance_the_second_time(vesting, token, batch, creator, ann):
    first = batch(LINEAR, (ann, 500))
    token.approve(vesting.address, 0, sender=creator)
    assert batch(LINEAR, (ann, 500)) == first


def test_a_batch_that_differs_in_anything_is_another(vesting, token, batch, ann, bob, revoker, treasury):
    made = [
        batch(LINEAR, (ann, 500)),
        batch(LINEAR, (ann, 500), salt=SALT),
        batch(NOW, (ann, 500)),
        batch(LINEAR, (ann, 501)),
        batch(LINEAR, (bob, 500)),
        batch(LINEAR, (ann, 500, revoker, treasury)),
        batch(LINEAR, (ann, 500, treasury, treasury)),
        batch(LINEAR, (ann, 500, revoker, revoker)),
    ]
    assert made == list(range(1, 9))
    token.mint(bob, 500)
    token.approve(vesting.address, 500, sender=bob)
    assert vesting_kit.create(vesting, bob, LINEAR, (ann, 500)) == 9


def test_the_hash_of_a_batch_is_that_of_its_encoding(vesting, creator, ann, bob, revoker, treasury):
    entries = [entry(ann, 500), entry(bob, 700, revoker, treasury)]
    schedule = SHAPES["tranches"]
    types = ["address", "bytes32", "bytes32", "(address,uint256,address,address)[]"]
    values = [creator, SALT, bytes.fromhex(law.schedule_hash(schedule)[2:]), entries]
    assert vesting.batch_hash(creator, SALT, as_argument(schedule), entries) == keccak(encode(types, values))


def test_schedules_are_stored_once_for_all_batches(vesting, batch, ann):
    for turn, schedule in enumerate([*SHAPES.values(), *SHAPES.values()]):
        batch(schedule, (ann, 10 + turn))
    assert vesting.schedule_count() == len(SHAPES)
    for number, schedule in enumerate(SHAPES.values(), 1):
        assert tuple(vesting.schedule_of(number)) == as_argument(schedule)
        assert vesting.schedule_number(bytes.fromhex(law.schedule_hash(schedule)[2:])) == number


def test_creation_above_the_allowance_or_balance_reverts(vesting, token, batch, creator, ann):
    token.approve(vesting.address, 499, sender=creator)
    with boa.reverts():
        batch(LINEAR, (ann, 500))
    token.approve(vesting.address, 500, sender=creator)
    token.transfer(ann, token.balanceOf(creator) - 499, sender=creator)
    with boa.reverts():
        batch(LINEAR, (ann, 500))
    assert vesting.escrow_count() == 0


@pytest.mark.parametrize("number", [0, 2, 2**64, kit.MAX])
def test_an_escrow_that_is_not_there_reverts_everywhere(vesting, batch, ann, number):
    batch(LINEAR, (ann, 500))
    for call in (
        lambda: vesting.escrow(number), lambda: vesting.vested(number, 0), lambda: vesting.claimable(number),
        lambda: vesting.claim(number), lambda: vesting.claim_many([1, number]), lambda: vesting.revoke(number),
        lambda: vesting.renounce_revocation(number), lambda: vesting.propose_recipient(number, ann),
        lambda: vesting.accept_recipient(number),
    ):
        with boa.reverts("no such escrow"):
            call()
