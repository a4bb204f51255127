"""The contract's identifiers against vectors that plain Python made from the page's encodings."""

import json

import distributor_kit as kit
import pytest
from distributor_identity import identifier, schedule_hash, terms_hash, terms_tuple
from distributor_kit import DAY, IMMEDIATE, NONE, START, schedule_of
from eth_abi import encode
from eth_utils import keccak, to_canonical_address

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
    import boa

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
    """`contracts/vectors/campaigns.json`, for the Swift tests too: regenerate it when this fails."""
    path = kit.CONTRACTS / "vectors" / "campaigns.json"
    cases = json.loads(path.read_text())["cases"]
    assert len(cases) >= 6
    for case in cases:
        terms = case["terms"]
        assert "0x" + schedule_hash(terms["schedule"]).hex() == case["schedule_hash"]
        assert "0x" + terms_hash(terms).hex() == case["terms_hash"]
        made = identifier(
            case["chain"],
            case["distributor"],
            case["token"],
            case["creator"],
            bytes.fromhex(case["salt"][2:]),
            terms,
        )
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
