import EthereumPrimitives

/// The accounts of a source's rows by their keys, for other sources to look up.
///
/// Keys are bytes: two spellings of one letter are two keys.
public struct KeyTable: Sendable, Equatable {
  private var accounts: [[UInt8]: (account: Address, line: UInt32)] = [:]

  public init() {}

  public var count: Int { accounts.count }

  package var entries: [(key: [UInt8], account: Address)] { accounts.map { ($0, $1.account) } }

  subscript(key: ArraySlice<UInt8>) -> Address? { accounts[Array(key)]?.account }

  /// Adds a key; the line of the one that is there already, where there is one.
  package mutating func add(
    _ key: ArraySlice<UInt8>, _ account: Address, line: UInt32 = 0
  ) -> UInt32? {
    let key = Array(key)
    if let first = accounts[key] { return first.line }
    accounts[key] = (account, line)
    return nil
  }

  public static func == (left: KeyTable, right: KeyTable) -> Bool {
    left.accounts.count == right.accounts.count
      && left.accounts.allSatisfy { key, entry in
        right.accounts[key].map { $0 == entry } ?? false
      }
  }
}
