"""What the vesting contract should do, written from its description: a list of escrows, votes by their definition.

The schedule's law is the plain Python of scripts/vectors/vesting.py. A call that should revert raises `Refused`
with the reason and changes nothing."""

import importlib.util
import pathlib
from dataclasses import dataclass

from token_model import ZERO, Refused, require

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]


def load_law():
    path = REPOSITORY / "scripts" / "vectors" / "vesting.py"
    spec = importlib.util.spec_from_file_location("vesting_law", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


law = load_law()

__all__ = ["Escrow", "Refused", "VestingModel", "ZERO", "as_argument", "law"]


def as_argument(schedule):
    """A schedule of the law as the contracts take it."""
    times, shares = ([place[item] for place in schedule["tranches"]] for item in (0, 1))
    return (schedule["shape"], *(schedule[part] for part in law.PARTS), times, shares)


@dataclass
class Escrow:
    recipient: str
    amount: int
    revoker: str
    refund_to: str
    schedule: dict
    claimed: int = 0
    proposed: str = ZERO
    is_revoked: bool = False

    def vested(self, time):
        return self.amount if self.is_revoked else law.vested(self.schedule, self.amount, time)

    def claimable(self, time):
        return self.vested(time) - self.claimed

    def unclaimed(self):
        return self.amount - self.claimed


class VestingModel:
    def __init__(self, time):
        self.time = time
        self.escrows = []
        self.batches = {}
        self.chosen = {}
        self.funded = self.paid = self.refunded = 0
        self.past = {}

    # Definitions.

    def unclaimed(self, account):
        return sum(escrow.unclaimed() for escrow in self.escrows if escrow.recipient == account)

    def owed(self):
        return sum(escrow.unclaimed() for escrow in self.escrows)

    def delegate_of(self, account):
        return self.chosen.get(account, account)

    def votes(self, account):
        recipients = {escrow.recipient for escrow in self.escrows}
        return sum(self.unclaimed(r) for r in recipients if account != ZERO and self.delegate_of(r) == account)

    def remember(self, accounts):
        self.past[self.time] = ({a: self.votes(a) for a in accounts}, self.owed())

    def standing(self, time):
        come = [t for t in self.past if t <= time]
        return self.past[max(come)] if come else None

    # Calls.

    def create(self, creator, salt, schedule, entries, funds):
        key = (creator, salt, as_argument(schedule).__repr__(), tuple(entries))
        if key in self.batches:
            return self.batches[key]
        require(entries, "batch is empty")
        total = sum(amount for _, amount, _, _ in entries)
        require(total <= funds, None)
        self.batches[key] = len(self.escrows) + 1
        for recipient, amount, revoker, refund_to in entries:
            self.escrows.append(Escrow(recipient, amount, revoker, refund_to, schedule))
        self.funded += total
        return self.batches[key]

    def escrow(self, number):
        require(1 <= number <= len(self.escrows), "no such escrow")
        return self.escrows[number - 1]

    def claim(self, number):
        escrow = self.escrow(number)
        amount = escrow.claimable(self.time)
        require(amount > 0, "nothing to claim yet")
        escrow.claimed += amount
        self.paid += amount
        return amount

    def claim_many(self, numbers):
        for number in numbers:
            self.escrow(number)
        return sum(self.claim(n) for n in dict.fromkeys(numbers) if self.escrow(n).claimable(self.time))

    def revoke(self, caller, number):
        escrow = self.escrow(number)
        require(caller == escrow.revoker, "caller is not the revoker")
        vested = escrow.vested(self.time)
        refund = escrow.amount - vested
        require(refund > 0, "all of it has vested")
        escrow.amount, escrow.is_revoked, escrow.revoker, escrow.refund_to = vested, True, ZERO, ZERO
        self.refunded += refund
        return refund

    def renounce(self, caller, number):
        escrow = self.escrow(number)
        require(caller == escrow.revoker, "caller is not the revoker")
        escrow.revoker = escrow.refund_to = ZERO

    def propose(self, caller, number, proposed):
        escrow = self.escrow(number)
        require(caller == escrow.recipient, "caller is not the recipient")
        escrow.proposed = proposed

    def accept(self, caller, number):
        escrow = self.escrow(number)
        require(caller == escrow.proposed, "caller was offered nothing")
        escrow.recipient, escrow.proposed = caller, ZERO
