"""Accounts with keys, typed data and test sizes for the tests of Token and Vesting."""

import pathlib

import boa
from eth_abi import encode
from eth_keys import keys
from eth_utils import keccak, to_checksum_address
from sampling import samples

CONTRACTS = pathlib.Path(__file__).resolve().parents[2]
ZERO = "0x" + "0" * 40
HOME = 1
OTHER = 10
START = 1_900_000_000
MAX = 2**256 - 1
CAP = 1_000_000 * 10**18
GRANT = 1000 * 10**18  # what each first holder has
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class Person:
    """An account without code, and its key."""

    def __init__(self, number):
        self.key = keys.PrivateKey(keccak(text=f"person {number}"))
        self.address = to_checksum_address(self.key.public_key.to_canonical_address())

    def sign(self, digest):
        signature = self.key.sign_msg_hash(digest)
        return 27 + signature.v, word(signature.r), word(signature.s)


def word(number):
    return number.to_bytes(32, "big")


def twin(signature):
    """The other signature of the same message and key: the malleable one."""
    v, r, s = signature
    return 55 - v, r, word(ORDER - int.from_bytes(s, "big"))


def domain_separator(contract, *, name, chain):
    kind = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    parts = [keccak(text=kind), keccak(text=name), keccak(text="1"), chain, contract]
    return keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], parts))


def digest(separator, kind, types, values):
    return keccak(b"\x19\x01" + separator + keccak(encode(["bytes32", *types], [keccak(text=kind), *values])))


PERMIT = "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
DELEGATION = "Delegation(address delegatee,uint256 nonce,uint256 expiry)"


def permit_digest(separator, owner, spender, amount, nonce, deadline):
    types = ["address", "address", "uint256", "uint256", "uint256"]
    return digest(separator, PERMIT, types, [owner, spender, amount, nonce, deadline])


def delegation_digest(separator, delegatee, nonce, expiry):
    return digest(separator, DELEGATION, ["address", "uint256", "uint256"], [delegatee, nonce, expiry])


def set_chain(chain):
    boa.env.evm.patch.chain_id = chain


def set_time(time):
    boa.env.evm.patch.timestamp = time


def now():
    return boa.env.evm.patch.timestamp


def pass_time(seconds):
    set_time(now() + seconds)


def events(contract, name=None):
    """The last call's events as tuples: name and values, in order; their addresses are text."""
    found = []
    for event in contract.get_logs():
        values = (str(v) if isinstance(v, str) else v for v in tuple(event)[1:])
        found.append((type(event).__name__, *values))
    return [event for event in found if name is None or event[0] == name]
