# pragma version 0.4.3
# pragma evm-version prague
"""
@title The EIP-712 domain of a contract and the nonces of its signed messages
@license Apache-2.0
@notice A module. The separator is cached for the chain of deployment and computed anew on any other
    chain id, so that a signature is good on one side of a chain split only.
@dev https://eips.ethereum.org/EIPS/eip-712 and https://eips.ethereum.org/EIPS/eip-5267
"""

DOMAIN_TYPE: constant(bytes32) = keccak256(
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
VERSION: constant(String[1]) = "1"
# The order of secp256k1. A signature whose s is above half of it is the malleable twin of another.
ORDER: constant(uint256) = 115792089237316195423570985008687907852837564279074904382605163141518161494337

NAME: immutable(String[64])
NAME_HASH: immutable(bytes32)
CACHED_CHAIN: immutable(uint256)
CACHED_SEPARATOR: immutable(bytes32)

# Signed messages that each account has used up; its next message carries this number.
nonces: public(HashMap[address, uint256])


@deploy
def __init__(name: String[64]):
    NAME = name
    NAME_HASH = keccak256(name)
    CACHED_CHAIN = chain.id
    CACHED_SEPARATOR = self._separator_of(keccak256(name), chain.id)


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice The EIP-712 domain separator on the current chain id.
    @return 32 bytes: keccak256 of the domain's type, name, version "1", chain id and this contract
    """
    return self._separator()


@external
@view
def eip712Domain() -> (bytes1, String[64], String[1], uint256, address, bytes32, DynArray[uint256, 1]):
    """
    @notice The fields of the domain, as ERC-5267 lists them.
    @return fields 0x0f: name, version, chain id and contract are used, salt is not
    @return name of the domain, at most 64 bytes
    @return version "1"
    @return chainId of the current chain
    @return verifyingContract this contract
    @return salt 32 zero bytes
    @return extensions none
    """
    return 0x0f, NAME, VERSION, chain.id, self, empty(bytes32), []


@internal
@view
def _separator() -> bytes32:
    if chain.id == CACHED_CHAIN:
        return CACHED_SEPARATOR
    return self._separator_of(NAME_HASH, chain.id)


@internal
@view
def _separator_of(name_hash: bytes32, chain_id: uint256) -> bytes32:
    return keccak256(abi_encode(DOMAIN_TYPE, name_hash, keccak256(VERSION), chain_id, self))


@internal
@view
def _signer(message: bytes32, v: uint8, r: bytes32, s: bytes32) -> address:
    """
    @dev The account whose key signed the message's hash in this domain; the zero address if there is none.
    """
    if convert(s, uint256) > ORDER // 2:
        return empty(address)
    digest: bytes32 = keccak256(concat(b"\x19\x01", self._separator(), message))
    return ecrecover(digest, v, r, s)
