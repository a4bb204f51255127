"""The identifier of a campaign and its terms' hash, by the encodings of CampaignIdentity.swift."""

from eth_abi import encode
from eth_utils import keccak, to_canonical_address


def schedule_hash(schedule):
    """Of a dictionary; parts that it does not have are 0 or empty. Knows every shape of the law."""
    names = (
        "start",
        "initial_unlock",
        "cliff",
        "duration",
        "half_life",
        "step_seconds",
        "step_months",
        "step_count",
    )
    return keccak(
        encode(
            ["uint8"] + ["uint64"] * len(names) + ["uint64[]", "uint64[]"],
            [schedule["shape"]]
            + [schedule.get(name, 0) for name in names]
            + [schedule.get("tranche_times", []), schedule.get("tranche_shares", [])],
        )
    )


def terms_hash(terms):
    return keccak(
        encode(
            ["bytes32", "uint64", "uint64", "uint8", "uint256", "address", "address", "address"],
            [
                schedule_hash(terms["schedule"]),
                terms["window"],
                terms["expiry"],
                terms["claim_policy"],
                terms["maximum_increase"],
                to_canonical_address(terms["owner"]),
                to_canonical_address(terms["publisher"]),
                to_canonical_address(terms["guardian"]),
            ],
        )
    )


def identifier(chain, distributor, token, creator, salt, terms):
    return keccak(
        encode(
            ["uint256", "address", "address", "address", "bytes32", "bytes32"],
            [
                chain,
                to_canonical_address(distributor),
                to_canonical_address(token),
                to_canonical_address(creator),
                salt,
                terms_hash(terms),
            ],
        )
    )


def schedule_tuple(schedule):
    """As the contract takes it."""
    names = ("start", "initial_unlock", "cliff", "duration", "step_seconds", "step_months", "step_count")
    return (schedule["shape"], *(schedule.get(name, 0) for name in names))


def terms_tuple(terms):
    names = ("window", "expiry", "claim_policy", "maximum_increase", "owner", "publisher", "guardian")
    return (schedule_tuple(terms["schedule"]), *(terms[name] for name in names))
