"""What the Distributor does, as plain as it can be said: no packing, nothing lazy. A pending root
goes live in the moment in which its window has run out; a pause stops the campaign's own clocks,
where the contract moves their ends. Refusals carry the contract's words, in its order."""

from dataclasses import dataclass, field

import distributor_schedule as law

DAY = 86_400
LIMIT = 2**128
NONE = bytes(32)
ZERO = "0x" + "0" * 40
ROLES = ("owner", "publisher", "guardian")


class Refused(Exception):
    """The contract reverts with these words."""


def require(condition, words):
    if not condition:
        raise Refused(words)


@dataclass(frozen=True)
class Root:
    root: bytes = NONE
    commitment: bytes = NONE
    total: int = 0
    rows: tuple = ()  # (account, entitlement); what the tree behind it holds


@dataclass
class Campaign:
    token: str
    terms: dict
    holders: dict
    time_left: int | None  # until the expiry; None is never
    live: Root = Root()
    pending: Root | None = None
    window_left: int = 0
    is_paused: bool = False
    announced: dict = field(default_factory=dict)
    funded: int = 0
    pushed: int = 0
    taken: int = 0
    paid: dict = field(default_factory=dict)  # by account, what claims paid
    payouts: set = field(default_factory=set)
    vetoed: set = field(default_factory=set)
    voided: set = field(default_factory=set)
    ever_live: set = field(default_factory=set)

    @property
    def claimed(self):
        return sum(self.paid.values())

    @property
    def left(self):
        return self.funded - self.pushed - self.taken

    @property
    def is_expired(self):
        return self.time_left is not None and self.time_left <= 0

    @property
    def free(self):
        if self.is_expired:
            return self.left - self.claimed
        return self.left - max(self.live.total, self.pending.total if self.pending else 0)

    def pass_time(self, seconds):
        if self.is_paused:
            return
        if self.time_left is not None:
            self.time_left -= seconds
        if self.pending:
            self.window_left -= seconds
            if self.window_left <= 0:
                self.live, self.pending = self.pending, None
                self.ever_live.add((self.live.root, self.live.total))


@dataclass
class Account:
    recipient: str | None = None
    operators: set = field(default_factory=set)
    is_opted_in: bool = False
    is_opted_out: bool = False
    has_code: bool = False
    nonce: int = 0


class Distributor:
    def __init__(self, time):
        self.time = time
        self.campaigns = {}
        self.accounts = {}

    def pass_time(self, seconds):
        self.time += seconds
        for campaign in self.campaigns.values():
            campaign.pass_time(seconds)

    def account(self, address):
        return self.accounts.setdefault(address, Account())

    def _campaign(self, key):
        require(key in self.campaigns, "unknown campaign")
        return self.campaigns[key]

    def _open(self, key):
        campaign = self._campaign(key)
        require(not campaign.is_paused, "paused")
        return campaign

    def _only(self, campaign, role, caller):
        require(campaign.holders[role] == caller, "caller lacks the role")

    # Campaigns and their funds.

    def create(self, key, token, terms):
        """Terms that are refused are the business of the unit tests."""
        if key in self.campaigns:
            return
        holders = {role: terms[role] for role in ROLES}
        left = terms["expiry"] - self.time if terms["expiry"] else None
        self.campaigns[key] = Campaign(token, terms, holders, left)

    def fund_to(self, key, cumulative):
        campaign = self._campaign(key)
        require(cumulative < LIMIT, "amount too large")
        pulled = max(cumulative - campaign.funded, 0)
        campaign.funded += pulled
        return pulled

    def push(self, caller, key, payout, entries, refusing=()):
        """Entries of (recipient, amount); the token refuses those in `refusing`."""
        campaign = self._open(key)
        self._only(campaign, "owner", caller)
        if payout in campaign.payouts:
            return []
        require(sum(amount for _, amount in entries) <= campaign.free, "exceeds what is free")
        campaign.payouts.add(payout)
        paid = [entry for entry in entries if entry[0] not in refusing]
        campaign.pushed += sum(amount for _, amount in paid)
        return paid

    def take_back(self, caller, key, amount):
        campaign = self._campaign(key)
        self._only(campaign, "owner", caller)
        require(amount <= campaign.free, "exceeds what is free")
        campaign.taken += amount

    # Roots.

    def propose(self, caller, key, parent, new):
        campaign = self._open(key)
        self._only(campaign, "publisher", caller)
        require(new.root != NONE, "no root")
        require(new.commitment != NONE, "no commitment")
        mark = (new.root, new.commitment, new.total)
        for known in (campaign.live, campaign.pending):
            if known and mark == (known.root, known.commitment, known.total):
                return
        live, most = campaign.live, campaign.terms["maximum_increase"]
        require(parent == live.root, "parent is not live")
        require(new.total >= live.total, "total falls")
        require(most == 0 or new.total <= live.total + most, "increase too large")
        require(new.total <= campaign.left, "total exceeds funds")
        require(mark not in campaign.vetoed, "was vetoed")
        require((new.root, new.total) not in campaign.voided, "was voided")
        window = campaign.terms["window"]
        is_early = campaign.time_left is None or window + 90 * DAY <= campaign.time_left
        require(is_early, "too near the expiry")
        campaign.pending, campaign.window_left = new, window

    def veto(self, caller, key, root):
        campaign = self._campaign(key)
        self._only(campaign, "guardian", caller)
        pending = campaign.pending
        require(pending is not None, "root is not pending")
        require(pending.root == root, "root is not pending")
        campaign.vetoed.add((pending.root, pending.commitment, pending.total))
        campaign.pending = None

    def void(self, key, root, is_fault):
        """The proofs are the test's business: it says whether they show a fault of that root."""
        campaign = self._campaign(key)
        pending = campaign.pending
        require(pending is not None and pending.root == root and is_fault, "no fault shown")
        campaign.voided.add((pending.root, pending.total))
        campaign.pending = None

    # Claims.

    def claim(self, caller, key, account, entitlement, is_proven, expected=NONE):
        """Whom it pays, and how much."""
        campaign = self._open(key)
        recipient = self._payee(campaign, caller, account)
        self._check_leaf(campaign, is_proven, expected)
        return recipient, self._claim(campaign, account, entitlement)

    def claim_to(self, caller, key, account, entitlement, is_proven, is_signed):
        campaign = self._open(key)
        self._check_leaf(campaign, is_proven, NONE)
        if caller != account:
            require(is_signed, "signature does not fit")
        amount = self._claim(campaign, account, entitlement)
        require(amount > 0, "nothing is due")
        if caller != account:
            self.account(account).nonce += 1
        return amount

    def _payee(self, campaign, caller, account):
        own = self.account(account)
        if caller != account and caller not in own.operators:
            require(campaign.terms["claim_policy"] == 1, "only account or operator")
            require(not own.is_opted_out, "account opted out")
            require(own.is_opted_in or not own.has_code, "account has code")
        return own.recipient or account

    def _check_leaf(self, campaign, is_proven, expected):
        require(not campaign.is_expired, "expired")
        require(expected in (NONE, campaign.live.root), "another root is live")
        require(is_proven, "proof does not fit")

    def _claim(self, campaign, account, entitlement):
        require(entitlement < LIMIT, "amount too large")
        free = law.vested(campaign.terms["schedule"], entitlement, self.time)
        amount = max(free - campaign.paid.get(account, 0), 0)
        require(campaign.claimed + amount <= campaign.live.total, "exceeds the total")
        if amount:
            campaign.paid[account] = free
        return amount

    # Pauses and roles.

    def pause(self, caller, key):
        campaign = self._open(key)
        if caller != campaign.holders["guardian"]:
            self._only(campaign, "owner", caller)
        campaign.is_paused = True

    def unpause(self, caller, key):
        campaign = self._campaign(key)
        self._only(campaign, "owner", caller)
        require(campaign.is_paused, "not paused")
        campaign.is_paused = False

    def announce_role(self, caller, key, role, account):
        campaign = self.campaigns.get(key)
        require(campaign and campaign.holders["owner"] == caller, "caller lacks the role")
        campaign.announced[role] = (account, self.time + campaign.terms["window"] + DAY)

    def accept_role(self, caller, key, role):
        campaign = self.campaigns[key]
        account, acceptable = campaign.announced.get(role, (ZERO, 0))
        require(account == caller, "not announced")
        require(self.time >= acceptable, "too early")
        campaign.holders[role] = caller
        del campaign.announced[role]
        if role == "owner":
            campaign.announced.clear()
