"""Opening campaigns. Branches: create."""

import boa
import distributor_kit as kit
import pytest
from distributor_identity import identifier, terms_tuple
from distributor_kit import DAY, IMMEDIATE, NONE, START, WINDOW, ZERO, schedule_of
from eth.exceptions import Revert

LAST = 2**64 - 1
LINEAR = schedule_of("linear", start=START, cliff=DAY, duration=100 * DAY, initial_unlock=10**8)
STEPS = schedule_of("steps", start=START, step_seconds=7 * DAY, step_count=52)
MONTHS = schedule_of("steps", start=START, step_months=1, step_count=12, initial_unlock=10**9)


@pytest.fixture
def create(people, distributor, token):
    def created(salt=NONE, of=token.address, **terms):
        usual = {
            "schedule": IMMEDIATE,
            "window": WINDOW,
            "expiry": 0,
            "claim_policy": 1,
            "maximum_increase": 0,
            "owner": people.owner.address,
            "publisher": people.publisher.address,
            "guardian": people.guardian.address,
        }
        terms = terms_tuple({**usual, **terms})
        return distributor.create(of, salt, terms, sender=people.owner.address)

    return created


def test_create_opens_a_campaign(create, distributor, people, token):
    campaign = create(window=3 * DAY, expiry=START + 200 * DAY)
    (event,) = kit.events(distributor, "CampaignCreated")
    assert (event["campaign"], event["token"]) == (campaign, token.address)
    assert event["creator"] == people.owner.address
    state = distributor.state(campaign)
    assert (state.token, state.owner) == (token.address, people.owner.address)
    assert (state.publisher, state.guardian) == (people.publisher.address, people.guardian.address)
    assert (state.window, state.expiry, state.paused) == (3 * DAY, START + 200 * DAY, False)
    assert state.live == state.pending == (NONE, NONE, 0, 0)
    assert (state.funded, state.claimed, state.spent, state.free) == (0, 0, 0, 0)


def test_create_again_changes_nothing(create, distributor, people, token):
    campaign = create()
    token.mint(people.eve.address, 5)
    token.approve(distributor, 5, sender=people.eve.address)
    distributor.fund_to(campaign, 5, sender=people.eve.address)
    before = distributor.state(campaign)
    assert create() == campaign
    assert kit.events(distributor, "CampaignCreated") == []
    assert distributor.state(campaign) == before


@pytest.mark.parametrize("difference", [{"salt": b"\x01" * 32}, {"window": WINDOW + 1}, {"of": None}])
def test_create_with_any_difference_opens_another_campaign(create, difference):
    if "of" in difference:
        difference = {"of": kit.mock("PlainToken").address}
    assert create() != create(**difference)


def test_create_by_another_creator_opens_another_campaign(create, distributor, people, token, stage):
    terms = terms_tuple(stage.terms)
    other = distributor.create(token.address, NONE, terms, sender=people.eve.address)
    assert other != stage.campaign
    assert other == identifier(
        1, distributor.address, token.address, people.eve.address, NONE, stage.terms
    )


def test_create_for_a_token_without_code_reverts(create, people):
    with boa.reverts("token has no code"):
        create(of=people.eve.address)


@pytest.mark.parametrize("supply, is_taken", [(2**128 - 1, True), (2**128, False)])
def test_create_for_a_supply_of_more_than_128_bits_reverts(create, token, people, supply, is_taken):
    token.mint(people.eve.address, supply)
    if is_taken:
        create()
    else:
        with boa.reverts("supply too large"):
            create()


@pytest.mark.parametrize(
    "window, reason",
    [
        (0, "window too short"),
        (DAY - 1, "window too short"),
        (30 * DAY + 1, "window too long"),
        (LAST, "window too long"),
    ],
)
def test_create_with_a_window_out_of_bounds_reverts(create, window, reason):
    with boa.reverts(reason):
        create(window=window)


def test_create_takes_the_shortest_and_the_longest_window(create, distributor):
    assert distributor.state(create(window=DAY)).window == DAY
    assert distributor.state(create(window=30 * DAY)).window == 30 * DAY


def test_create_with_an_unknown_claim_policy_reverts(create):
    create(claim_policy=0)
    create(claim_policy=1)
    with boa.reverts("unknown claim policy"):
        create(claim_policy=2)


def test_create_with_an_increase_of_more_than_128_bits_reverts(create):
    create(maximum_increase=2**128 - 1)
    with boa.reverts("amount too large"):
        create(maximum_increase=2**128)


@pytest.mark.parametrize("role", ["owner", "publisher", "guardian"])
def test_create_without_a_role_reverts(create, role):
    with boa.reverts(f"no {role}"):
        create(**{role: ZERO})


@pytest.mark.parametrize(
    "schedule, end",
    [
        (IMMEDIATE, 0),
        (LINEAR, START + 100 * DAY),
        (STEPS, START + 364 * DAY),
        (MONTHS, START + 365 * DAY),
        # From 2027-01-31T12:00:00Z to the noon of 28 February, and to that of 31 March.
        ({**MONTHS, "start": 1_801_396_800, "step_count": 1}, 1_803_816_000),
        ({**MONTHS, "start": 1_801_396_800, "step_count": 2}, 1_806_494_400),
    ],
)
def test_create_with_an_expiry_too_early_reverts(create, schedule, end):
    first = max(end, START + WINDOW) + 90 * DAY
    create(schedule=schedule, expiry=first)
    with boa.reverts("expiry too early"):
        create(schedule=schedule, expiry=first - 1)


def test_create_with_an_expiry_too_late_reverts(create):
    create(expiry=2**47 - 1)
    with boa.reverts("expiry too late"):
        create(expiry=2**47)


@pytest.mark.parametrize("schedule", [IMMEDIATE, LINEAR, STEPS, MONTHS])
def test_create_takes_every_shape_it_knows(create, distributor, schedule):
    campaign = create(schedule=schedule)
    assert distributor.vested(campaign, 1000, START + 1000 * DAY) == 1000


@pytest.mark.parametrize("shape", [3, 4, 255])
def test_create_with_another_shape_reverts(create, shape):
    with boa.reverts("unknown shape"):
        create(schedule={"shape": shape})


@pytest.mark.parametrize("schedule", [LINEAR, STEPS, MONTHS])
def test_create_with_an_initial_unlock_above_the_whole_reverts(create, schedule):
    create(schedule={**schedule, "initial_unlock": 10**9})
    with boa.reverts("initial unlock above all"):
        create(schedule={**schedule, "initial_unlock": 10**9 + 1})


@pytest.mark.parametrize(
    "schedule",
    [
        {**IMMEDIATE, "start": 1},
        {**IMMEDIATE, "initial_unlock": 1},
        {**IMMEDIATE, "cliff": 1},
        {**IMMEDIATE, "duration": 1},
        {**IMMEDIATE, "step_seconds": 1},
        {**IMMEDIATE, "step_months": 1},
        {**IMMEDIATE, "step_count": 1},
        {**LINEAR, "step_seconds": 1},
        {**LINEAR, "step_months": 1},
        {**LINEAR, "step_count": 1},
        {**STEPS, "cliff": 1},
        {**STEPS, "duration": 1},
        {**STEPS, "step_months": 1},
        {**MONTHS, "cliff": 1},
        {**MONTHS, "duration": 1},
        {**MONTHS, "step_seconds": 1},
    ],
)
def test_create_with_a_part_that_the_shape_does_not_have_reverts(create, schedule):
    with boa.reverts("part without use"):
        create(schedule=schedule)


def test_create_with_a_cliff_after_the_end_reverts(create):
    create(schedule={**LINEAR, "cliff": 100 * DAY})
    with boa.reverts("cliff after the end"):
        create(schedule={**LINEAR, "cliff": 100 * DAY + 1})


@pytest.mark.parametrize(
    "schedule, reason",
    [
        ({**LINEAR, "cliff": 0, "duration": 0}, "no duration or count"),
        ({**STEPS, "step_count": 0}, "no duration or count"),
        ({**MONTHS, "step_count": 0}, "no duration or count"),
        ({**STEPS, "step_seconds": 0}, "no period"),
    ],
)
def test_create_with_nothing_to_count_reverts(create, schedule, reason):
    with boa.reverts(reason):
        create(schedule=schedule)


@pytest.mark.parametrize(
    "last, beyond",
    [
        (
            schedule_of("linear", start=LAST - 5, duration=5),
            schedule_of("linear", start=LAST - 5, duration=6),
        ),
        (
            schedule_of("steps", start=LAST - 21, step_seconds=7, step_count=3),
            schedule_of("steps", start=LAST - 20, step_seconds=7, step_count=3),
        ),
        (
            schedule_of("steps", start=LAST, step_seconds=0, step_months=1, step_count=1),
            schedule_of("steps", start=LAST, step_seconds=LAST, step_count=LAST),
        ),
        (
            schedule_of("steps", start=LAST - 31 * DAY, step_months=1, step_count=1),
            schedule_of("steps", start=LAST, step_months=LAST, step_count=LAST),
        ),
    ],
)
def test_create_with_an_end_beyond_64_bits_reverts(create, last, beyond):
    if last["start"] != LAST:
        create(schedule=last)
    with boa.reverts("end never comes"):
        create(schedule=beyond)


def test_create_refuses_values_wider_than_their_fields(distributor, people, token, stage):
    terms = list(terms_tuple(stage.terms))
    data = distributor.create.prepare_calldata(token.address, NONE, tuple(terms))
    # The window is the ninth word of the terms: after selector, token, salt and eight of a schedule.
    place = 4 + 32 * (2 + 8)
    wide = data[:place] + (2**64).to_bytes(32, "big") + data[place + 32 :]
    with pytest.raises(Revert):
        boa.env.raw_call(distributor.address, data=wide, sender=people.owner.address)
