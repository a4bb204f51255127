"""What the token should do, written from its description: balances in a dict, votes by their definition.

A call that should revert raises `Refused` with the reason and changes nothing."""

ZERO = "0x" + "0" * 40
MAX = 2**256 - 1


class Refused(Exception):
    pass


def require(condition, reason):
    if not condition:
        raise Refused(reason)


class BucketModel:
    def __init__(self):
        self.limit = self.refill = self.available = self.updated = 0

    def now(self, time):
        return min(self.limit, self.available + self.refill * (time - self.updated))

    def resize(self, time, limit, refill):
        left = min(self.now(time), limit)
        self.limit, self.refill, self.available, self.updated = limit, refill, left, time

    def check(self, time, amount):
        require(self.limit > 0, "caller is not a bridge")
        require(amount <= self.now(time), "above the bridge's limit")

    def spend(self, time, amount):
        self.available, self.updated = self.now(time) - amount, time


class TokenModel:
    def __init__(self, *, address, cap, home_chain, chain, deployer, time):
        self.address, self.cap, self.deployer, self.time = address, cap, deployer, time
        self.is_home = home_chain == chain
        self.balances, self.allowances, self.delegates, self.nonces = {}, {}, {}, {}
        self.issued = self.bridged_in = self.bridged_out = 0
        self.is_begun = False
        self.minter, self.owner, self.pending_owner = ZERO, deployer, ZERO
        self.mint_buckets, self.burn_buckets = {}, {}
        self.past = {}

    # Definitions.

    def balance(self, account):
        return self.balances.get(account, 0)

    def supply(self):
        return sum(self.balances.values())

    def votes(self, account):
        return sum(
            balance
            for holder, balance in self.balances.items()
            if account != ZERO and self.delegates.get(holder, ZERO) == account
        )

    def delegated_supply(self):
        return sum(b for holder, b in self.balances.items() if self.delegates.get(holder, ZERO) != ZERO)

    def remember(self, accounts):
        """What holds at the end of this second, as far as it has gone."""
        self.past[self.time] = ({a: self.votes(a) for a in accounts}, self.supply())

    def past_votes(self, account, time):
        come = [t for t in self.past if t <= time]
        return self.past[max(come)][0][account] if come else 0

    def past_supply(self, time):
        come = [t for t in self.past if t <= time]
        return self.past[max(come)][1] if come else 0

    # Calls.

    def check_receiver(self, to):
        require(to != ZERO, "receiver is the zero address")
        require(to != self.address, "receiver is the token")

    def transfer(self, sender, to, amount):
        self.check_receiver(to)
        require(amount <= self.balance(sender), "balance is too low")
        self.balances[sender] = self.balance(sender) - amount
        self.balances[to] = self.balance(to) + amount

    def check_allowance(self, owner, spender, amount):
        require(amount <= self.allowances.get((owner, spender), 0), "allowance is too low")

    def spend_allowance(self, owner, spender, amount):
        if self.allowances.get((owner, spender), 0) != MAX:
            self.allowances[owner, spender] = self.allowances.get((owner, spender), 0) - amount

    def transfer_from(self, spender, owner, to, amount):
        self.check_allowance(owner, spender, amount)
        self.transfer(owner, to, amount)
        self.spend_allowance(owner, spender, amount)

    def approve(self, owner, spender, amount):
        require(spender != ZERO, "spender is the zero address")
        self.allowances[owner, spender] = amount

    def use_nonce(self, account):
        self.nonces[account] = self.nonces.get(account, 0) + 1

    def permit(self, owner, spender, amount, deadline, *, signed):
        """`signed` is what the signature covers: signer, owner, spender, amount, nonce, deadline."""
        require(self.time <= deadline, "signature expired")
        good = (owner, owner, spender, amount, self.nonces.get(owner, 0), deadline)
        require(signed == good, "signature is not the owner's")
        self.approve(owner, spender, amount)
        self.use_nonce(owner)

    def delegate(self, account, delegatee):
        self.delegates[account] = delegatee

    def delegate_by_signature(self, signer, delegatee, nonce, expiry):
        require(self.time <= expiry, "signature expired")
        require(nonce == self.nonces.get(signer, 0), "nonce is not the next one")
        self.use_nonce(signer)
        self.delegate(signer, delegatee)

    def check_creation(self, to, amount):
        self.check_receiver(to)
        require(self.supply() + amount <= self.cap, "supply would exceed the cap")

    def create(self, to, amount):
        self.balances[to] = self.balance(to) + amount

    def genesis(self, sender, minter, allocations):
        require(sender == self.deployer, "caller is not the deployer")
        require(self.is_home, "not the home chain")
        require(not self.is_begun, "genesis was called before")
        issued = 0
        for account, amount in allocations:
            issued += amount
            require(issued <= self.cap, "issued would exceed the cap")
            self.check_receiver(account)
        for account, amount in allocations:
            self.create(account, amount)
        self.issued, self.minter, self.is_begun = issued, minter, True

    def mint(self, sender, to, amount):
        require(sender == self.minter, "caller is not the minter")
        require(self.is_home, "not the home chain")
        require(self.issued + amount <= self.cap, "issued would exceed the cap")
        self.check_creation(to, amount)
        self.issued += amount
        self.create(to, amount)

    def renounce_minter(self, sender):
        require(sender == self.minter, "caller is not the minter")
        self.minter = ZERO

    def bucket(self, buckets, bridge):
        return buckets.setdefault(bridge, BucketModel())

    def crosschain_mint(self, bridge, to, amount):
        bucket = self.bucket(self.mint_buckets, bridge)
        bucket.check(self.time, amount)
        if self.is_home:
            require(self.bridged_in + amount <= self.bridged_out, "more than left the home chain")
        self.check_creation(to, amount)
        bucket.spend(self.time, amount)
        self.bridged_in += amount
        self.create(to, amount)

    def crosschain_burn(self, bridge, owner, amount):
        bucket = self.bucket(self.burn_buckets, bridge)
        bucket.check(self.time, amount)
        if owner != bridge:
            self.check_allowance(owner, bridge, amount)
        require(amount <= self.balance(owner), "balance is too low")
        if owner != bridge:
            self.spend_allowance(owner, bridge, amount)
        bucket.spend(self.time, amount)
        self.bridged_out += amount
        self.balances[owner] -= amount

    def set_bridge(self, sender, bridge, mint_limit, mint_refill, burn_limit, burn_refill):
        require(sender == self.owner, "caller is not the owner")
        require(bridge != ZERO, "bridge is the zero address")
        self.bucket(self.mint_buckets, bridge).resize(self.time, mint_limit, mint_refill)
        self.bucket(self.burn_buckets, bridge).resize(self.time, burn_limit, burn_refill)

    def transfer_ownership(self, sender, to):
        require(sender == self.owner, "caller is not the owner")
        self.pending_owner = to

    def accept_ownership(self, sender):
        require(sender == self.pending_owner, "caller was offered nothing")
        self.owner, self.pending_owner = sender, ZERO

    def renounce_ownership(self, sender):
        require(sender == self.owner, "caller is not the owner")
        self.owner, self.pending_owner = ZERO, ZERO
