# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title What accounts decide for themselves, in all campaigns
@license Apache-2.0
@notice Whom their claims pay, who may start them, and what they sign.
"""

from ...interfaces import IDistributor
from ...interfaces import IERC1271

# Flags of a profile, above the recipient's 160 bits.
ADDRESS_MASK: constant(uint256) = 2**160 - 1
OPTED_IN: constant(uint256) = 2**160
OPTED_OUT: constant(uint256) = 2**161

HALF_CURVE_ORDER: constant(uint256) = (
    57896044618658097711785492504343953926418782139537452191302581570759080747168
)
DOMAIN_TYPE_HASH: constant(bytes32) = keccak256(
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
NAME_HASH: constant(bytes32) = keccak256("Sluice Distributor")
VERSION_HASH: constant(bytes32) = keccak256("1")
CLAIM_TO_TYPE_HASH: constant(bytes32) = keccak256(
    "ClaimTo(bytes32 campaign,address account,address recipient,uint256 nonce,uint256 deadline)"
)

# Recipient (0: the account itself) and flags.
profiles: HashMap[address, uint256]
# @notice Whether somebody may start claims of an account, by account and operator.
is_operator: public(HashMap[address, HashMap[address, bool]])
# @notice The number that the account's next signed claim carries.
nonces: public(HashMap[address, uint256])


@external
def set_recipient(recipient: address):
    """
    @notice From now on, claims of the caller pay this recipient.
    @param recipient 0 is the caller itself.
    """
    flags: uint256 = self.profiles[msg.sender] & ~ADDRESS_MASK
    self.profiles[msg.sender] = flags | convert(recipient, uint256)
    log IDistributor.RecipientSet(account=msg.sender, recipient=recipient)


@external
def set_operator(operator: address, approved: bool):
    """
    @notice Lets somebody start claims of the caller, or no longer. They pay whom the caller chose.
    @param operator Who may start them.
    @param approved Whether from now on.
    """
    self.is_operator[msg.sender][operator] = approved
    log IDistributor.OperatorSet(account=msg.sender, operator=operator, approved=approved)


@external
def set_opt_in(opted_in: bool):
    """
    @notice Whether anyone may start claims of the caller although it has code (a contract wallet,
            or an account with an EIP-7702 delegation).
    @param opted_in Whether from now on; false at first.
    """
    self._set_flag(OPTED_IN, opted_in)


@external
def set_opt_out(opted_out: bool):
    """
    @notice Whether nobody but the caller and its operators may start its claims.
    @param opted_out Whether from now on; false at first.
    """
    self._set_flag(OPTED_OUT, opted_out)


@view
@external
def profile(account: address) -> (address, bool, bool):
    """
    @notice What an account decided for itself.
    @param account Any account.
    @return Whom its claims pay (0: the account itself); whether it opted in; whether it opted out.
    """
    flags: uint256 = self.profiles[account]
    recipient: address = convert(flags & ADDRESS_MASK, address)
    return recipient, flags & OPTED_IN != 0, flags & OPTED_OUT != 0


@view
@external
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice The EIP-712 domain of signed claims, on this chain.
    @return The hash of name, version, chain and this contract.
    """
    return self._domain()


@internal
def _set_flag(flag: uint256, on: bool):
    flags: uint256 = self.profiles[msg.sender]
    flags = flags | flag if on else flags & ~flag
    self.profiles[msg.sender] = flags
    log IDistributor.ConsentSet(
        account=msg.sender, opted_in=flags & OPTED_IN != 0, opted_out=flags & OPTED_OUT != 0
    )


@view
@internal
def _payee(account: address, is_open: bool) -> address:
    """
    @dev Whom a claim of the account pays. Refuses callers who may not start one; `is_open` is
         whether the campaign lets anyone.
    """
    flags: uint256 = self.profiles[account]
    if msg.sender != account and not self.is_operator[account][msg.sender]:
        assert is_open, "only account or operator"
        assert flags & OPTED_OUT == 0, "account opted out"
        assert flags & OPTED_IN != 0 or account.codesize == 0, "account has code"
    recipient: address = convert(flags & ADDRESS_MASK, address)
    if recipient == empty(address):
        return account
    return recipient


@view
@internal
def _domain() -> bytes32:
    # Made anew each time: a fork of the chain has another number.
    return keccak256(abi_encode(DOMAIN_TYPE_HASH, NAME_HASH, VERSION_HASH, chain.id, self))


@internal
def _use_signature(
    campaign: bytes32,
    account: address,
    recipient: address,
    deadline: uint256,
    signature: Bytes[2048],
):
    """
    @dev Refuses what the account has not signed, and uses up its nonce. A key's signature is good
         for an account with code too: one with an EIP-7702 delegation has both.
    """
    assert block.timestamp <= deadline, "signature too late"
    nonce: uint256 = self.nonces[account]
    self.nonces[account] = nonce + 1
    message: bytes32 = keccak256(
        abi_encode(CLAIM_TO_TYPE_HASH, campaign, account, recipient, nonce, deadline)
    )
    digest: bytes32 = keccak256(concat(b"\x19\x01", self._domain(), message))
    if len(signature) == 65:
        s: uint256 = extract32(signature, 32, output_type=uint256)
        v: uint256 = convert(slice(signature, 64, 1), uint256)
        # Only the lower s, and 27 or 28: one signature has one form.
        if s <= HALF_CURVE_ORDER and (v == 27 or v == 28):
            signer: address = ecrecover(digest, v, extract32(signature, 0, output_type=uint256), s)
            if signer == account and signer != empty(address):
                return
    assert account.is_contract, "signature does not fit"
    answer: bytes4 = staticcall IERC1271(account).isValidSignature(digest, signature)
    assert answer == 0x1626ba7e, "signature does not fit"
