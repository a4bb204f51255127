import EthereumPrimitives

/// What an amount of a published tree is of.
public enum TreeToken: Sendable, Hashable, CustomStringConvertible {
  /// The one token that the distributor pays; the file does not say which.
  case own
  /// A token that the file or the encoding calls by a name.
  case named(String)
  case contract(Address)

  public var description: String {
    switch self {
    case .own: "the distributor's token"
    case .named(let name): name
    case .contract(let address): address.checksummed
    }
  }
}

extension TreeToken {
  /// The token with what the file calls it, as much of it as a message needs.
  package func named(_ name: String?) -> String {
    guard let name else { return description }
    return "\(self) (\(String(String.UnicodeScalarView(name.unicodeScalars.prefix(20)))))"
  }
}

public struct TokenAmount: Sendable, Hashable {
  public let token: TreeToken
  /// Base units.
  public let amount: UInt256

  public init(token: TreeToken, amount: UInt256) {
    self.token = token
    self.amount = amount
  }
}

/// What the values of a leaf say about whom it pays what.
struct LeafFacts {
  var account: Address?
  var recipient: Address?
  var index: UInt256?
  var amounts: [TokenAmount] = []
}

extension LeafEncoding {
  /// Reads a row's values by the roles of the fields.
  ///
  /// - Returns: nil where a list of tokens and its list of amounts differ in length.
  static func facts(of values: [ABIValue], _ fields: [Field]) -> LeafFacts? {
    var facts = LeafFacts()
    var tokens: [TreeToken]?
    for (field, value) in zip(fields, values) where field.role == .token {
      tokens = addresses(value).map(TreeToken.contract)
    }
    for (field, value) in zip(fields, values) {
      switch (field.role, value) {
      case (.account, .address(let account)): facts.account = account
      case (.recipient, .address(let recipient)): facts.recipient = recipient
      case (.index, .uint(let index)): facts.index = index
      case (.amount, .uint(let amount)):
        let token = tokens?.first ?? field.token.map(TreeToken.named) ?? .own
        facts.amounts.append(TokenAmount(token: token, amount: amount))
      case (.amount, .array(let amounts)):
        let tokens = tokens ?? Array(repeating: .own, count: amounts.count)
        guard tokens.count == amounts.count else { return nil }
        for case (let token, .uint(let amount)) in zip(tokens, amounts) {
          facts.amounts.append(TokenAmount(token: token, amount: amount))
        }
      default: break
      }
    }
    return facts
  }

  private static func addresses(_ value: ABIValue) -> [Address] {
    switch value {
    case .address(let address): [address]
    case .array(let values): values.flatMap(addresses)
    default: []
    }
  }
}
