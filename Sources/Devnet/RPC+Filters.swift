import CanonicalJSON
import EVM
import EthereumPrimitives

/// What a client waits for.
struct Filter {
  enum Kind {
    case logs(LogFilter)
    case blocks
    case pending
  }

  let kind: Kind
  /// The next block that it has not seen.
  var next: UInt64
  /// Pending transactions that it has seen.
  var seen: Set<Bytes32> = []
}

/// Which logs are asked for.
struct LogFilter {
  var addresses: Set<Address> = []
  /// For each place the topics that fit; all where there are none.
  var topics: [Set<Bytes32>] = []
  var from: UInt64?
  var to: UInt64?

  func fits(_ log: World.Log) -> Bool {
    guard addresses.isEmpty || addresses.contains(log.address) else { return false }
    for (place, wanted) in topics.enumerated() where !wanted.isEmpty {
      guard place < log.topics.count, wanted.contains(log.topics[place]) else { return false }
    }
    return topics.count <= log.topics.count
  }
}

extension RPC {
  /// Filters that a client may leave behind.
  private static let maximumFilters = 10_000

  /// nil where the method is none of these.
  func filter(_ method: String, _ parameters: inout Parameters) throws(RPCError) -> JSON? {
    switch method {
    case "eth_getLogs":
      return .array(try logs(filter(parameters.required("a filter")), from: nil))
    case "eth_newFilter":
      return try install(.logs(filter(parameters.required("a filter"))))
    case "eth_newBlockFilter": return try install(.blocks)
    case "eth_newPendingTransactionFilter": return try install(.pending)
    case "eth_uninstallFilter":
      return .bool(filters.removeValue(forKey: try parameters.small()) != nil)
    case "eth_getFilterChanges": return try changes(of: parameters.small())
    case "eth_getFilterLogs":
      guard let filter = filters[try parameters.small()], case .logs(let wanted) = filter.kind
      else {
        throw .missing("filter not found")
      }
      return .array(try logs(wanted, from: nil))
    default: return nil
    }
  }

  private func install(_ kind: Filter.Kind) throws(RPCError) -> JSON {
    guard filters.count < Self.maximumFilters else {
      throw .rejected("there are \(filters.count) filters already; uninstall some")
    }
    filterCount += 1
    filters[filterCount] = Filter(
      kind: kind, next: chain.latest.header.number + 1, seen: Set(chain.pending.map(\.hash)))
    return .quantity(filterCount)
  }

  private func changes(of number: UInt64) throws(RPCError) -> JSON {
    guard var filter = filters[number] else { throw .missing("filter not found") }
    let latest = chain.latest.header.number
    // After a revert of the chain there may be fewer blocks than it has seen.
    let first = min(filter.next, latest + 1)
    filter.next = latest + 1
    defer { filters[number] = filter }
    switch filter.kind {
    case .blocks:
      guard first <= latest else { return .array([]) }
      return .array((first...latest).compactMap { chain.block(number: $0).map { .word($0.hash) } })
    case .pending:
      let fresh = chain.pending.map(\.hash).filter { filter.seen.insert($0).inserted }
      return .array(fresh.map(JSON.word))
    case .logs(let wanted): return .array(try logs(wanted, from: first))
    }
  }

  private func filter(_ json: JSON) throws(RPCError) -> LogFilter {
    guard json.members != nil else { throw .invalidParameters("a filter is an object") }
    var filter = LogFilter()
    for address in try Self.list(json["address"]) { filter.addresses.insert(try address.address()) }
    for place in json["topics"]?.elements ?? [] {
      var topics: Set<Bytes32> = []
      for topic in try Self.list(place) { topics.insert(try topic.word()) }
      filter.topics.append(topics)
    }
    if let hash = json["blockHash"], hash != .null {
      guard let block = chain.block(try hash.word()) else { throw .missing("unknown block") }
      (filter.from, filter.to) = (block.header.number, block.header.number)
      return filter
    }
    filter.from = try number(json["fromBlock"])
    filter.to = try number(json["toBlock"])
    return filter
  }

  /// One value, or several.
  private static func list(_ json: JSON?) throws(RPCError) -> [JSON] {
    guard let json, json != .null else { return [] }
    return json.elements ?? [json]
  }

  private func number(_ json: JSON?) throws(RPCError) -> UInt64? {
    guard let json, json != .null else { return nil }
    if case .number(let number) = try tag(json) { return number }
    return nil
  }

  private func logs(_ filter: LogFilter, from start: UInt64?) throws(RPCError) -> [JSON] {
    let latest = chain.latest.header.number
    let first = max(filter.from ?? start ?? latest, start ?? 0)
    let last = min(filter.to ?? latest, latest)
    guard first <= last else { return [] }
    var found: [JSON] = []
    for number in first...last {
      guard let block = chain.block(number: number) else { continue }
      for (index, transaction) in block.transactions.enumerated() {
        for (place, log) in transaction.outcome.logs.enumerated() where filter.fits(log) {
          found.append(self.log(block, index, place))
        }
      }
    }
    return found
  }
}
