"""The vesting beside its model (model/vesting_model.py): any calls by anybody, compared after each of them.

What holds after every step: each call does what the model does or reverts with the model's reason;
claimed + owed + refunded = funded, to the unit, and the contract holds what it owes (INV-023); what is vested never
falls (INV-007); a revoked escrow pays exactly what had vested (INV-024); the sum of votes is what is owed to those
who delegate to somebody, and votes of the past never change (INV-022)."""

import boa
import pytest
import token_kit as kit
import vesting_kit
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from vesting_kit import SHAPES, entry
from vesting_model import ZERO, Refused, VestingModel, law

PEOPLE = [kit.Person(number).address for number in range(200, 205)]
PLACES = st.integers(0, len(PEOPLE) - 1)
SCHEDULES = [
    *SHAPES.values(),
    law.schedule(law.LINEAR, start=kit.START + 77, duration=3),
    law.schedule(law.STEPS, start=kit.START - 40, initial=10**9 // 3, step_seconds=7, step_count=23),
]
FUNDS = 10**30
TOKEN = boa.load_partial(str(kit.CONTRACTS / "mocks" / "vesting_hostile_token.vy"))


class VestingMachine(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        kit.set_time(kit.START)
        self.token = TOKEN.deploy()
        self.vesting = vesting_kit.CODE.deploy(self.token.address)
        for person in PEOPLE[:2]:
            self.token.mint(person, FUNDS)
            self.token.approve(self.vesting.address, kit.MAX, sender=person)
        self.model = VestingModel(kit.START)
        self.vested = {}

    def both(self, call, model_call):
        """The same call at the contract and at the model; what they return is equal too."""
        try:
            expected, reason = model_call(), None
        except Refused as refused:
            expected, reason = None, str(refused)
        if reason is None:
            found = call()
            assert expected is None or found == expected
        else:
            with boa.reverts(reason):
                call()
        self.model.remember(PEOPLE)

    def number(self, place):
        """Of an escrow, seldom of one that is not there."""
        return place % (len(self.model.escrows) + 1) + (1 if place < 40 else 0) or 1

    @rule(seconds=st.sampled_from([0, 1, 1, 5, 30, 100, 500, 3_000_000]))
    def time_passes(self, seconds):
        kit.pass_time(seconds)
        self.model.time = kit.now()

    @rule(
        creator=st.integers(0, 1), schedule=st.sampled_from(SCHEDULES), salt=st.integers(0, 1),
        parts=st.lists(
            st.tuples(PLACES, st.one_of(st.integers(1, 5), st.integers(1, 10**20)), st.integers(0, 3)),
            max_size=4))
    def create(self, creator, schedule, salt, parts):
        creator, salt = PEOPLE[creator], salt.to_bytes(32, "big")
        roles = [(ZERO, ZERO), (PEOPLE[0], PEOPLE[4]), (PEOPLE[1], PEOPLE[1]), (PEOPLE[2], PEOPLE[3])]
        entries = [entry(PEOPLE[place], amount, *roles[role]) for place, amount, role in parts]
        self.both(
            lambda: vesting_kit.create(self.vesting, creator, schedule, *entries, salt=salt),
            lambda: self.model.create(creator, salt, schedule, entries, self.token.balanceOf(creator)))

    @precondition(lambda self: self.model.batches)
    @rule(data=st.data())
    def create_again(self, data):
        creator, salt, parts, entries = data.draw(st.sampled_from(list(self.model.batches)))
        before = self.model.funded
        schedule = next(s for s in SCHEDULES if repr(vesting_kit.as_argument(s)) == parts)
        self.both(
            lambda: vesting_kit.create(self.vesting, creator, schedule, *entries, salt=salt),
            lambda: self.model.create(creator, salt, schedule, list(entries), 0))
        assert self.model.funded == before

    @rule(place=st.integers(0, 50), caller=PLACES)
    def claim(self, place, caller):
        number = self.number(place)
        self.both(
            lambda: self.vesting.claim(number, sender=PEOPLE[caller]), lambda: self.model.claim(number))

    @rule(places=st.lists(st.integers(0, 50), max_size=5))
    def claim_many(self, places):
        numbers = [self.number(place) for place in places]
        self.both(lambda: self.vesting.claim_many(numbers), lambda: self.model.claim_many(numbers))

    @rule(place=st.integers(0, 50), caller=PLACES, is_meant=st.booleans())
    def revoke(self, place, caller, is_meant):
        number = self.number(place)
        caller = self.meant_or(caller, is_meant, number, "revoker")
        self.both(
            lambda: self.vesting.revoke(number, sender=caller), lambda: self.model.revoke(caller, number))

    @rule(place=st.integers(0, 50), caller=PLACES)
    def renounce_revocation(self, place, caller):
        number, caller = self.number(place), PEOPLE[caller]
        self.both(
            lambda: self.vesting.renounce_revocation(number, sender=caller),
            lambda: self.model.renounce(caller, number))

    @rule(place=st.integers(0, 50), caller=PLACES, is_meant=st.booleans(), to=st.integers(0, 5))
    def propose_recipient(self, place, caller, is_meant, to):
        number, proposed = self.number(place), [*PEOPLE, ZERO][to]
        caller = self.meant_or(caller, is_meant, number, "recipient")
        self.both(
            lambda: self.vesting.propose_recipient(number, proposed, sender=caller),
            lambda: self.model.propose(caller, number, proposed))

    @rule(place=st.integers(0, 50), caller=PLACES, is_meant=st.booleans())
    def accept_recipient(self, place, caller, is_meant):
        number = self.number(place)
        caller = self.meant_or(caller, is_meant, number, "proposed")
        self.both(
            lambda: self.vesting.accept_recipient(number, sender=caller),
            lambda: self.model.accept(caller, number))

    @rule(account=PLACES, delegatee=st.integers(0, 5))
    def delegate(self, account, delegatee):
        account, delegatee = PEOPLE[account], [*PEOPLE, ZERO][delegatee]
        self.both(
            lambda: self.vesting.delegate(delegatee, sender=account),
            lambda: self.model.chosen.update({account: delegatee}))

    def meant_or(self, caller, is_meant, number, role):
        """Who has the role of an escrow, where there is somebody, or anybody."""
        known = number <= len(self.model.escrows)
        meant = getattr(self.model.escrows[number - 1], role) if known and is_meant else ZERO
        return PEOPLE[caller] if meant == ZERO else meant

    @invariant()
    def funds_are_accounted_for(self):
        model, owed = self.model, self.vesting.owed()
        assert owed == model.owed() == sum(self.vesting.unclaimed(person) for person in PEOPLE)
        assert model.paid + owed + model.refunded == model.funded
        assert self.token.balanceOf(self.vesting.address) == owed

    @invariant()
    def escrows_are_the_model_s(self):
        assert self.vesting.escrow_count() == len(self.model.escrows)
        for number, escrow in enumerate(self.model.escrows, 1):
            recipient, proposed, amount, claimed, schedule, revoker, refund_to, is_revoked = self.vesting.escrow(number)
            found = (recipient, amount, revoker, refund_to, claimed, proposed, is_revoked)
            assert found == (
                escrow.recipient, escrow.amount, escrow.revoker, escrow.refund_to, escrow.claimed, escrow.proposed,
                escrow.is_revoked)
            assert tuple(self.vesting.schedule_of(schedule)) == vesting_kit.as_argument(escrow.schedule)

    @invariant()
    def what_is_vested_never_falls(self):
        for number, escrow in enumerate(self.model.escrows, 1):
            vested = self.vesting.vested(number, kit.now())
            assert vested == escrow.vested(kit.now()) >= self.vested.get(number, 0)
            assert self.vesting.claimable(number) == vested - escrow.claimed >= 0
            assert not escrow.is_revoked or vested == escrow.amount
            self.vested[number] = vested

    @invariant()
    def votes_are_what_is_unclaimed(self):
        votes = [self.vesting.getVotes(person) for person in PEOPLE]
        assert votes == [self.model.votes(person) for person in PEOPLE]
        silent = sum(self.model.unclaimed(p) for p in PEOPLE if self.model.delegate_of(p) == ZERO)
        assert sum(votes) + silent == self.vesting.owed()

    @invariant()
    def the_past_never_changes(self):
        for time in {kit.START - 1, *self.model.past}:
            if time < kit.now():
                votes, supply = self.model.standing(time) or (dict.fromkeys(PEOPLE, 0), 0)
                assert {p: self.vesting.getPastVotes(p, time) for p in PEOPLE} == votes
                assert self.vesting.getPastTotalSupply(time) == supply


TestVestingMachine = pytest.mark.filterwarnings("ignore")(VestingMachine.TestCase)
TestVestingMachine.settings = kit.samples(25, stateful_step_count=40)
