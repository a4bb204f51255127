# pragma version 0.4.3
# pragma evm-version prague
"""
@title Vesting schedules: what of an amount is free at a time
@license Apache-2.0
@notice A module. It stores each different schedule once, under a number, and computes sections 4 and 5 of
    docs/reference/law.md: vested(A, t) in base units, rounded down, never falling with t, all of it at the end.
@dev Amounts are below 2^128 and times below 2^64, so that no product here reaches 2^256. The shapes:

    0 immediate     all of it at any time
    1 linear        in proportion to time over `duration`, nothing but the initial unlock before `cliff`
    2 steps         in `step_count` equal steps, one every `step_seconds` or every `step_months`
    3 tranches      at stated times, stated shares
    4 exponential   the locked part halves every `half_life`, stretched to end at `duration`
"""

struct Schedule:
    shape: uint8
    start: uint64  # seconds since 1970; of tranches, the first of them
    initial: uint64  # billionths that are free at the start
    cliff: uint64  # seconds after the start
    duration: uint64  # seconds
    half_life: uint64  # seconds
    step_seconds: uint64
    step_months: uint64  # calendar months in UTC
    step_count: uint64
    tranche_times: DynArray[uint64, MAX_TRANCHES]  # seconds since 1970, strictly ascending
    tranche_shares: DynArray[uint64, MAX_TRANCHES]  # billionths, together the whole


event ScheduleStored:
    number: indexed(uint256)
    schedule_hash: indexed(bytes32)


IMMEDIATE: constant(uint8) = 0
LINEAR: constant(uint8) = 1
STEPS: constant(uint8) = 2
TRANCHES: constant(uint8) = 3
EXPONENTIAL: constant(uint8) = 4

MAX_TRANCHES: constant(uint256) = 128
WHOLE: constant(uint256) = 10**9
TIME: constant(uint256) = 2**64 - 1
WORD: constant(uint256) = 2**32 - 1
DAY: constant(uint256) = 86400
# From 0000-03-01, where the count of days below begins, to 1970-01-01.
DAYS_TO_1970: constant(uint256) = 719468
ONE: constant(uint256) = 2**128

# Section 4 of the law: K(i) = floor(2^128 * 2^(-2^(-i))) for i = 1 ... 64.
FACTORS: constant(uint256[64]) = [
    240615969168004511545033772477625056927,
    286142222517866327586855861304318312414,
    312040306297756043528438546211487503610,
    325855510927366467338765757798166302659,
    332990817489906152516528174760363655116,
    336616849754143321171240736068313607683,
    338444645961211524111694060679677685513,
    339362262485680770294711564297527942524,
    339822003293300968391941903755125245321,
    340052107201910159018235275086188756486,
    340167217578529594754386235778394637196,
    340224787378186065024124058177160890957,
    340253575931572222344808541527975417861,
    340267971121744950115931523046122852714,
    340275168945212498243824544813253388216,
    340278767914042977419818114301068315674,
    340280567412732569420752589735540255585,
    340281467165645975541538300962849720626,
    340281917042994833884159925800699069144,
    340282141981892302220047427165751816689,
    340282254451396796222137840463944662897,
    340282310686162983187095027395548206958,
    340282338803549561661223530468750597251,
    340282352862243722146284248737311181623,
    340282359891591020200824223221658257108,
    340282363406264723681097926634783937781,
    340282365163601589034485871425767421621,
    340282366042270025114492637597574848943,
    340282366481604244005324221690708811930,
    340282366701271353663447064309477272527,
    340282366811104908545685248301961112247,
    340282366866021686000098530973984089421,
    340282366893480074730628719979566611706,
    340282366907209269096724701399828852445,
    340282366914073866279980413839337495360,
    340282366917506164871660200491437419659,
    340282366919222314167513076425573935295,
    340282366920080388815442760044663850582,
    340282366920509426139408413267214224979,
    340282366920723944801391442731740766665,
    340282366920831204132383008177316876167,
    340282366920884833797878803578433140587,
    340282366920911648630626704448573325215,
    340282366920925056047000655676038930634,
    340282366920931759755187631487870611619,
    340282366920935111609281119443311171681,
    340282366920936787536327863433412631604,
    340282366920937625499851235431558656539,
    340282366920938044481612921431405492749,
    340282366920938253972493764431522366791,
    340282366920938358717934185931629167795,
    340282366920938411090654396681694659293,
    340282366920938437277014502056730427791,
    340282366920938450370194554744249067728,
    340282366920938456916784581088008576618,
    340282366920938460190079594259888378293,
    340282366920938461826727100845828290938,
    340282366920938462645050854138798250213,
    340282366920938463054212730785283230588,
    340282366920938463258793669108525720960,
    340282366920938463361084138270146966193,
    340282366920938463412229372850957588820,
    340282366920938463437801990141362900137,
    340282366920938463450588298786565555796,
]

# How many schedules are stored; their numbers are 1 ... count.
schedule_count: public(uint256)
# The number of a schedule by its hash; 0: not stored.
schedule_number: public(HashMap[bytes32, uint256])

# 8 bits shape | 64 duration | 64 cliff | 32 initial | 64 start
_heads: HashMap[uint256, uint256]
# 16 bits count of tranches | 32 step_count | 32 step_months | 64 step_seconds | 64 half_life
_tails: HashMap[uint256, uint256]
# By number and place: 32 bits billionths of this tranche and all before | 64 time
_tranches: HashMap[uint256, HashMap[uint256, uint256]]


@external
@view
def schedule_of(number: uint256) -> Schedule:
    """
    @notice A stored schedule.
    @param number From 1 to `schedule_count`
    @return Its parts; those that its shape does not have are 0 or empty
    """
    assert number > 0 and number <= self.schedule_count, "no such schedule"
    return self._read(number)


@internal
@view
def _read(number: uint256) -> Schedule:
    head: uint256 = self._heads[number]
    tail: uint256 = self._tails[number]
    times: DynArray[uint64, MAX_TRANCHES] = []
    shares: DynArray[uint64, MAX_TRANCHES] = []
    before: uint256 = 0
    for i: uint256 in range(tail >> 192, bound=MAX_TRANCHES):
        tranche: uint256 = self._tranches[number][i]
        times.append(convert(tranche & TIME, uint64))
        shares.append(convert((tranche >> 64) - before, uint64))
        before = tranche >> 64
    return Schedule(
        shape=convert(head >> 224, uint8),
        start=convert(head & TIME, uint64),
        initial=convert(head >> 64 & WORD, uint64),
        cliff=convert(head >> 96 & TIME, uint64),
        duration=convert(head >> 160 & TIME, uint64),
        half_life=convert(tail & TIME, uint64),
        step_seconds=convert(tail >> 64 & TIME, uint64),
        step_months=convert(tail >> 128 & WORD, uint64),
        step_count=convert(tail >> 160 & WORD, uint64),
        tranche_times=times,
        tranche_shares=shares,
    )


@internal
@pure
def _hash(schedule: Schedule) -> bytes32:
    """
    @dev What a campaign's `termsHash` covers too: keccak256(abi.encode(every part in its order)).
    """
    return keccak256(
        abi_encode(
            schedule.shape,
            schedule.start,
            schedule.initial,
            schedule.cliff,
            schedule.duration,
            schedule.half_life,
            schedule.step_seconds,
            schedule.step_months,
            schedule.step_count,
            schedule.tranche_times,
            schedule.tranche_shares,
        )
    )


@internal
def _store(schedule: Schedule, schedule_hash: bytes32) -> uint256:
    """
    @dev The number of a schedule; stores it, after checking it, if it is the first of its kind.
    """
    number: uint256 = self.schedule_number[schedule_hash]
    if number != 0:
        return number
    self._check(schedule)
    number = self.schedule_count + 1
    self.schedule_count = number
    self.schedule_number[schedule_hash] = number
    self._heads[number] = (
        convert(schedule.shape, uint256) << 224
        | convert(schedule.duration, uint256) << 160
        | convert(schedule.cliff, uint256) << 96
        | convert(schedule.initial, uint256) << 64
        | convert(schedule.start, uint256)
    )
    tail: uint256 = (
        len(schedule.tranche_times) << 192
        | convert(schedule.step_count, uint256) << 160
        | convert(schedule.step_months, uint256) << 128
        | convert(schedule.step_seconds, uint256) << 64
        | convert(schedule.half_life, uint256)
    )
    if tail != 0:
        self._tails[number] = tail
    sum: uint256 = 0
    for i: uint256 in range(len(schedule.tranche_times), bound=MAX_TRANCHES):
        sum += convert(schedule.tranche_shares[i], uint256)
        self._tranches[number][i] = sum << 64 | convert(schedule.tranche_times[i], uint256)
    log ScheduleStored(number=number, schedule_hash=schedule_hash)
    return number


@internal
@pure
def _check(schedule: Schedule):
    """
    @dev Reverts unless the law knows the schedule, its end comes, and it has no part that its shape lacks: one
        schedule has one hash.
    """
    shape: uint8 = schedule.shape
    assert shape <= EXPONENTIAL, "no such shape"
    assert convert(schedule.initial, uint256) <= WHOLE, "initial unlock exceeds the whole"
    if shape == IMMEDIATE:
        assert schedule.start == 0 and schedule.initial == 0, "immediate has no parts"
    if shape == LINEAR or shape == EXPONENTIAL:
        assert schedule.duration > 0, "duration is zero"
        assert schedule.cliff <= schedule.duration, "cliff is after the end"
        self._check_end(convert(schedule.start, uint256) + convert(schedule.duration, uint256))
    else:
        assert schedule.duration == 0 and schedule.cliff == 0, "shape has no duration or cliff"
    if shape == EXPONENTIAL:
        assert schedule.half_life > 0, "half-life is zero"
    else:
        assert schedule.half_life == 0, "shape has no half-life"
    if shape == STEPS:
        self._check_steps(schedule)
    else:
        steps: uint64 = schedule.step_seconds | schedule.step_months | schedule.step_count
        assert steps == 0, "shape has no steps"
    if shape == TRANCHES:
        self._check_tranches(schedule)
    else:
        parts: uint256 = len(schedule.tranche_times) + len(schedule.tranche_shares)
        assert parts == 0, "shape has no tranches"


@internal
@pure
def _check_end(end: uint256):
    assert end <= TIME, "the end never comes"


@internal
@pure
def _check_steps(schedule: Schedule):
    count: uint256 = convert(schedule.step_count, uint256)
    months: uint256 = convert(schedule.step_months, uint256)
    assert (schedule.step_seconds == 0) != (months == 0), "a step is of seconds or of months"
    assert count > 0 and count <= WORD, "step count is not in 32 bits"
    assert months <= WORD, "months are not in 32 bits"
    start: uint256 = convert(schedule.start, uint256)
    if months == 0:
        self._check_end(start + convert(schedule.step_seconds, uint256) * count)
        return
    month: uint256 = 0
    day: uint256 = 0
    month, day = self._date(start // DAY)
    month += months * count
    day = self._first_day(month) + min(day, self._days_in(month)) - 1
    # Overflow is far away: the month is below 2^64.
    self._check_end((day - DAYS_TO_1970) * DAY + start % DAY)


@internal
@pure
def _check_tranches(schedule: Schedule):
    count: uint256 = len(schedule.tranche_times)
    assert count > 0, "there is no tranche"
    assert count == len(schedule.tranche_shares), "tranche times and shares differ"
    assert schedule.initial == 0, "tranches have no initial unlock"
    assert schedule.start == schedule.tranche_times[0], "start is not the first tranche"
    sum: uint256 = 0
    for i: uint256 in range(count, bound=MAX_TRANCHES):
        if i > 0:
            assert schedule.tranche_times[i - 1] < schedule.tranche_times[i], "tranches do not ascend"
        sum += convert(schedule.tranche_shares[i], uint256)
    assert sum == WHOLE, "tranches are not the whole"


@internal
@view
def _vested(number: uint256, amount: uint256, time: uint256) -> uint256:
    """
    @dev Section 5 of the law. `amount` is below 2^128, `time` below 2^64; the result is rounded down.
    """
    head: uint256 = self._heads[number]
    shape: uint8 = convert(head >> 224, uint8)
    if shape == IMMEDIATE:
        return amount
    start: uint256 = head & TIME
    if time < start:
        return 0
    if shape == TRANCHES:
        return amount * self._open_share(number, time) // WHOLE
    initial: uint256 = amount * (head >> 64 & WORD) // WHOLE
    locked: uint256 = amount - initial
    if shape == STEPS:
        tail: uint256 = self._tails[number]
        count: uint256 = tail >> 160 & WORD
        return initial + locked * min(count, self._steps(tail, start, time)) // count
    passed: uint256 = time - start
    duration: uint256 = head >> 160 & TIME
    if passed >= duration:
        return amount
    if passed < head >> 96 & TIME:
        return initial
    if shape == LINEAR:
        return initial + locked * passed // duration
    half_life: uint256 = self._tails[number] & TIME
    gone: uint256 = ONE - self._decay(passed, half_life)
    all: uint256 = ONE - self._decay(duration, half_life)
    return initial + locked * gone // all


@internal
@view
def _open_share(number: uint256, time: uint256) -> uint256:
    """
    @dev The billionths of all tranches whose time has come; bisection for the first that is still to come.
    """
    low: uint256 = 0
    high: uint256 = self._tails[number] >> 192
    for _: uint256 in range(8):
        if low == high:
            break
        middle: uint256 = (low + high) // 2
        if self._tranches[number][middle] & TIME <= time:
            low = middle + 1
        else:
            high = middle
    if low == 0:
        return 0
    return self._tranches[number][low - 1] >> 64


@internal
@pure
def _steps(tail: uint256, start: uint256, time: uint256) -> uint256:
    """
    @dev How many steps have fallen from `start` to `time`, were there no last one.
    """
    months: uint256 = tail >> 128 & WORD
    if months == 0:
        return (time - start) // (tail >> 64 & TIME)
    month: uint256 = 0
    day: uint256 = 0
    first_month: uint256 = 0
    first_day: uint256 = 0
    month, day = self._date(time // DAY)
    first_month, first_day = self._date(start // DAY)
    passed: uint256 = month - first_month
    steps: uint256 = passed // months
    if passed % months == 0:
        # A step falls in this month: on the start's day, or on the last where the month has no such day.
        due: uint256 = min(first_day, self._days_in(month)) * DAY + start % DAY
        if steps > 0 and day * DAY + time % DAY < due:
            steps -= 1
    return steps


@internal
@pure
def _date(day: uint256) -> (uint256, uint256):
    """
    @dev The month of a day since 1970, counted from March of the year 0, and the day of that month from 1.
        Years begin in March here, so that a leap day is the last of its year: proleptic Gregorian.
    """
    days: uint256 = day + DAYS_TO_1970
    era: uint256 = days // 146097
    rest: uint256 = days % 146097
    year: uint256 = (rest - rest // 1460 + rest // 36524 - rest // 146096) // 365
    rest -= 365 * year + year // 4 - year // 100
    month: uint256 = (5 * rest + 2) // 153
    return (era * 400 + year) * 12 + month, rest - (153 * month + 2) // 5 + 1


@internal
@pure
def _first_day(month: uint256) -> uint256:
    """
    @dev The days from 0000-03-01 to the first of a month, which is counted from there too.
    """
    year: uint256 = month // 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month % 12) + 2) // 5


@internal
@pure
def _days_in(month: uint256) -> uint256:
    return self._first_day(month + 1) - self._first_day(month)


@internal
@pure
def _decay(time: uint256, half_life: uint256) -> uint256:
    """
    @dev Section 4 of the law, step for step: 2^128 * 2^(-time / half_life) in whole numbers.
    """
    halvings: uint256 = (time << 64) // half_life
    fraction: uint256 = halvings & TIME
    halvings >>= 64
    if halvings > 128:
        return 0
    rest: uint256 = ONE
    bit: uint256 = 2**63
    for factor: uint256 in FACTORS:
        if fraction & bit != 0:
            rest = rest * factor >> 128
        bit >>= 1
    return rest >> halvings
