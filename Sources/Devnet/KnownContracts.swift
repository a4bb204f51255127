import EthereumPrimitives

/// A contract of ours, known by its code.
struct KnownContract: Sendable {
  /// Code by its length and hash: what follows it, such as values that were set once, is not
  /// looked at.
  struct Code: Sendable {
    let count: Int
    let hash: String

    func begins(_ bytes: [UInt8]) -> Bool {
      bytes.count >= count && Keccak256.hash(Array(bytes.prefix(count))).hex == hash
    }
  }

  let name: String
  let runtime: Code
  let creation: Code
  let constructor: String
  let functions: [String]
}

/// What is known of contracts and their errors: names by code, functions and errors by selector.
enum KnownContracts {
  /// By selector; functions of different contracts that have one selector are the same function.
  private static let functions = bySelector(generatedContracts.flatMap(\.functions))

  private static let errors = bySelector(standardErrors)

  private static func bySelector(_ texts: [String]) -> [[UInt8]: ABIDeclaration] {
    let declarations = texts.compactMap { ABIDeclaration($0) }
    return Dictionary(declarations.map { ($0.selector, $0) }) { first, _ in first }
  }

  /// The name of one of our contracts, from its code.
  static func name(ofCode code: [UInt8]) -> String? {
    generatedContracts.first { $0.runtime.begins(code) }?.name
  }

  /// The function that call data names, with its arguments.
  static func call(_ input: [UInt8]) -> DecodedCall? { decode(input, functions) }

  /// The error that revert data names, with its arguments.
  static func error(_ output: [UInt8]) -> DecodedCall? { decode(output, errors) }

  private static func decode(
    _ bytes: [UInt8], _ known: [[UInt8]: ABIDeclaration]
  ) -> DecodedCall? {
    guard bytes.count >= 4, let declaration = known[Array(bytes[..<4])],
      let arguments = declaration.arguments(Array(bytes[4...]))
    else { return nil }
    return DecodedCall(name: declaration.name, arguments: arguments)
  }

  /// The contract that creation code makes, with what its constructor is given.
  static func creation(_ input: [UInt8]) -> DecodedCall? {
    guard let contract = generatedContracts.first(where: { $0.creation.begins(input) }),
      let constructor = ABIDeclaration(contract.constructor),
      let arguments = constructor.arguments(Array(input[contract.creation.count...]))
    else { return nil }
    return DecodedCall(name: contract.name, arguments: arguments)
  }

  /// Source: ERC-6093; OpenZeppelin Contracts 5, which most tokens are made with.
  private static let standardErrors = [
    "ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)",
    "ERC20InvalidSender(address sender)",
    "ERC20InvalidReceiver(address receiver)",
    "ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)",
    "ERC20InvalidApprover(address approver)",
    "ERC20InvalidSpender(address spender)",
    "ERC721InvalidOwner(address owner)",
    "ERC721NonexistentToken(uint256 tokenId)",
    "ERC721IncorrectOwner(address sender, uint256 tokenId, address owner)",
    "ERC721InvalidSender(address sender)",
    "ERC721InvalidReceiver(address receiver)",
    "ERC721InsufficientApproval(address operator, uint256 tokenId)",
    "ERC721InvalidApprover(address approver)",
    "ERC721InvalidOperator(address operator)",
    "ERC1155InsufficientBalance(address sender, uint256 balance, uint256 needed, uint256 tokenId)",
    "ERC1155InvalidSender(address sender)",
    "ERC1155InvalidReceiver(address receiver)",
    "ERC1155MissingApprovalForAll(address operator, address owner)",
    "ERC1155InvalidApprover(address approver)",
    "ERC1155InvalidOperator(address operator)",
    "ERC1155InvalidArrayLength(uint256 idsLength, uint256 valuesLength)",
    "ERC20ExceededCap(uint256 increasedSupply, uint256 cap)",
    "ERC2612ExpiredSignature(uint256 deadline)",
    "ERC2612InvalidSigner(address signer, address owner)",
    "InvalidAccountNonce(address account, uint256 currentNonce)",
    "VotesExpiredSignature(uint256 expiry)",
    "SafeERC20FailedOperation(address token)",
    "AddressEmptyCode(address target)",
    "FailedCall()",
    "FailedInnerCall()",
    "InsufficientBalance(uint256 balance, uint256 needed)",
    "OwnableUnauthorizedAccount(address account)",
    "OwnableInvalidOwner(address owner)",
    "AccessControlUnauthorizedAccount(address account, bytes32 neededRole)",
    "EnforcedPause()",
    "ExpectedPause()",
    "ReentrancyGuardReentrantCall()",
    "InvalidInitialization()",
    "NotInitializing()",
    "ECDSAInvalidSignature()",
    "MerkleProofInvalidMultiproof()",
  ]
}
