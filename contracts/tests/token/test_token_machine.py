"""The token beside its model (model/token_model.py): any calls by anybody, compared after each of them.

What holds after every step: each call does what the model does or reverts with the model's reason; the supply is
the sum of balances, issued + bridged in - bridged out, and at most the cap (INV-021); the sum of votes is the
delegated supply, and votes and supply of the past never change (INV-022); allowances, nonces and buckets are the model's."""

import boa
import pytest
import token_kit as kit
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from token_model import Refused, TokenModel

CAP = 10_000
PEOPLE = [kit.Person(number) for number in range(5)]
PLACES = st.integers(0, len(PEOPLE) - 1)
AMOUNTS = st.one_of(
    st.integers(0, 60), st.integers(0, CAP + 2), st.sampled_from([CAP, CAP + 1, 2**128, kit.MAX - 1, kit.MAX])
)
NAME = "Machine"
CODE = boa.load_partial(str(kit.CONTRACTS / "src" / "Token.vy"))


class TokenMachine(RuleBasedStateMachine):
    @initialize(at_home=st.booleans())
    def begin(self, at_home):
        self.chain = kit.HOME if at_home else kit.OTHER
        kit.set_chain(self.chain)
        kit.set_time(kit.START)
        self.accounts = [person.address for person in PEOPLE]
        deployer = self.accounts[0]
        self.token = CODE.deploy(NAME, "M", 18, CAP, kit.HOME, deployer)
        self.separator = kit.domain_separator(self.token.address, name=NAME, chain=self.chain)
        self.model = TokenModel(
            address=self.token.address, cap=CAP, home_chain=kit.HOME, chain=self.chain, deployer=deployer,
            time=kit.START)
        self.permits = []

    def teardown(self):
        kit.set_chain(kit.HOME)

    def receiver(self, place):
        """Most are people; the last two are where nothing may go."""
        return [*self.accounts, kit.ZERO, self.token.address][place]

    def both(self, call, model_call):
        """The same call at the contract and at the model."""
        try:
            model_call()
            reason = None
        except Refused as refused:
            reason = str(refused)
        if reason is None:
            call()
        else:
            with boa.reverts(reason):
                call()
        self.model.remember(self.accounts)

    @rule(seconds=st.sampled_from([0, 1, 1, 2, 5, 1000]))
    def time_passes(self, seconds):
        kit.pass_time(seconds)
        self.model.time = kit.now()

    @rule(sender=PLACES, to=st.integers(0, 6), amount=AMOUNTS)
    def transfer(self, sender, to, amount):
        sender, to = self.accounts[sender], self.receiver(to)
        self.both(
            lambda: self.token.transfer(to, amount, sender=sender), lambda: self.model.transfer(sender, to, amount))

    @rule(sender=PLACES, to=PLACES, part=st.integers(0, 3))
    def transfer_a_part(self, sender, to, part):
        sender, to = self.accounts[sender], self.accounts[to]
        amount = self.model.balance(sender) * part // 3
        self.both(
            lambda: self.token.transfer(to, amount, sender=sender), lambda: self.model.transfer(sender, to, amount))

    @rule(owner=PLACES, spender=PLACES, amount=AMOUNTS)
    def approve(self, owner, spender, amount):
        owner, spender = self.accounts[owner], self.receiver(spender)
        self.both(
            lambda: self.token.approve(spender, amount, sender=owner),
            lambda: self.model.approve(owner, spender, amount))

    @rule(owner=PLACES, spender=PLACES, to=PLACES, amount=AMOUNTS)
    def transfer_from(self, owner, spender, to, amount):
        owner, spender, to = self.accounts[owner], self.accounts[spender], self.accounts[to]
        self.both(
            lambda: self.token.transferFrom(owner, to, amount, sender=spender),
            lambda: self.model.transfer_from(spender, owner, to, amount))

    @rule(signer=PLACES, owner=PLACES, spender=PLACES, amount=AMOUNTS, ahead=st.integers(0, 2), late=st.booleans())
    def permit(self, signer, owner, spender, amount, ahead, late):
        signer, owner, spender = PEOPLE[signer], self.accounts[owner], self.accounts[spender]
        nonce = self.model.nonces.get(owner, 0) + max(0, ahead - 1)
        deadline = kit.now() - 1 if late else kit.now() + 3
        signature = signer.sign(kit.permit_digest(self.separator, owner, spender, amount, nonce, deadline))
        signed = (signer.address, owner, spender, amount, nonce, deadline)
        self.permits.append(((owner, spender, amount, deadline, *signature), signed))
        self.bring_permit(*self.permits[-1])

    @precondition(lambda self: self.permits)
    @rule(data=st.data())
    def permit_again(self, data):
        self.bring_permit(*data.draw(st.sampled_from(self.permits)))

    def bring_permit(self, arguments, signed):
        self.both(
            lambda: self.token.permit(*arguments), lambda: self.model.permit(*arguments[:4], signed=signed))

    @rule(account=PLACES, delegatee=st.integers(0, 5))
    def delegate(self, account, delegatee):
        account, delegatee = self.accounts[account], self.receiver(delegatee)
        self.both(
            lambda: self.token.delegate(delegatee, sender=account),
            lambda: self.model.delegate(account, delegatee))

    @rule(signer=PLACES, delegatee=st.integers(0, 5), behind=st.sampled_from([0, 0, 0, 1]), late=st.booleans())
    def delegate_by_signature(self, signer, delegatee, behind, late):
        signer, delegatee = PEOPLE[signer], self.receiver(delegatee)
        nonce = self.model.nonces.get(signer.address, 0) + behind
        expiry = kit.now() - 1 if late else kit.now()
        signature = signer.sign(kit.delegation_digest(self.separator, delegatee, nonce, expiry))
        self.both(
            lambda: self.token.delegateBySig(delegatee, nonce, expiry, *signature),
            lambda: self.model.delegate_by_signature(signer.address, delegatee, nonce, expiry))

    @rule(
        sender=st.sampled_from([0, 0, 0, 1]), minter=st.sampled_from([1, 1, 1, 5]),
        parts=st.lists(st.tuples(st.integers(0, 4), st.integers(0, CAP // 2)), max_size=4))
    def genesis(self, sender, minter, parts):
        sender, minter = self.accounts[sender], self.receiver(minter)
        allocations = [(self.accounts[place], amount) for place, amount in parts]
        self.both(
            lambda: self.token.genesis(minter, allocations, sender=sender),
            lambda: self.model.genesis(sender, minter, allocations))

    @rule(sender=st.sampled_from([1, 1, 1, 0]), to=st.integers(0, 6), amount=AMOUNTS.filter(lambda a: a < 2**129))
    def mint(self, sender, to, amount):
        sender, to = self.accounts[sender], self.receiver(to)
        self.both(lambda: self.token.mint(to, amount, sender=sender), lambda: self.model.mint(sender, to, amount))

    @rule(sender=st.sampled_from([0, 0, 0, 1]), is_meant=st.integers(0, 9))
    def renounce_minter(self, sender, is_meant):
        sender = self.accounts[1 if is_meant == 0 else sender]
        self.both(
            lambda: self.token.renounce_minter(sender=sender), lambda: self.model.renounce_minter(sender))

    @rule(bridge=PLACES, numbers=st.lists(st.integers(0, CAP), min_size=4, max_size=4))
    def set_bridge(self, bridge, numbers):
        owner, bridge = self.model.owner, self.accounts[bridge]
        sender = self.accounts[0] if owner == kit.ZERO else owner
        self.both(
            lambda: self.token.set_bridge(bridge, *numbers, sender=sender),
            lambda: self.model.set_bridge(sender, bridge, *numbers))

    @rule(bridge=PLACES, to=PLACES, amount=AMOUNTS)
    def crosschain_mint(self, bridge, to, amount):
        bridge, to = self.accounts[bridge], self.accounts[to]
        self.both(
            lambda: self.token.crosschainMint(to, amount, sender=bridge),
            lambda: self.model.crosschain_mint(bridge, to, amount))

    @rule(bridge=PLACES, owner=PLACES, amount=AMOUNTS)
    def crosschain_burn(self, bridge, owner, amount):
        bridge, owner = self.accounts[bridge], self.accounts[owner]
        self.both(
            lambda: self.token.crosschainBurn(owner, amount, sender=bridge),
            lambda: self.model.crosschain_burn(bridge, owner, amount))

    @rule(sender=PLACES, to=PLACES)
    def transfer_ownership(self, sender, to):
        sender, to = self.accounts[sender], self.accounts[to]
        self.both(
            lambda: self.token.transferOwnership(to, sender=sender),
            lambda: self.model.transfer_ownership(sender, to))

    @rule(sender=PLACES)
    def accept_ownership(self, sender):
        sender = self.accounts[sender]
        self.both(
            lambda: self.token.acceptOwnership(sender=sender), lambda: self.model.accept_ownership(sender))

    @rule(sender=PLACES, is_meant=st.integers(0, 9))
    def renounce_ownership(self, sender, is_meant):
        sender = self.accounts[sender] if is_meant else self.accounts[0]
        self.both(
            lambda: self.token.renounceOwnership(sender=sender), lambda: self.model.renounce_ownership(sender))

    @invariant()
    def supply_is_the_sum_of_balances(self):
        balances = [self.token.balanceOf(account) for account in self.accounts]
        assert balances == [self.model.balance(account) for account in self.accounts]
        supply = self.token.totalSupply()
        assert supply == sum(balances) <= CAP
        issued, came, left = self.token.issued(), self.token.bridged_in(), self.token.bridged_out()
        assert supply == issued + came - left
        assert (issued, came, left) == (self.model.issued, self.model.bridged_in, self.model.bridged_out)
        assert issued == 0 or self.chain == kit.HOME
        assert came <= left or self.chain != kit.HOME

    @invariant()
    def votes_are_the_delegated_supply(self):
        votes = [self.token.getVotes(account) for account in self.accounts]
        assert votes == [self.model.votes(account) for account in self.accounts]
        assert sum(votes) == self.model.delegated_supply()

    @invariant()
    def the_past_never_changes(self):
        for time in {kit.START - 1, *self.model.past}:
            for at in (time, time + 1):
                if at < kit.now():
                    self.compare_past(at)

    def compare_past(self, time):
        votes = [self.token.getPastVotes(account, time) for account in self.accounts]
        assert votes == [self.model.past_votes(account, time) for account in self.accounts]
        assert self.token.getPastTotalSupply(time) == self.model.past_supply(time)

    @invariant()
    def roles_and_buckets_are_the_model_s(self):
        model, token = self.model, self.token
        roles = (token.owner(), token.pendingOwner(), token.minter(), token.is_begun())
        assert roles == (model.owner, model.pending_owner, model.minter, model.is_begun)
        for account in self.accounts:
            assert token.nonces(account) == model.nonces.get(account, 0)
            for read, buckets in ((token.mint_bucket, model.mint_buckets), (token.burn_bucket, model.burn_buckets)):
                bucket = model.bucket(buckets, account)
                assert read(account) == (bucket.limit, bucket.refill, bucket.now(kit.now()))
        for (owner, spender), amount in model.allowances.items():
            assert token.allowance(owner, spender) == amount


TestTokenMachine = pytest.mark.filterwarnings("ignore")(TokenMachine.TestCase)
TestTokenMachine.settings = kit.samples(25, stateful_step_count=40)
