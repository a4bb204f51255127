import CanonicalJSON
import Devnet
import EVM
import EthereumPrimitives
import Signing

/// Lines of any bytes as JSON-RPC bodies, one after the other over one small chain: each is
/// answered by valid JSON-RPC or by nothing, and what is refused, or only looks, changes nothing.
@Sendable func jsonRPC(_ bytes: [UInt8]) throws {
  let chain = smallChain()
  let rpc = RPC(chain: chain, keys: keys)
  let bodies = bytes.split(separator: 0x0A, maxSplits: 7, omittingEmptySubsequences: false)
  for body in bodies.map(Array.init) {
    let request = try? JSON.parse(body)
    guard !takesTime(request) else { continue }
    let before = Fingerprint(chain)
    let answer = rpc.answer(body)
    let isChanged = Fingerprint(chain) != before
    let parsed = answer.isEmpty ? nil : try JSON.parse(answer, limits: answerLimits)
    try requireAnswer(parsed, to: request, isChanged: isChanged)
  }
}

private let keys = DevelopmentKeys.keys(2)
private let answerLimits = JSONLimits(bytes: 1 << 30, depth: 10_000, values: 50_000_000)

/// Two accounts with money, and a contract that logs its call data and gives it back, or fails
/// with it where there is none of the first byte.
private func smallChain() -> Chain {
  var settings = Chain.Settings(clock: { 1_700_000_000 })
  settings.funded = keys.map { ($0.account, UInt256(1_000_000_000_000_000_000)) }
  settings.gasLimit = 1_000_000
  let chain = Chain(settings)
  // CALLDATACOPY of all; LOG1 of it; RETURN where the first word is not 0, otherwise REVERT.
  let code: [UInt8] = [
    0x36, 0x5F, 0x5F, 0x37, 0x60, 0x07, 0x36, 0x5F, 0xA1, 0x5F, 0x35, 0x60, 0x11, 0x57, 0x36, 0x5F,
    0xFD, 0x5B, 0x36, 0x5F, 0xF3,
  ]
  chain.change(Address(0, 0, 0x1000)) { $0.code = code }
  return chain
}

/// What a block is made of, and what waits.
private struct Fingerprint: Equatable {
  let root: Bytes32
  let hash: Bytes32
  let pending: [Bytes32]
  let context: [UInt256]
  let isAutomining: Bool
  let impersonated: Set<Address>

  init(_ chain: Chain) {
    root = chain.world.root()
    hash = chain.latest.hash
    pending = chain.pending.map(\.hash)
    let next = chain.nextContext()
    context = [UInt256(next.timestamp), UInt256(next.gasLimit), next.baseFee]
    isAutomining = chain.isAutomining
    impersonated = chain.impersonated
  }
}

/// True where a body may only take long: many blocks at once, or more gas than a block of this
/// chain has.
private func takesTime(_ request: JSON?) -> Bool {
  guard let request else { return false }
  if let requests = request.elements { return requests.contains { takesTime($0) } }
  guard let method = request["method"]?.text else { return false }
  func isLarge(_ json: JSON) -> Bool {
    if let inner = json.members { return inner.contains { isLarge($0.value) } }
    if let number = json.wholeNumber { return number > 1000 }
    guard let text = json.text else { return false }
    let number = (try? UInt256(hex: text)) ?? (try? UInt256(decimal: text))
    return number.map { $0 > 1000 } ?? false
  }
  let values = request["params"]?.elements ?? []
  if method.hasSuffix("_mine") { return values.contains { isLarge($0) } }
  return method.hasSuffix("_setBlockGasLimit") || method.hasSuffix("_loadState")
}

private func requireAnswer(_ answer: JSON?, to request: JSON?, isChanged: Bool) throws {
  guard let request else {
    let answer = try unwrap(answer, "what is no JSON has no answer")
    try requireResponse(answer)
    try require(code(answer) == -32_700, "what is no JSON is answered with \(answer)")
    return try require(!isChanged, "what is no JSON changes the chain")
  }
  guard let requests = request.elements else {
    try requireResponse(answer, to: request, isChanged: isChanged)
    return
  }
  guard let answer else {
    return try require(requests.allSatisfy { $0["id"] == nil }, "a batch has no answer")
  }
  guard let answers = answer.elements else {
    try requireResponse(answer)
    try require(code(answer) == -32_600, "a batch is answered with \(answer)")
    return try require(!isChanged, "a batch that is refused changes the chain")
  }
  try require(!answers.isEmpty && answers.count <= requests.count, "\(answers.count) answers")
  for answer in answers { try requireResponse(answer) }
}

/// The answer to one request that is no batch.
private func requireResponse(_ answer: JSON?, to request: JSON, isChanged: Bool) throws {
  let method = request["method"]?.text
  if let answer {
    try requireResponse(answer)
    // What is no request is answered, whether it has an id or not.
    let isInvalid = code(answer) == -32_600
    try require(isInvalid || request["id"] != nil, "a notification is answered")
    if let id = request["id"], !isInvalid {
      try require(answer["id"] == id, "the answer to \(id) is one to \(String(describing: answer))")
    }
    if answer["error"] != nil { try require(!isChanged, "what is refused changes the chain") }
  } else {
    try require(method != nil && request["id"] == nil, "a request has no answer")
  }
  let looks = ["net_", "web3_", "debug_", "eth_"].contains { method?.hasPrefix($0) == true }
  if looks, method?.hasPrefix("eth_send") == false {
    try require(!isChanged, "\(method ?? "") changes the chain")
  }
}

/// Source: JSON-RPC 2.0, section 5; the codes of section 5.1, EIP-1474, and geth's 3 of a revert.
private func requireResponse(_ answer: JSON) throws {
  let members = answer.members?.map(\.key) ?? []
  let hasResult = members.contains("result")
  try require(
    Set(members) == ["jsonrpc", "id", hasResult ? "result" : "error"],
    "an answer has the members \(members)")
  try require(answer["jsonrpc"]?.text == "2.0", "an answer of another version")
  switch answer["id"] {
  case .null, .string, .number: break
  default:
    throw BrokenProperty(description: "an answer to the id \(String(describing: answer["id"]))")
  }
  guard let error = answer["error"] else { return }
  let code = try unwrap(code(answer), "an error has no code")
  let isKnown =
    [3, -32_700, -32_600, -32_601, -32_602].contains(code)
    || (-32_099 ... -32_000).contains(code)
  try require(isKnown, "an error has the code \(code)")
  try require(error["message"]?.text?.isEmpty == false, "an error has no words")
}

private func code(_ answer: JSON) -> Int? { answer["error"]?["code"]?.wholeNumber }
