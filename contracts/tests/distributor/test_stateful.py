"""Random histories of campaigns that share a contract, step by step beside the plain model.

INV-017: claimed ≤ live total ≤ pending total, and spent + the larger total ≤ funded, per campaign.
INV-018: what claims paid an account, and the live total, never fall.
INV-019: Σ paid + Σ owed or free + Σ taken back = Σ funded, to the unit, per campaign and token.
INV-020: a root pays in its own campaign, after its window, and never once vetoed or voided.
"""

import random
from collections import Counter

import boa
import distributor_kit as kit
import distributor_model as model
import pytest
from distributor_kit import DAY, NONE, START, WINDOW, schedule_of
from distributor_tree import Tree
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

NAMES = tuple(kit.Cast.__dataclass_fields__)
CAMPAIGNS = st.integers(0, 2)
PEOPLE = st.sampled_from(NAMES)
HOLDER_NAMES = ("ann", "bob", "cid", "eve")
HOLDERS = st.sampled_from(HOLDER_NAMES)
AMOUNTS = st.one_of(st.integers(0, 300), st.integers(0, 3000))
# What a wrong publisher does to honest rows.
FAULTS = st.sampled_from(("none",) * 4 + ("lowered", "doubled", "exceeding", "vanished", "swollen"))
TERMS = (
    {},
    {
        "claim_policy": 0,
        "maximum_increase": 160,
        "expiry": START + 100 * DAY,
        "schedule": schedule_of("linear", start=START + DAY, cliff=DAY, duration=8 * DAY),
    },
    {
        "schedule": schedule_of(
            "steps", start=START, step_months=1, step_count=3, initial_unlock=10**8
        ),
        "expiry": START + 400 * DAY,
    },
)
FUNDS = 10**7


class Histories(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        kit.set_time(START)
        self.cast = kit.cast()
        self.contract = kit.deployer("src", "Distributor").deploy()
        # Two campaigns of one token, one of another.
        shared, other = kit.mock("BlockingToken"), kit.mock("PlainToken")
        self.tokens = (shared, shared, other)
        self.model = model.Distributor(START)
        self.stages, self.trees, self.payouts = [], {}, 0
        self.low = {}  # what never falls
        self.outcomes = Counter()
        for number, (token, terms) in enumerate(zip(self.tokens, TERMS)):
            stage = kit.Stage(
                self.cast, self.contract, token, funds=0, salt=kit.word(number), **terms
            )
            self.model.create(stage.campaign, token.address, stage.terms)
            self.stages.append(stage)
        for person in vars(self.cast).values():
            for token in (shared, other):
                token.mint(person.address, FUNDS)
                token.approve(self.contract, kit.ENDLESS, sender=person.address)
        for number in range(3):
            self.fund(number, 600, "owner")

    def address(self, name):
        return getattr(self.cast, name).address

    def kept(self, number):
        return self.model.campaigns[self.stages[number].campaign]

    def pending(self, pick):
        """The number of a campaign with a pending root, where there is one."""
        numbers = [number for number in range(3) if self.kept(number).pending]
        return numbers[pick % len(numbers)] if numbers else pick

    def holder(self, number, pick, root=None):
        """An account with an entitlement there, mostly."""
        rows = [account for account, _ in (root or self.kept(number).live).rows]
        people = {person.address: person for person in vars(self.cast).values()}
        accounts = rows * 3 + [self.cast.eve.address]
        return people[accounts[pick % len(accounts)]]

    def caller(self, number, name):
        """Whoever holds the role now; others by their name."""
        return self.kept(number).holders.get(name) or self.address(name)

    def both(self, what, by_model, by_contract, words=True):
        """The model's answer and the contract's, or None where both refuse, for the same reason."""
        try:
            expected = by_model()
        except model.Refused as refusal:
            self.outcomes[what, str(refusal)] += 1
            with boa.reverts(str(refusal)) if words else boa.reverts():
                by_contract()
            return None
        self.outcomes[what, "done"] += 1
        return expected, by_contract()

    # Money.

    @rule(number=CAMPAIGNS, more=AMOUNTS, name=PEOPLE)
    def fund(self, number, more, name):
        campaign, before = self.stages[number].campaign, self.kept(number).funded
        cumulative = max(before + more - 50, 0)
        if self.tokens[number].balanceOf(self.address(name)) < cumulative - before:
            return
        expected, pulled = self.both(
            "fund",
            lambda: self.model.fund_to(campaign, cumulative),
            lambda: self.contract.fund_to(campaign, cumulative, sender=self.address(name)),
        )
        assert pulled == expected

    @rule(number=CAMPAIGNS, amount=AMOUNTS, name=st.sampled_from(("owner",) * 4 + ("eve",)))
    def take_back(self, number, amount, name):
        campaign, caller = self.stages[number].campaign, self.caller(number, name)
        self.both(
            "take_back",
            lambda: self.model.take_back(caller, campaign, amount),
            lambda: self.contract.take_back(campaign, amount, caller, sender=caller),
        )

    @rule(
        number=CAMPAIGNS,
        entries=st.lists(st.tuples(HOLDERS, st.integers(0, 200)), max_size=4),
        blocked=st.sets(HOLDERS, max_size=2),
        again=st.booleans(),
    )
    def push(self, number, entries, blocked, again):
        campaign, owner = self.stages[number].campaign, self.kept(number).holders["owner"]
        self.payouts += 0 if again else 1
        payout = kit.word(self.payouts)
        entries = [(self.address(name), amount) for name, amount in entries]
        can_block = self.tokens[number] is self.tokens[0]
        refusing = [self.address(name) for name in blocked] if can_block else []
        for account in refusing:
            self.tokens[0].set_mode(account, 1)
        result = self.both(
            "push",
            lambda: self.model.push(owner, campaign, payout, entries, refusing),
            lambda: self.contract.push(
                campaign, payout, *(list(column) for column in zip(*entries)), sender=owner
            )
            if entries
            else self.contract.push(campaign, payout, [], [], sender=owner),
        )
        for account in refusing:
            self.tokens[0].set_mode(account, 0)
        assert result is None or result[1] == sum(amount for _, amount in result[0])

    # Roots.

    @rule(
        number=CAMPAIGNS,
        added=st.dictionaries(HOLDERS, st.integers(1, 200), min_size=1),
        fault=FAULTS,
        commitment=st.integers(1, 2),
        name=st.sampled_from(("publisher",) * 7 + ("eve",)),
        stale=st.sampled_from((False,) * 7 + (True,)),
        then=st.sampled_from(("wait", "wait", "object", "object", "leave", "again")),
    )
    def propose(self, number, added, fault, commitment, name, stale, then):
        kept, stage = self.kept(number), self.stages[number]
        rows = dict(kept.live.rows)
        for holder, amount in added.items():
            rows[self.address(holder)] = rows.get(self.address(holder), 0) + amount
        rows, total = list(rows.items()), sum(rows.values())
        account, entitlement = rows[0]
        if fault == "lowered" and entitlement > 1:
            # Below what is live, where something is.
            rows[0] = (account, max(dict(kept.live.rows).get(account, entitlement) - 1, 1))
        elif fault == "doubled":
            rows.append((account, entitlement + 1))
        elif fault == "exceeding":
            rows[0] = (account, total + 1)
        elif fault == "vanished" and len(rows) > 1:
            rows.pop(0)
        elif fault == "swollen":
            rows[0] = (account, min(entitlement + 50, total))
        tree = Tree(stage.campaign, rows)
        self.trees[tree.root] = tree
        new = model.Root(tree.root, kit.word(commitment), total, tuple(rows))
        parent = kit.word(5) if stale else kept.live.root
        caller = self.caller(number, name)
        for _ in range(2 if then == "again" else 1):
            self.send(number, caller, parent, new)
        if then == "object" and kept.pending:
            for place in range(len(new.rows)):
                self.object(number, place)
        if then in ("wait", "object"):
            self.pass_time(WINDOW)

    def send(self, number, caller, parent, new):
        campaign = self.stages[number].campaign
        self.both(
            "propose",
            lambda: self.model.propose(caller, campaign, parent, new),
            lambda: self.contract.propose(
                campaign, parent, new.root, new.commitment, new.total, kit.URI, sender=caller
            ),
        )

    def send_again(self, number, ended):
        """What ended does not come back."""
        kept = self.kept(number)
        if ended and not kept.pending and not kept.is_paused:
            self.send(number, kept.holders["publisher"], kept.live.root, ended)
            assert kept.pending is None

    @precondition(lambda self: any(kept.pending for kept in self.model.campaigns.values()))
    @rule(pick=CAMPAIGNS, name=st.sampled_from(("guardian", "guardian", "owner")))
    def veto(self, pick, name):
        number = self.pending(pick)
        campaign, kept = self.stages[number].campaign, self.kept(number)
        pending = kept.pending
        root = pending.root if pending else kit.word(6)
        caller = kept.holders[name]
        self.both(
            "veto",
            lambda: self.model.veto(caller, campaign, root),
            lambda: self.contract.veto(campaign, root, sender=caller),
        )
        self.send_again(number, pending)

    @precondition(lambda self: any(kept.pending for kept in self.model.campaigns.values()))
    @rule(pick=st.integers(0, 99))
    def void(self, pick):
        number = self.pending(pick)
        self.object(number, pick % len(self.kept(number).pending.rows))

    def object(self, number, place):
        """Every fault that a leaf can show ends the root; the same calls without one do not."""
        kept, stage = self.kept(number), self.stages[number]
        if not kept.pending:
            return
        tree, live = self.trees[kept.pending.root], self.trees.get(kept.live.root)
        account, entitlement = kept.pending.rows[place % len(kept.pending.rows)]
        proof = tree.proof(account, entitlement)
        before = dict(kept.live.rows).get(account)
        twins = [value for holder, value in kept.pending.rows if holder == account]
        other = twins[-1] if twins[-1] != entitlement else twins[0]
        attempts = {
            "exceeding": (entitlement > kept.pending.total, (entitlement, proof)),
            "doubled": (
                other != entitlement,
                (entitlement, proof, other, tree.proof(account, other)),
            ),
        }
        if before is not None:
            values = (before, live.proof(account, before), entitlement, proof)
            attempts["lowered"] = (entitlement < before, values)
        pending = kept.pending
        for kind, (is_fault, values) in attempts.items():
            root = kept.pending.root if kept.pending else NONE
            self.both(
                f"void_{kind}",
                lambda: self.model.void(stage.campaign, tree.root, root == tree.root and is_fault),
                lambda: getattr(self.contract, f"void_{kind}")(stage.campaign, account, *values),
                words=False,
            )
        self.send_again(number, pending)

    # Claims.

    @rule(
        number=CAMPAIGNS,
        pick=st.integers(0, 99),
        name=st.one_of(st.just("self"), PEOPLE),
        wrong=st.sampled_from((None,) * 9 + ("root", "amount", "pending")),
    )
    def claim(self, number, pick, name, wrong):
        kept, stage = self.kept(number), self.stages[number]
        root = kept.pending if wrong == "pending" and kept.pending else kept.live
        account = self.holder(number, pick, root).address
        caller = account if name == "self" else self.address(name)
        rows = [value for someone, value in root.rows if someone == account]
        entitlement = rows[-1] if rows else 7
        proof = self.trees[root.root].proof(account, entitlement) if rows else []
        is_proven = bool(rows) and root.root == kept.live.root
        if wrong == "amount":
            entitlement, is_proven = entitlement + 10**9, False
        expected = kit.word(9) if wrong == "root" else NONE
        recipient = self.model.account(account).recipient or account
        before = self.tokens[number].balanceOf(recipient)
        result = self.both(
            "claim",
            lambda: self.model.claim(
                caller, stage.campaign, account, entitlement, is_proven, expected
            ),
            lambda: self.contract.claim(
                stage.campaign, account, entitlement, proof, expected, sender=caller
            ),
        )
        if result:
            assert result == ((recipient, result[1]), result[1])
        paid = result[1] if result else 0
        assert self.tokens[number].balanceOf(recipient) - before == paid

    @rule(
        number=CAMPAIGNS,
        pick=st.integers(0, 99),
        to=HOLDERS,
        name=PEOPLE,
        is_signed=st.sampled_from((True, True, False)),
    )
    def claim_to(self, number, pick, to, name, is_signed):
        kept, stage = self.kept(number), self.stages[number]
        person = self.holder(number, pick)
        caller, recipient = self.address(name), self.address(to)
        rows = [value for someone, value in kept.live.rows if someone == person.address]
        entitlement = rows[0] if rows else 7
        tree = self.trees.get(kept.live.root)
        proof = tree.proof(person.address, entitlement) if rows else []
        deadline = self.model.time
        nonce = self.model.account(person.address).nonce + (0 if is_signed else 1)
        signature = stage.signature(person, recipient, deadline, nonce)
        result = self.both(
            "claim_to",
            lambda: self.model.claim_to(
                caller, stage.campaign, person.address, entitlement, bool(rows), is_signed
            ),
            lambda: self.contract.claim_to(
                stage.campaign,
                person.address,
                entitlement,
                proof,
                NONE,
                recipient,
                deadline,
                signature,
                sender=caller,
            ),
        )
        assert result is None or result[0] == result[1]

    # Accounts, pauses, roles, time.

    @rule(holder=HOLDERS, to=st.one_of(st.none(), HOLDERS))
    def set_recipient(self, holder, to):
        recipient = self.address(to) if to else None
        self.model.account(self.address(holder)).recipient = recipient
        self.contract.set_recipient(recipient or kit.ZERO, sender=self.address(holder))

    @rule(holder=HOLDERS, operator=PEOPLE, approved=st.booleans(), opted_out=st.booleans())
    def set_operator_and_consent(self, holder, operator, approved, opted_out):
        account, other = self.address(holder), self.address(operator)
        own = self.model.account(account)
        (own.operators.add if approved else own.operators.discard)(other)
        own.is_opted_out = opted_out
        self.contract.set_operator(other, approved, sender=account)
        self.contract.set_opt_out(opted_out, sender=account)

    @rule(
        number=CAMPAIGNS,
        name=st.sampled_from(("owner", "guardian", "publisher")),
        seconds=st.sampled_from((0, 1, DAY, WINDOW, 5 * DAY, None)),
    )
    def pause(self, number, name, seconds):
        campaign, caller = self.stages[number].campaign, self.kept(number).holders[name]
        self.both(
            "pause",
            lambda: self.model.pause(caller, campaign),
            lambda: self.contract.pause(campaign, sender=caller),
        )
        if seconds is not None:
            self.pass_time(seconds)
            self.unpause(number, "owner")

    @rule(number=CAMPAIGNS, name=st.sampled_from(("owner", "owner", "guardian")))
    def unpause(self, number, name):
        campaign, caller = self.stages[number].campaign, self.kept(number).holders[name]
        self.both(
            "unpause",
            lambda: self.model.unpause(caller, campaign),
            lambda: self.contract.unpause(campaign, sender=caller),
        )

    @rule(number=CAMPAIGNS, role=st.integers(0, 2), name=PEOPLE, then=st.booleans())
    def announce_role(self, number, role, name, then):
        campaign, caller = self.stages[number].campaign, self.kept(number).holders["owner"]
        account = self.address(name)
        self.both(
            "announce_role",
            lambda: self.model.announce_role(caller, campaign, model.ROLES[role], account),
            lambda: self.contract.announce_role(campaign, role, account, sender=caller),
        )
        if then:
            self.pass_time(WINDOW + DAY)
            self.accept_role(number, role, None)

    @rule(number=CAMPAIGNS, role=st.integers(0, 2), name=st.one_of(st.none(), PEOPLE))
    def accept_role(self, number, role, name):
        campaign, kept = self.stages[number].campaign, self.kept(number)
        announced = kept.announced.get(model.ROLES[role], (self.address("eve"), 0))[0]
        caller = self.address(name) if name else announced
        self.both(
            "accept_role",
            lambda: self.model.accept_role(caller, campaign, model.ROLES[role]),
            lambda: self.contract.accept_role(campaign, role, sender=caller),
        )

    @rule(
        seconds=st.one_of(
            st.sampled_from((1, WINDOW - 1, WINDOW, WINDOW + 1)),
            st.integers(0, WINDOW),
            st.integers(0, 20 * DAY),
        )
    )
    def pass_time(self, seconds):
        before = {key: set(kept.ever_live) for key, kept in self.model.campaigns.items()}
        self.model.pass_time(seconds)
        kit.pass_time(seconds)
        for key, kept in self.model.campaigns.items():
            assert not (kept.ever_live - before[key]) & kept.voided  # INV-020

    # What always holds.

    @invariant()
    def the_contract_says_what_the_model_says(self):
        for stage, kept in zip(self.stages, self.model.campaigns.values()):
            state = stage.state
            holders = (state.owner, state.publisher, state.guardian)
            assert holders == tuple(kept.holders[role] for role in model.ROLES)
            assert state.paused == kept.is_paused
            live, pending = kept.live, kept.pending or model.Root()
            assert tuple(state.live)[:3] == (live.root, live.commitment, live.total)
            assert tuple(state.pending)[:3] == (pending.root, pending.commitment, pending.total)
            assert (state.funded, state.claimed) == (kept.funded, kept.claimed)
            assert (state.spent, state.free) == (kept.pushed + kept.taken, kept.free)

    @invariant()
    def every_unit_is_somewhere(self):  # INV-019
        for token in set(self.tokens):
            mine = [
                (stage, kept)
                for stage, kept in zip(self.stages, self.model.campaigns.values())
                if stage.token is token
            ]
            held = sum(kept.funded - kept.claimed - kept.pushed - kept.taken for _, kept in mine)
            assert token.balanceOf(self.contract) == held

    @invariant()
    def amounts_stay_in_their_order(self):  # INV-017, INV-018
        for key, kept in self.model.campaigns.items():
            pending = kept.pending.total if kept.pending else kept.live.total
            assert kept.claimed <= kept.live.total <= pending
            if not kept.is_expired:
                assert kept.pushed + kept.taken + pending <= kept.funded
            assert kept.claimed + kept.pushed + kept.taken <= kept.funded
            lows = {"total": kept.live.total, **kept.paid}
            for name, value in lows.items():
                assert self.low.get((key, name), 0) <= value
                self.low[key, name] = value


Histories.TestCase.settings = kit.samples(12, stateful_step_count=60)
TestHistories = Histories.TestCase


# The same steps in proportions that reach every corner, by seeds.
STEPS = {
    "fund": (1, lambda r: (r.randrange(3), r.randrange(400), r.choice(NAMES))),
    "take_back": (1, lambda r: (r.randrange(3), r.randrange(300), r.choice(("owner", "eve")))),
    "push": (1, lambda r: (r.randrange(3), some_entries(r), some(r, 1), r.random() < 0.2)),
    "propose": (
        6,
        lambda r: (
            r.randrange(3),
            {name: r.randrange(1, 90) for name in sorted(some(r, 3) | {"ann"})},
            r.choice(("none",) * 4 + ("lowered", "doubled", "exceeding", "vanished", "swollen")),
            r.randrange(1, 9),
            "eve" if r.random() < 0.05 else "publisher",
            r.random() < 0.05,
            r.choice(("wait", "object", "object", "leave", "again")),
        ),
    ),
    "veto": (1, lambda r: (r.randrange(3), r.choice(("guardian", "guardian", "owner")))),
    "void": (1, lambda r: (r.randrange(99),)),
    "claim": (
        8,
        lambda r: (
            r.randrange(3),
            r.randrange(99),
            r.choice(("self", "self", *NAMES)),
            r.choice((None,) * 6 + ("root", "amount", "pending")),
        ),
    ),
    "claim_to": (
        3,
        lambda r: (
            r.randrange(3),
            r.randrange(99),
            r.choice(HOLDER_NAMES),
            r.choice(NAMES),
            r.random() < 0.8,
        ),
    ),
    "set_recipient": (1, lambda r: (r.choice(HOLDER_NAMES), r.choice((None, *HOLDER_NAMES)))),
    "set_operator_and_consent": (
        1,
        lambda r: (r.choice(HOLDER_NAMES), r.choice(NAMES), r.random() < 0.5, r.random() < 0.3),
    ),
    "pause": (
        1,
        lambda r: (
            r.randrange(3),
            r.choice(("owner", "guardian", "publisher")),
            r.choice((0, DAY, WINDOW, 3 * WINDOW, None)),
        ),
    ),
    "unpause": (1, lambda r: (r.randrange(3), "owner")),
    "announce_role": (
        0.3,
        lambda r: (r.randrange(3), r.randrange(3), r.choice(NAMES), r.random() < 0.7),
    ),
    "accept_role": (0.3, lambda r: (r.randrange(3), r.randrange(3), r.choice((None, "eve")))),
    "pass_time": (3, lambda r: (r.choice((1, DAY, WINDOW, r.randrange(30 * DAY))),)),
}


def some(r, most):
    return set(r.sample(HOLDER_NAMES, r.randint(0, most)))


def some_entries(r):
    return [(name, r.randrange(60)) for name in sorted(some(r, 3))]


# Steps without an outcome of their own.
UNCOMPARED = ("void", "pass_time", "set_recipient", "set_operator_and_consent")
REACHED = (
    [(what, "done") for what in STEPS if what not in UNCOMPARED]
    + [(f"void_{kind}", "done") for kind in ("lowered", "doubled", "exceeding")]
    + [("claim", words) for words in ("expired", "paused", "another root is live")]
    + [("claim", words) for words in ("exceeds the total", "proof does not fit")]
    + [("claim", words) for words in ("only account or operator", "account opted out")]
    + [("claim_to", words) for words in ("signature does not fit", "nothing is due")]
    + [("propose", words) for words in ("parent is not live", "total exceeds funds", "paused")]
    + [("propose", words) for words in ("increase too large", "was vetoed", "was voided")]
    + [("propose", "too near the expiry"), ("push", "exceeds what is free")]
    + [("take_back", "exceeds what is free"), ("unpause", "not paused")]
)


@pytest.fixture(scope="module")
def reached():
    return Counter()


@pytest.mark.parametrize("seed", range(8 * max(kit.FUZZ, 1)))
def test_long_histories(reached, seed):
    r = random.Random(f"history {seed}")
    histories = Histories()
    weights = [weight for weight, _ in STEPS.values()]
    for _ in range(140):
        name = r.choices(list(STEPS), weights)[0]
        if name in ("veto", "void") and not any(
            kept.pending for kept in histories.model.campaigns.values()
        ):
            continue
        getattr(histories, name)(*STEPS[name][1](r))
        histories.the_contract_says_what_the_model_says()
        histories.every_unit_is_somewhere()
        histories.amounts_stay_in_their_order()
    reached.update(histories.outcomes)


def test_long_histories_reach_every_corner(reached):
    """That the histories show something: each of these happened in them."""
    print(sorted(reached.items()))
    assert [outcome for outcome in REACHED if not reached[outcome]] == []
