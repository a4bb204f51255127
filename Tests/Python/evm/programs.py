"""Random bytecode: bytes of any kind, and programs whose statements leave the stack as it was, so
that they run deep."""

from cases import AUTHORITIES, COINBASE, SENDERS
from precompiles import precompile_input

CONTRACTS = [bytes([0xAA] * 19 + [number]) for number in range(4)]
# Nobody has been there.
STRANGERS = [bytes([0xEE] * 19 + [number]) for number in range(3)]
PRECOMPILED = [bytes(19) + bytes([number]) for number in range(1, 18)]
ACCOUNTS = [
    *CONTRACTS,
    *STRANGERS,
    *(signer.address for signer in SENDERS + AUTHORITIES),
    COINBASE,
]
NUMBERS = [
    *(0, 1, 2, 3, 7, 31, 32, 33, 63, 64, 255, 256, 257, 1023, 2**32 - 1, 2**63, 2**64 - 1, 2**64),
    *(2**127, 2**128 - 1, 2**160, 2**255 - 1, 2**255, 2**255 + 1, 2**256 - 2, 2**256 - 1),
]

# Where signs and remainders change.
EDGES = [0, 1, 2, 2**255, 2**256 - 1]

STOP, KECCAK, CALLDATACOPY, CODECOPY, EXTCODECOPY = 0x00, 0x20, 0x37, 0x39, 0x3C
RETURNDATASIZE, RETURNDATACOPY, POP, MLOAD, MSTORE, MSTORE8 = 0x3D, 0x3E, 0x50, 0x51, 0x52, 0x53
SLOAD, SSTORE, JUMP, JUMPI, GAS, JUMPDEST = 0x54, 0x55, 0x56, 0x57, 0x5A, 0x5B
TLOAD, TSTORE, MCOPY, LOG0, CREATE, CREATE2 = 0x5C, 0x5D, 0x5E, 0xA0, 0xF0, 0xF5
CALL, CALLCODE, RETURN, DELEGATECALL, STATICCALL = 0xF1, 0xF2, 0xF3, 0xF4, 0xFA
REVERT, INVALID, SELFDESTRUCT = 0xFD, 0xFE, 0xFF
# Of one word, of two and of three.
UNARY = [0x15, 0x19]
BINARY = [*range(0x01, 0x08), 0x0A, 0x0B, *range(0x10, 0x15), *range(0x16, 0x19), *range(0x1A, 0x1E)]
TERNARY = [0x08, 0x09]
# What is known without being asked for anything. PC and the sizes are among them.
KNOWN = [*range(0x30, 0x4B), 0x58, 0x59, GAS]
KNOWN = [code for code in KNOWN if code not in (0x31, 0x35, 0x37, 0x39, 0x3B, 0x3C, 0x3E, 0x3F, 0x40, 0x49)]
# Of an account: balance, size and hash of its code.
OF_ACCOUNT = [0x31, 0x3B, 0x3F]


def push(value):
    if isinstance(value, bytes):
        value = int.from_bytes(value, "big")
    digits = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([0x5F + len(digits)]) + digits


def random_bytes(random):
    """Any bytes; small numbers before some, so that there is something on the stack."""
    code = b""
    for _ in range(random.randrange(90)):
        for _ in range(random.randrange(4)):
            code += push(random.choice((random.randrange(70), random.choice(NUMBERS))))
        # As often a call, a copy or storage as anything.
        code += bytes([random.choice((random.randrange(256), random.choice(_COMMON)))])
    return code


_COMMON = [
    *(SSTORE, SLOAD, MSTORE, KECCAK, CALL, DELEGATECALL, STATICCALL, CALLCODE, CREATE, CREATE2),
    *(RETURNDATACOPY, CODECOPY, MCOPY, TSTORE, LOG0 + 2, RETURN, 0x80, 0x91, JUMPDEST),
]


class Writer:
    """Writes one program; `depth` bounds expressions and what is inside of blocks."""

    def __init__(self, random, callees=ACCOUNTS, depth=3):
        self.random, self.callees, self.depth = random, callees, depth
        self.code = bytearray()

    def program(self, statements):
        for _ in range(statements):
            self.statement(self.depth)
        self.ending()
        return bytes(self.code)

    def op(self, *opcodes):
        self.code += bytes(opcodes)

    def push(self, value):
        self.code += push(value)

    # Words.

    def number(self):
        random = self.random
        kind = random.randrange(5)
        if kind == 0:
            return random.getrandbits(8 * random.randrange(1, 33))
        return random.choice(NUMBERS) if kind < 3 else random.randrange(5)

    def offset(self):
        """Nearly always small; a huge one now and then."""
        if self.random.randrange(300) == 0:
            return self.random.choice((10**5, 2**32, 2**63, 2**64 - 1, 2**64, 2**256 - 1))
        return self.random.randrange(300)

    def size(self):
        return self.random.choice((0, 1, 31, 32, 33, 64, self.random.randrange(200), self.offset()))

    def key(self):
        return self.random.choice((0, 1, 2, 3, 2**256 - 1))

    def account(self):
        """Now and then with something in the twelve bytes that nobody reads."""
        account = self.random.choice(self.callees)
        return b"\xff" * 12 + account if self.random.randrange(12) == 0 else account

    def expression(self, depth):
        """Leaves one word."""
        random = self.random
        kind = random.randrange(12) if depth else random.randrange(3)
        if kind < 2:
            self.push(self.number())
        elif kind == 2:
            self.op(random.choice(KNOWN))
        elif kind < 8:
            arity, opcodes = random.choice(((1, UNARY), (2, BINARY), (2, BINARY), (3, TERNARY)))
            for _ in range(arity):
                if kind == 7:
                    self.push(random.choice(EDGES))
                else:
                    self.expression(depth - 1)
            self.op(random.choice(opcodes))
        else:
            self.read(kind, depth)

    def read(self, kind, depth):
        random = self.random
        if kind == 8:
            self.push(self.key())
            self.op(random.choice((SLOAD, SLOAD, TLOAD)))
        elif kind == 9:
            self.push(self.offset())
            self.op(random.choice((MLOAD, 0x35)))
        elif kind == 10:
            self.push(self.account())
            self.op(random.choice(OF_ACCOUNT))
        else:
            self.asked(depth)

    def asked(self, depth):
        """The hash of memory, of a block or of a blob."""
        opcode = self.random.choice((KECCAK, 0x40, 0x49))
        if opcode == KECCAK:
            self.push(self.size())
            self.push(self.offset())
        elif opcode == 0x40:
            self.push(self.random.choice((0, 743, 744, 745, 998, 999, 1000, 1001, self.number())))
        else:
            self.push(self.random.randrange(2))
        self.op(opcode)

    # Statements: they leave the stack as it was.

    def statement(self, depth):
        kinds = [
            *(self.store, self.store, self.store, self.write, self.write, self.copy, self.log),
            *(self.call, self.call, self.call, self.call_precompiled, self.create, self.juggle),
        ]
        if depth:
            kinds += [self.condition, self.loop, self.jump]
        if self.random.randrange(100) == 0:
            kinds = [self.ending]
        self.random.choice(kinds)(depth)

    def store(self, depth):
        self.expression(depth)
        self.push(self.key())
        self.op(self.random.choice((SSTORE, SSTORE, SSTORE, TSTORE)))

    def write(self, depth):
        self.expression(depth)
        self.push(self.offset())
        self.op(self.random.choice((MSTORE, MSTORE, MSTORE8)))

    def copy(self, depth):
        opcode = self.random.choice((CALLDATACOPY, CODECOPY, RETURNDATACOPY, EXTCODECOPY, MCOPY))
        if opcode == RETURNDATACOPY and self.random.randrange(8):
            # As much as there is.
            self.op(RETURNDATASIZE)
            self.push(0)
        else:
            self.push(self.size())
            self.push(self.offset())
        self.push(self.offset())
        if opcode == EXTCODECOPY:
            self.push(self.account())
        self.op(opcode)

    def log(self, depth):
        topics = self.random.randrange(5)
        for _ in range(topics):
            self.expression(0)
        self.push(self.size())
        self.push(self.offset())
        self.op(LOG0 + topics)

    def juggle(self, depth):
        """DUPs and SWAPs among a few words."""
        count = self.random.randrange(1, 17)
        for _ in range(count):
            self.expression(0)
        for _ in range(self.random.randrange(4)):
            self.op(0x80 + min(count - 1, self.random.randrange(16)), POP)
            if count > 1:
                self.op(0x90 + min(count - 2, self.random.randrange(16)))
        self.op(*[POP] * (count - 1))
        self.push(self.key())
        self.op(SSTORE)

    def gas(self):
        """What is left, or some."""
        if self.random.randrange(3):
            self.op(GAS)
        else:
            self.push(self.random.choice((0, 1, 100, 700, 2300, 5000, 30_000, 2**64, 2**256 - 1)))

    def call(self, depth):
        self._call(self.account(), self.offset(), self.size())

    def call_precompiled(self, depth):
        address = self.random.choice(PRECOMPILED)
        data = precompile_input(self.random, address[-1])
        start = self.random.choice((0, 0, self.random.randrange(64)))
        self.put(data, start)
        self._call(address, start, len(data))
        if self.random.randrange(2):
            self.op(RETURNDATASIZE)
            self.push(self.key())
            self.op(SSTORE)

    def _call(self, address, start, size):
        opcode = self.random.choice((CALL, CALL, CALL, CALLCODE, DELEGATECALL, STATICCALL))
        self.push(self.size())
        self.push(self.offset())
        self.push(size)
        self.push(start)
        if opcode in (CALL, CALLCODE):
            self.push(self.random.choice((0, 0, 0, 1, 7, 10**6, 2**200)))
        self.push(address)
        self.gas()
        self.op(opcode)
        self.use()

    def put(self, data, start):
        """Writes bytes to memory."""
        for place in range(0, len(data), 32):
            self.push(data[place : place + 32].ljust(32, b"\0"))
            self.push(start + place)
            self.op(MSTORE)

    def use(self):
        """Takes one word off the stack, mostly into storage."""
        if self.random.randrange(4) == 0:
            self.op(POP)
        else:
            self.push(self.key())
            self.op(SSTORE)

    def create(self, depth):
        """With code of its own; the new contract is called, or its address written down."""
        code = initcode(self.random, max(depth - 1, 0))
        self.put(code, 0)
        opcode = self.random.choice((CREATE, CREATE2))
        if opcode == CREATE2:
            self.push(self.random.randrange(2))
        # At EIP-3860's limit, and beyond it, now and then; py-evm looks at the value before that.
        is_large = self.random.randrange(30) == 0
        self.push(self.random.choice((49_152, 49_153)) if is_large else len(code))
        self.push(0)
        self.push(0 if is_large else self.random.choice((0, 0, 1, 2**200)))
        self.op(opcode)
        if self.random.randrange(2):
            return self.use()
        for argument in (0, 0, 0, 0, self.random.randrange(2)):
            self.push(argument)
        self.op(0x85)
        self.gas()
        self.op(CALL)
        self.use()
        self.op(POP)

    def condition(self, depth):
        """What is inside is passed over where a word is not 0."""
        self.expression(depth - 1)
        place = self.label()
        self.op(JUMPI)
        for _ in range(self.random.randrange(3)):
            self.statement(depth - 1)
        self.land(place)

    def jump(self, depth):
        """Over bytes of any kind; a PUSH at their end swallows the place, which makes it a bad one."""
        place = self.label()
        self.op(JUMP, *self.random.randbytes(self.random.randrange(6)))
        self.land(place)

    def loop(self, depth):
        """A few times."""
        self.push(self.random.randrange(1, 5))
        start = len(self.code)
        self.op(JUMPDEST)
        for _ in range(self.random.randrange(1, 3)):
            self.statement(depth - 1)
        self.push(1)
        self.op(0x90, 0x03, 0x80)
        self.code += bytes([0x61]) + start.to_bytes(2, "big")
        self.op(JUMPI, POP)

    def label(self):
        """Pushes a place that `land` fills in."""
        self.op(0x61, 0, 0)
        return len(self.code) - 2

    def land(self, place):
        self.code[place : place + 2] = len(self.code).to_bytes(2, "big")
        self.op(JUMPDEST)

    def ending(self, depth=0):
        kind = self.random.randrange(24)
        if kind < 4:
            self.push(self.account())
            self.op(SELFDESTRUCT)
        elif kind == 4:
            self.op(self.random.choice((INVALID, 0x0C, POP)))
        elif kind == 5:
            self.push(self.number())
            self.op(JUMP)
        elif kind == 6:
            self.overflow()
        elif kind < 9:
            self.op(STOP)
        else:
            self.push(self.size())
            self.push(self.offset())
            self.op(REVERT if kind < 12 else RETURN)


    def overflow(self):
        """A loop that fills the stack."""
        start = len(self.code)
        self.op(JUMPDEST, 0x5F, 0x61, *start.to_bytes(2, "big"), JUMP)


def program(random):
    return Writer(random).program(random.randrange(14))


def initcode(random, depth=1):
    """Code that creates a contract: now and then one that fails, or that is anything."""
    writer = Writer(random, depth=depth)
    for _ in range(random.randrange(3)):
        writer.statement(depth)
    kind = random.randrange(12)
    if kind == 0:
        writer.ending()
        return bytes(writer.code)
    body = {1: b"", 2: b"\xef", 3: b"\xef\x01\x00" + CONTRACTS[0], 4: bytes([STOP]) * 24_577}.get(kind)
    if body is None:
        body = Writer(random, depth=depth).program(random.randrange(1, 4))
    writer.push(len(body))
    writer.op(0x80)
    place = writer.label()
    writer.push(0)
    writer.op(CODECOPY)
    writer.push(0)
    writer.op(REVERT if kind == 5 else RETURN)
    if len(body) < 20_000:
        writer.code[place : place + 2] = len(writer.code).to_bytes(2, "big")
        writer.code += body
    return bytes(writer.code)


def storage(random):
    values = {key: random.choice((0, 0, 1, 2, 2**256 - 1)) for key in (0, 1, 2, 2**256 - 1)}
    return {key: value for key, value in values.items() if value}
