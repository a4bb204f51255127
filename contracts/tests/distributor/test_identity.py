"""The contract's identifiers against vectors that plain Python made from the page's encodings."""

import json

import boa
import distributor_kit as kit
import pytest
from distributor_identity import identifier, schedule_hash, terms_hash, terms_tuple
from distributor_kit import DAY, IMMEDIATE, NONE, START, schedule_of
from eth_abi import encode
from eth_utils import keccak, to_canonical_address



def read(value):
    """Integers from 2**53 on stand as texts there."""
    if isinstance(value, dict):
        return {name: read(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [read(entry) for entry in value]
    return int(value) if isinstance(value, str) and value.isdecimal() else value


CASES = read(json.loads((kit.CONTRACTS / "vectors" / "campaigns.json").read_text())["cases"])
TERMS = [
    {"schedule": IMMEDIATE},
    {"schedule": schedule_of("linear", start=START, cliff=DAY, duration=9 * DAY, initial_unlock=1)},
    {"schedule": schedule_of("steps", start=START, step_seconds=60, step_count=2**32 - 1)},
    {"schedule": schedule_of("steps", start=2**63, step_months=1200, step_count=3)},
    {"window": 30 * DAY, "claim_policy": 0, "maximum_increase": 2**128 - 1},
    {"expiry": 2**47 - 1},
]


@pytest.mark.parametrize("more", TERMS)
def test_identifiers_equal_those_of_plain_python(open_stage, distributor, token, people, more):
    salt = keccak(text=repr(more))
    stage = open_stage(salt=salt, funds=0, **more)
    assert stage.campaign == identifier(
        1, distributor.address, token.address, people.owner.address, salt, stage.terms
    )


def test_identifiers_name_the_chain(open_stage, distributor, token, people):
    terms = open_stage(funds=0).terms
    boa.env.evm.patch.chain_id = 10
    try:
        abroad = distributor.create(
            token.address, NONE, terms_tuple(terms), sender=people.owner.address
        )
    finally:
        boa.env.evm.patch.chain_id = 1
    assert abroad == identifier(
        10, distributor.address, token.address, people.owner.address, NONE, terms
    )
    assert abroad != identifier(
        1, distributor.address, token.address, people.owner.address, NONE, terms
    )


def test_vectors_are_what_the_encodings_give():
    """Regenerate them with scripts/vectors/campaigns.py when this fails."""
    for case in CASES:
        terms = case["terms"]
        assert "0x" + schedule_hash(terms["schedule"]).hex() == case["schedule_hash"]
        assert "0x" + terms_hash(terms).hex() == case["terms_hash"]
        place = [case[name] for name in ("chain", "distributor", "token", "creator")]
        made = identifier(*place, bytes.fromhex(case["salt"][2:]), terms)
        assert "0x" + made.hex() == case["campaign"]


@pytest.mark.parametrize("case", [case for case in CASES if case["terms"]["schedule"]["shape"] < 3])
def test_the_contract_gives_the_vectors_identifiers(case):
    """At the vector's own addresses and on its own chain."""
    contract = kit.deployer("src", "Distributor").deploy(override_address=case["distributor"])
    kit.deployer("mocks", "PlainToken").deploy(override_address=case["token"])
    salt, terms = bytes.fromhex(case["salt"][2:]), terms_tuple(case["terms"])
    boa.env.evm.patch.chain_id = case["chain"]
    try:
        made = contract.create(case["token"], salt, terms, sender=case["creator"])
    finally:
        boa.env.evm.patch.chain_id = 1
    assert "0x" + made.hex() == case["campaign"]


def test_the_schedule_hash_is_an_abi_encoding_with_two_empty_lists():
    """The offsets that the contract writes as numbers are those of the encoding."""
    words = encode(["uint8"] + ["uint64"] * 8 + ["uint64[]", "uint64[]"], [0] * 9 + [[], []])
    assert [int.from_bytes(words[at : at + 32], "big") for at in range(0, len(words), 32)] == (
        [0] * 9 + [352, 384, 0, 0]
    )


def test_a_leaf_names_campaign_account_and_entitlement(live, people):
    fields = (live.campaign, to_canonical_address(people.ann.address), 100 * kit.UNIT)
    node = keccak(keccak(encode(["bytes32", "address", "uint256"], fields)))
    for sibling in live.tree.proof(people.ann.address):
        node = keccak(min(node, sibling) + max(node, sibling))
    assert node == live.state.live.root
