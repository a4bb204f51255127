"""A campaign's tree, from its definition: leaves hashed twice, sorted, in OpenZeppelin's complete
tree, where node i has the children 2i + 1 and 2i + 2 and the leaves fill it from its end."""

from eth_abi import encode
from eth_utils import keccak, to_canonical_address


def leaf(campaign, account, entitlement):
    fields = encode(
        ["bytes32", "address", "uint256"], [campaign, to_canonical_address(account), entitlement]
    )
    return keccak(keccak(fields))


def parent(left, right):
    return keccak(min(left, right) + max(left, right))


def climbed(node, proof):
    for sibling in proof:
        node = parent(node, sibling)
    return node


class Tree:
    """Rows of (account, entitlement); an account may stand there twice, as a wrong tree has it."""

    def __init__(self, campaign, rows):
        self.campaign = campaign
        self.rows = list(rows)
        self.leaves = sorted(leaf(campaign, *row) for row in self.rows)
        self.last = 2 * len(self.leaves) - 2
        self.hashes = {}
        self.root = self._hash(0)

    def _hash(self, index):
        if index not in self.hashes:
            if 2 * index + 1 > self.last:
                self.hashes[index] = self.leaves[self.last - index]
            else:
                self.hashes[index] = parent(self._hash(2 * index + 1), self._hash(2 * index + 2))
        return self.hashes[index]

    def proof(self, account, entitlement=None):
        """Of the account's (first) row, or of its row with that entitlement."""
        if entitlement is None:
            entitlement = self.entitlement(account)
        index = self.last - self.leaves.index(leaf(self.campaign, account, entitlement))
        siblings = []
        while index > 0:
            siblings.append(self._hash(index + 1 if index % 2 else index - 1))
            index = (index - 1) // 2
        return siblings

    def entitlement(self, account):
        return next(value for holder, value in self.rows if holder == account)

    @property
    def total(self):
        return sum(value for _, value in self.rows)


def tall_tree(campaign, rows, depth):
    """A root, and the proofs of the rows, in a tree with proofs of `depth` hashes: as if the other
    half of each higher level held accounts that nobody asks for."""
    tree = Tree(campaign, rows)
    proofs = [tree.proof(*row) for row in rows]
    root = tree.root
    for level in range(depth - len(proofs[0])):
        sibling = keccak(text=f"sibling {level}")
        root = parent(root, sibling)
        for proof in proofs:
            proof.append(sibling)
    return root, proofs
