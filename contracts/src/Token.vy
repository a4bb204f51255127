# pragma version 0.4.3
# pragma evm-version prague
"""
@title Token: an ERC-20 with permit, votes, a hard cap and limited bridges
@license Apache-2.0
@notice Native issuance happens on the home chain only, never above the cap: once by `genesis`, and later by a
    minter if genesis named one. Bridges that the owner named mint and burn within limits that refill with time
    (ERC-7802); what they do is counted apart and never makes room for native issuance.
@dev Amounts are base units below 2^128, because the cap is: no sum or product here can overflow.

    The constructor takes the same arguments on every chain, so that a deterministic deployer gives the token
    the same address everywhere. `deployer` is one of them: the deterministic deployer is the creator of the
    contract for everybody, and if the address did not depend on who may call `genesis`, anybody could deploy the
    token first and call it. It should be an account that its owner controls on every chain: a key, or a contract
    wallet that has one address everywhere.

    What bridges can do at most:
    - on the home chain, what came in never exceeds what went out: supply <= issued <= cap;
    - on every other chain supply <= cap;
    - in any interval of T seconds a bridge mints (and burns) at most limit + refill * T.

    No call leaves this contract, so there is no lock. There is no way to pause, freeze, upgrade or recover.
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from ethereum.ercs import IERC165
from ..interfaces import IERC2612
from ..interfaces import IERC5805
from ..interfaces import IERC7802
from .parts import buckets
from .parts import domain
from .parts import ownership
from .parts import votes

implements: IERC20
implements: IERC20Detailed
implements: IERC165
implements: IERC2612
implements: IERC5805
implements: IERC7802

initializes: domain
initializes: ownership
initializes: votes[domain := domain]

exports: (
    domain.DOMAIN_SEPARATOR,
    domain.eip712Domain,
    domain.nonces,
    ownership.owner,
    ownership.pendingOwner,
    ownership.transferOwnership,
    ownership.acceptOwnership,
    ownership.renounceOwnership,
    votes.clock,
    votes.CLOCK_MODE,
    votes.getVotes,
    votes.getPastVotes,
    votes.getPastTotalSupply,
    votes.numCheckpoints,
    votes.checkpoints,
)

# An initial holder and its part of the first issuance.
struct Allocation:
    account: address
    amount: uint256


event Genesis:
    issued: uint256
    minter: indexed(address)


event MinterRenounced:
    minter: indexed(address)


event BridgeSet:
    bridge: indexed(address)
    mint_limit: uint256
    mint_refill: uint256
    burn_limit: uint256
    burn_refill: uint256


# https://eips.ethereum.org/EIPS/eip-2612
PERMIT_TYPE: constant(bytes32) = keccak256(
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
)
MAX_ALLOCATIONS: constant(uint256) = 128
AMOUNT: constant(uint256) = 2**128 - 1
# Set in the slot of an account's balance while it has a delegate: transfers of those who have none are spared
# the reading of it.
DELEGATED: constant(uint256) = 2**128

SUPPORTED_INTERFACES: constant(bytes4[6]) = [
    0x01ffc9a7,  # ERC-165
    0x36372b07,  # ERC-20
    0xa219a025,  # ERC-20: name, symbol, decimals
    0x9d8ff7da,  # ERC-2612
    0xda287a1d,  # ERC-6372
    0x33331994,  # ERC-7802
]
# Votes as deployed governors ask for them: getVotes, getPastVotes, getPastTotalSupply, delegates, delegate,
# delegateBySig.
VOTES_INTERFACE: constant(bytes4) = 0xe90fb3f6

symbol: public(immutable(String[32]))
decimals: public(immutable(uint8))
# Base units that can ever be issued natively, on all chains together; 0 < cap < 2^128.
cap: public(immutable(uint256))
# The chain id on which native issuance happens.
home_chain: public(immutable(uint256))
# The account that may call `genesis`, and the first owner.
deployer: public(immutable(address))

# Base units issued natively so far; never falls.
issued: public(uint256)
# Base units that bridges have minted and burned here so far; neither ever falls.
bridged_in: public(uint256)
bridged_out: public(uint256)
# Whether `genesis` has been called.
is_begun: public(bool)
# Who may issue natively after genesis; the zero address: nobody, ever.
minter: public(address)
allowance: public(HashMap[address, HashMap[address, uint256]])

# 128 bits balance, then the flag DELEGATED.
_accounts: HashMap[address, uint256]
_delegates: HashMap[address, address]
_mint_buckets: HashMap[address, buckets.Bucket]
_burn_buckets: HashMap[address, buckets.Bucket]


@deploy
def __init__(
    name_: String[64],
    symbol_: String[32],
    decimals_: uint8,
    cap_: uint256,
    home_chain_: uint256,
    deployer_: address,
):
    """
    @notice Takes the same arguments on every chain.
    @param name_ The token's name and that of its EIP-712 domain, 1 to 64 bytes
    @param symbol_ 1 to 32 bytes
    @param decimals_ Decimal places of a whole token, for display
    @param cap_ Base units that can ever be issued natively; above 0, below 2^128
    @param home_chain_ The chain id on which they are issued
    @param deployer_ Who may call `genesis` there, and the first owner on every chain
    """
    assert len(name_) > 0 and len(symbol_) > 0, "name or symbol is empty"
    assert cap_ > 0 and cap_ <= AMOUNT, "cap is not in 1 to 2^128 - 1"
    assert home_chain_ > 0, "home chain is zero"
    assert deployer_ != empty(address), "deployer is the zero address"
    domain.__init__(name_)
    ownership.__init__(deployer_)
    symbol = symbol_
    decimals = decimals_
    cap = cap_
    home_chain = home_chain_
    deployer = deployer_


# ERC-20


@external
@view
def name() -> String[64]:
    """
    @notice The token's name.
    @return At most 64 bytes
    """
    return domain.NAME


@external
@view
def totalSupply() -> uint256:
    """
    @notice All base units on this chain: issued + bridged in - bridged out.
    @return Base units, at most the cap
    """
    return votes._latest(votes.TOTAL)


@external
@view
def balanceOf(account: address) -> uint256:
    """
    @notice What an account holds.
    @param account 20 bytes
    @return Base units, at most the cap
    """
    return self._accounts[account] & AMOUNT


@external
def transfer(to: address, amount: uint256) -> bool:
    """
    @notice Moves tokens of the caller.
    @param to Receiver; not the zero address and not this contract, from which nothing can leave
    @param amount Base units, at most the caller's balance; 0 is allowed
    @return True
    """
    self._transfer(msg.sender, to, amount)
    return True


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    """
    @notice Moves tokens of another within the allowance that the caller has of it.
    @param owner Whose tokens move
    @param to Receiver; not the zero address and not this contract
    @param amount Base units, at most the balance and the allowance; an allowance of 2^256 - 1 does not fall
    @return True
    """
    self._use_allowance(owner, msg.sender, amount)
    self._transfer(owner, to, amount)
    return True


@external
def approve(spender: address, amount: uint256) -> bool:
    """
    @notice Sets what another may move of the caller's tokens; replaces what was set before.
    @param spender Who may move them; not the zero address
    @param amount Base units; 2^256 - 1 means without end
    @return True
    """
    self._approve(msg.sender, spender, amount)
    return True


# ERC-2612


@external
def permit(
    owner: address, spender: address, amount: uint256, deadline: uint256, v: uint8, r: bytes32, s: bytes32
):
    """
    @notice Sets an allowance that its giver signed; anybody may bring the signature.
    @param owner Who signed, with the key of an account without code; its nonce is used up
    @param spender Who may move the tokens; not the zero address
    @param amount Base units; 2^256 - 1 means without end
    @param deadline Seconds since 1970 until which the signature is good, inclusive
    @param v 27 or 28
    @param r First half of the signature, 32 bytes
    @param s Second half, 32 bytes; at most half the order of the curve
    """
    assert block.timestamp <= deadline, "signature expired"
    nonce: uint256 = domain.nonces[owner]
    message: bytes32 = keccak256(abi_encode(PERMIT_TYPE, owner, spender, amount, nonce, deadline))
    assert owner != empty(address) and owner == domain._signer(message, v, r, s), "signature is not the owner's"
    domain.nonces[owner] = nonce + 1
    self._approve(owner, spender, amount)


# ERC-5805: what is not in the module `votes`


@external
@view
def delegates(account: address) -> address:
    """
    @notice Who has the votes of an account's balance.
    @param account 20 bytes
    @return The delegate; the zero address: nobody, the balance does not vote
    """
    return self._delegates[account]


@external
def delegate(delegatee: address):
    """
    @notice Gives the votes of the caller's balance, now and as it changes, to a delegate.
    @param delegatee Who has them from now on: the caller itself, another, or the zero address for nobody
    """
    self._delegate(msg.sender, delegatee)


@external
def delegateBySig(delegatee: address, nonce: uint256, expiry: uint256, v: uint8, r: bytes32, s: bytes32):
    """
    @notice Does `delegate` for whoever signed it; anybody may bring the signature.
    @param delegatee Who has the votes from now on, or the zero address for nobody
    @param nonce The signer's next nonce; it is used up
    @param expiry Seconds since 1970 until which the signature is good, inclusive
    @param v 27 or 28
    @param r First half of the signature, 32 bytes
    @param s Second half, 32 bytes; at most half the order of the curve
    """
    self._delegate(votes._delegator(delegatee, nonce, expiry, v, r, s), delegatee)


# Native issuance


@external
def genesis(minter: address, allocations: DynArray[Allocation, MAX_ALLOCATIONS]):
    """
    @notice Issues the initial allocations; once, on the home chain, by the deployer.
    @param minter Who may issue the rest of the cap later; the zero address: nobody, and the supply is final
    @param allocations At most 128 accounts (not the zero address, not this contract) and their base units
    """
    assert msg.sender == deployer, "caller is not the deployer"
    assert chain.id == home_chain, "not the home chain"
    assert not self.is_begun, "genesis was called before"
    self.is_begun = True
    self.minter = minter
    for allocation: Allocation in allocations:
        self._issue(allocation.account, allocation.amount)
    log Genesis(issued=self.issued, minter=minter)


@external
def mint(to: address, amount: uint256):
    """
    @notice Issues natively, on the home chain, by the minter that genesis named.
    @param to Receiver; not the zero address and not this contract
    @param amount Base units; all issued together stay at most the cap
    """
    assert msg.sender == self.minter, "caller is not the minter"
    assert chain.id == home_chain, "not the home chain"
    self._issue(to, amount)


@external
def renounce_minter():
    """
    @notice Ends native issuance for ever; by the minter.
    """
    assert msg.sender == self.minter, "caller is not the minter"
    self.minter = empty(address)
    log MinterRenounced(minter=msg.sender)


# Bridges


@external
def crosschainMint(_to: address, _amount: uint256):
    """
    @notice Mints what arrives from another chain; by a bridge within its limit. On the home chain never more
        than what has left it; on every chain the supply stays at most the cap.
    @param _to Receiver; not the zero address and not this contract
    @param _amount Base units
    """
    self._mint_buckets[msg.sender] = buckets._spent(self._mint_buckets[msg.sender], _amount)
    arrived: uint256 = self.bridged_in + _amount
    if chain.id == home_chain:
        assert arrived <= self.bridged_out, "more than left the home chain"
    self.bridged_in = arrived
    self._create(_to, _amount)
    log IERC7802.CrosschainMint(to=_to, amount=_amount, sender=msg.sender)


@external
def crosschainBurn(_from: address, _amount: uint256):
    """
    @notice Burns what leaves for another chain; by a bridge within its limit, out of its own balance or within
        the allowance that it has of the holder.
    @param _from Whose tokens leave
    @param _amount Base units
    """
    self._burn_buckets[msg.sender] = buckets._spent(self._burn_buckets[msg.sender], _amount)
    if _from != msg.sender:
        self._use_allowance(_from, msg.sender, _amount)
    self.bridged_out += _amount
    self._destroy(_from, _amount)
    log IERC7802.CrosschainBurn(from_=_from, amount=_amount, sender=msg.sender)


@external
def set_bridge(
    bridge: address, mint_limit: uint128, mint_refill: uint128, burn_limit: uint128, burn_refill: uint128
):
    """
    @notice Names a bridge or changes its limits; by the owner. A limit of 0 closes the direction.
        What is available begins with nothing and fills from now on; a change adds nothing to it at once.
    @param bridge The contract that will call; not the zero address
    @param mint_limit Base units that it can mint at once at most, 128 bits
    @param mint_refill Base units per second by which what it can mint grows back, 128 bits
    @param burn_limit Base units that it can burn at once at most, 128 bits
    @param burn_refill Base units per second by which what it can burn grows back, 128 bits
    """
    ownership._check_owner()
    assert bridge != empty(address), "bridge is the zero address"
    self._mint_buckets[bridge] = buckets._resized(self._mint_buckets[bridge], mint_limit, mint_refill)
    self._burn_buckets[bridge] = buckets._resized(self._burn_buckets[bridge], burn_limit, burn_refill)
    log BridgeSet(
        bridge=bridge,
        mint_limit=convert(mint_limit, uint256),
        mint_refill=convert(mint_refill, uint256),
        burn_limit=convert(burn_limit, uint256),
        burn_refill=convert(burn_refill, uint256),
    )


@external
@view
def mint_bucket(bridge: address) -> (uint256, uint256, uint256):
    """
    @notice What a bridge may mint.
    @param bridge 20 bytes
    @return Limit in base units, below 2^128; 0: it may not mint
    @return Refill in base units per second, below 2^128
    @return Base units that it could mint now, at most the limit
    """
    return buckets._shown(self._mint_buckets[bridge])


@external
@view
def burn_bucket(bridge: address) -> (uint256, uint256, uint256):
    """
    @notice What a bridge may burn.
    @param bridge 20 bytes
    @return Limit in base units, below 2^128; 0: it may not burn
    @return Refill in base units per second, below 2^128
    @return Base units that it could burn now, at most the limit
    """
    return buckets._shown(self._burn_buckets[bridge])


# ERC-165


@external
@view
def supportsInterface(interface_id: bytes4) -> bool:
    """
    @notice Whether this contract has all functions of an interface.
    @param interface_id The exclusive or of their selectors, 4 bytes
    @return True for ERC-165, ERC-20 with its metadata, ERC-2612, votes, ERC-6372 and ERC-7802
    """
    return interface_id in SUPPORTED_INTERFACES or interface_id == VOTES_INTERFACE


@internal
@view
def _check_receiver(to: address):
    assert to != empty(address), "receiver is the zero address"
    assert to != self, "receiver is the token"


@internal
def _transfer(owner: address, to: address, amount: uint256):
    self._check_receiver(to)
    source: uint256 = self._accounts[owner]
    assert amount <= source & AMOUNT, "balance is too low"
    # The flags are above the balances, which stay below 2^128: each leaves the other alone.
    self._accounts[owner] = source - amount
    target: uint256 = self._accounts[to]
    self._accounts[to] = target + amount
    if (source | target) & DELEGATED != 0:
        votes._move(self._delegate_of(owner, source), self._delegate_of(to, target), amount)
    log IERC20.Transfer(sender=owner, receiver=to, value=amount)


@internal
def _create(to: address, amount: uint256):
    self._check_receiver(to)
    assert votes._add_to_total(amount) <= cap, "supply would exceed the cap"
    target: uint256 = self._accounts[to]
    self._accounts[to] = target + amount
    votes._move(empty(address), self._delegate_of(to, target), amount)
    log IERC20.Transfer(sender=empty(address), receiver=to, value=amount)


@internal
def _destroy(owner: address, amount: uint256):
    source: uint256 = self._accounts[owner]
    assert amount <= source & AMOUNT, "balance is too low"
    self._accounts[owner] = source - amount
    votes._take_from_total(amount)
    votes._move(self._delegate_of(owner, source), empty(address), amount)
    log IERC20.Transfer(sender=owner, receiver=empty(address), value=amount)


@internal
def _issue(to: address, amount: uint256):
    issued: uint256 = self.issued + amount
    assert issued <= cap, "issued would exceed the cap"
    self.issued = issued
    self._create(to, amount)


@internal
def _approve(owner: address, spender: address, amount: uint256):
    assert spender != empty(address), "spender is the zero address"
    self.allowance[owner][spender] = amount
    log IERC20.Approval(owner=owner, spender=spender, value=amount)


@internal
def _use_allowance(owner: address, spender: address, amount: uint256):
    allowed: uint256 = self.allowance[owner][spender]
    if allowed != max_value(uint256):
        assert amount <= allowed, "allowance is too low"
        self.allowance[owner][spender] = allowed - amount


@internal
@view
def _delegate_of(account: address, slot: uint256) -> address:
    if slot & DELEGATED == 0:
        return empty(address)
    return self._delegates[account]


@internal
def _delegate(account: address, delegatee: address):
    before: address = self._delegates[account]
    slot: uint256 = self._accounts[account]
    balance: uint256 = slot & AMOUNT
    self._delegates[account] = delegatee
    self._accounts[account] = balance if delegatee == empty(address) else balance | DELEGATED
    log votes.DelegateChanged(delegator=account, fromDelegate=before, toDelegate=delegatee)
    votes._move(before, delegatee, balance)
