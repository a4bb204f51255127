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
  /// Transactions that waited when it last looked.
  var seen: Set<Bytes32> = []
}

/// Which logs are asked for.
struct LogFilter {
  /// What one filter names at most.
  static let maximumAddresses = 1000
  static let maximumTopics = 4
  static let maximumAlternatives = 1000

  var addresses: Set<Address> = []
  /// For each place the topics that fit; all where there are none.
  var topics: [Set<Bytes32>] = []
  var from: UInt64?
  var to: UInt64?
  /// The one block that is asked for by its hash: after a revert another one may have its number.
  var block: Bytes32?

  func fits(_ log: World.Log) -> Bool {
    guard addresses.isEmpty || addresses.contains(log.address) else { return false }
    for (place, wanted) in topics.enumerated() where !wanted.isEmpty {
      guard place < log.topics.count, wanted.contains(log.topics[place]) else { return false }
    }
    return topics.count <= log.topics.count
  }
}

extension RPC {
  /// Filters that clients may leave behind.
  static let maximumFilters = 10_000
  /// Logs that one answer has at most.
  static let maximumLogs = 100_000

  /// nil where the method is none of these.
  func filter(_ method: String, _ parameters: inout Parameters) throws(RPCError) -> JSON? {
    switch method {
    case "eth_getLogs":
      let filter = try filter(parameters.required("a filter"))
      guard max(filter.from ?? 0, filter.to ?? 0) <= chain.latest.header.number else {
        throw .invalidParameters("block range extends beyond current head block")
      }
      return .array(try logs(filter, from: nil))
    case "eth_newFilter":
      return try install(.logs(filter(parameters.required("a filter"))))
    case "eth_newBlockFilter": return try install(.blocks)
    case "eth_newPendingTransactionFilter": return try install(.pending)
    case "eth_uninstallFilter":
      return .bool(filters.removeValue(forKey: try parameters.small()) != nil)
    case "eth_getFilterChanges": return try changes(of: parameters.small())
    case "eth_getFilterLogs":
      guard let filter = filters[try parameters.small()], case .logs(let wanted) = filter.kind
      else { throw .missing("filter not found") }
      return .array(try logs(wanted, from: nil))
    default: return nil
    }
  }

  private func install(_ kind: Filter.Kind) throws(RPCError) -> JSON {
    guard filters.count < Self.maximumFilters else {
      throw .limit("there are \(filters.count) filters already. Uninstall some.")
    }
    filterCount += 1
    var filter = Filter(kind: kind, next: chain.latest.header.number + 1)
    if case .pending = kind { filter.seen = Set(chain.pending.map(\.hash)) }
    filters[filterCount] = filter
    return .quantity(filterCount)
  }

  /// After the chain went back, filters tell of the blocks that are made from there on.
  func pullBackFilters() {
    let next = chain.latest.header.number + 1
    firstNewBlock = min(firstNewBlock, next)
    for (number, var filter) in filters where filter.next > next {
      filter.next = next
      filters[number] = filter
    }
  }

  private func changes(of number: UInt64) throws(RPCError) -> JSON {
    guard var filter = filters[number] else { throw .missing("filter not found") }
    let latest = chain.latest.header.number
    let fresh = filter.next > latest ? [] : chain.blocks[Int(filter.next)...]
    let answer: [JSON]
    switch filter.kind {
    case .blocks: answer = fresh.map { .word($0.hash) }
    case .pending:
      let waiting = chain.pending.map(\.hash)
      let came = fresh.flatMap(\.transactions).map(\.hash) + waiting
      answer = came.filter { !filter.seen.contains($0) }.map(JSON.word)
      filter.seen = Set(waiting)
    case .logs(let wanted): answer = try logs(wanted, from: filter.next)
    }
    filter.next = latest + 1
    filters[number] = filter
    return .array(answer)
  }

  // MARK: Reading filters

  private func filter(_ json: JSON) throws(RPCError) -> LogFilter {
    guard json.members != nil else {
      throw .invalidParameters("a filter: found \(json.kindName), expected an object")
    }
    var filter = LogFilter()
    let addresses = Self.list(json["address"])
    guard addresses.count <= LogFilter.maximumAddresses else {
      throw .invalidParameters(
        "\(addresses.count) addresses, at most \(LogFilter.maximumAddresses) in one filter")
    }
    for address in addresses { filter.addresses.insert(try address.address()) }
    filter.topics = try Self.topics(json["topics"] ?? .null)
    let ends = (json["fromBlock"] ?? .null, json["toBlock"] ?? .null)
    if let hash = json["blockHash"], hash != .null {
      guard ends == (.null, .null) else {
        throw .invalidParameters(
          "cannot specify both blockHash and fromBlock/toBlock; expected one of them")
      }
      let number = try block(at: .string(hash.word().hex)).header.number
      (filter.from, filter.to, filter.block) = (number, number, try hash.word())
      return filter
    }
    (filter.from, filter.to) = (try number(ends.0), try lastNumber(ends.1))
    if let from = filter.from, let to = filter.to, from > to {
      throw .invalidParameters("invalid block range: from \(from) to \(to)")
    }
    return filter
  }

  private static func topics(_ json: JSON) throws(RPCError) -> [Set<Bytes32>] {
    guard json != .null else { return [] }
    guard let places = json.elements, places.count <= LogFilter.maximumTopics else {
      throw .invalidParameters("topics are a list of at most \(LogFilter.maximumTopics)")
    }
    return try places.map { place throws(RPCError) in
      let alternatives = list(place)
      guard alternatives.count <= LogFilter.maximumAlternatives else {
        throw .invalidParameters(
          "\(alternatives.count) alternatives, at most \(LogFilter.maximumAlternatives) for a topic"
        )
      }
      // A null among them fits every topic.
      guard !alternatives.contains(.null) else { return [] }
      var topics: Set<Bytes32> = []
      for topic in alternatives { topics.insert(try topic.word()) }
      return topics
    }
  }

  /// One value, or several.
  private static func list(_ json: JSON?) -> [JSON] {
    guard let json, json != .null else { return [] }
    return json.elements ?? [json]
  }

  /// The latest block is that of the time when logs are asked for: a filter to it goes on.
  private func lastNumber(_ json: JSON) throws(RPCError) -> UInt64? {
    json.text == "latest" ? nil : try number(json)
  }

  /// The pending block has no logs: what names it ends with the latest one.
  private func number(_ json: JSON) throws(RPCError) -> UInt64? {
    guard json != .null, case .number(let number) = try blockName(json) else { return nil }
    return number
  }

  // MARK: Finding logs

  private func logs(_ filter: LogFilter, from start: UInt64?) throws(RPCError) -> [JSON] {
    if let hash = filter.block, chain.block(hash) == nil {
      throw .missing("header not found: no block has the hash \(hash)")
    }
    let latest = chain.latest.header.number
    let first = max(filter.from ?? start ?? latest, start ?? 0)
    let last = min(filter.to ?? latest, latest)
    guard first <= last else { return [] }
    var found: [JSON] = []
    for block in chain.blocks[Int(first)...Int(last)] {
      for (index, transaction) in block.transactions.enumerated() {
        for (place, log) in transaction.outcome.logs.enumerated() where filter.fits(log) {
          guard found.count < Self.maximumLogs else {
            throw .limit(
              "the query has more than \(Self.maximumLogs) logs. Ask for fewer blocks at once.")
          }
          found.append(self.log(block, index, place))
        }
      }
    }
    return found
  }
}
