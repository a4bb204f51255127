"""The benchmark's rule in plain Python: ten terms, a filter, a cap and a floor, by exact whole numbers.

    law.py LIST.csv BUDGET CAP FLOOR     prints how many are paid and the SHA-256 of the amounts

Amounts are base units. Section 10 of docs/reference/law.md, for one cap and one floor for everybody: who would get
more than the cap is held to it, then who would get less than the floor leaves, and again, until nobody leaves.
"""

import hashlib
import sys
from itertools import accumulate


def read(path):
    with open(path) as file:
        next(file)
        for line in file:
            account, *columns = line.rstrip("\n").split(",")
            columns = [int(column) for column in columns]
            if columns[0] >= 10:
                weight = sum(factor * column for factor, column in enumerate(columns, 1))
                if weight > 0:
                    yield weight, account


def allocate(entries, budget, cap, floor):
    """Amounts by account. `entries` descend by weight, so that the capped come first and the leaving last."""
    sums = [0, *accumulate(weight for weight, _ in entries)]
    count = len(entries)
    while True:
        capped = 0
        while capped < count:
            rest, total = budget - cap * capped, sums[count] - sums[capped]
            if entries[capped][0] * rest <= cap * total:
                break
            capped += 1
        rest, total = budget - cap * capped, sums[count] - sums[capped]
        staying = count
        while staying > capped and entries[staying - 1][0] * rest < floor * total:
            staying -= 1
        if staying == count:
            break
        count = staying
    amounts = {account: cap for _, account in entries[:capped]}
    left, remainders = rest, []
    for weight, account in entries[capped:count]:
        amounts[account], remainder = divmod(rest * weight, total)
        left -= amounts[account]
        remainders.append((-remainder, account))
    for _, account in sorted(remainders)[:left if capped < count else 0]:
        amounts[account] += 1
    return amounts


def main():
    path, budget, cap, floor = sys.argv[1], *map(int, sys.argv[2:])
    entries = sorted(read(path), key=lambda entry: (-entry[0], entry[1]))
    amounts = allocate(entries, budget, cap, floor)
    digest = hashlib.sha256()
    for account in sorted(amounts):
        digest.update(f"{account},{amounts[account]}\n".encode())
    print(len(amounts), digest.hexdigest())


if __name__ == "__main__":
    main()
