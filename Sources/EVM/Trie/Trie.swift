import EthereumPrimitives

/// A Merkle-Patricia trie in memory: what changed is hashed again when the root is asked for, and
/// nothing else.
///
/// A copy costs nothing: the two share their nodes, and a change makes new ones, on the way to its
/// key, of those that are shared.
///
/// Source: Ethereum Yellow Paper, appendix D.
public struct Trie {
  /// A part of a key that its descendants share, then a value, or up to sixteen ways on, or both.
  /// Alone it is the paper's leaf; with ways on, its branch, and an extension before it where the
  /// path is not empty.
  fileprivate final class Node {
    /// Nibbles.
    var path: [UInt8]
    /// Empty where it has none.
    var value: [UInt8]
    /// In the trie of a state, what the value was made of.
    var account: StoredAccount?
    /// None, or sixteen.
    var children: [Node?]
    /// nil until somebody asked, and of a node that is shorter than a hash.
    var hash: Bytes32?

    init(
      path: [UInt8], value: [UInt8], account: StoredAccount? = nil, children: [Node?] = []
    ) {
      self.path = path
      self.value = value
      self.account = account
      self.children = children
    }
  }

  /// The root of a trie with nothing in it: Keccak-256 of an empty RLP string.
  public static let emptyRoot = Keccak256.hash([0x80])

  private var root: Node?

  init() {}

  /// The root of values by key.
  static func root(_ entries: some Sequence<(key: [UInt8], value: [UInt8])>) -> Bytes32 {
    var trie = Trie()
    for entry in entries { trie.set(entry.key, entry.value) }
    return trie.rootHash()
  }

  /// The root of a list: its values by the RLP of their place.
  public static func root(ofList values: [[UInt8]]) -> Bytes32 {
    root(
      values.enumerated().map { (RLP.encode(.number(UInt256(UInt64($0.offset)))), $0.element) })
  }

  var isEmpty: Bool { root == nil }

  /// The value of a key; nil where there is none.
  func value(_ key: [UInt8]) -> [UInt8]? {
    find(key).flatMap { $0.value.isEmpty ? nil : $0.value }
  }

  func account(_ key: [UInt8]) -> StoredAccount? { find(key)?.account }

  private func find(_ key: [UInt8]) -> Node? {
    var rest = Self.nibbles(key)[...]
    var node = root
    while let here = node, rest.starts(with: here.path) {
      rest = rest.dropFirst(here.path.count)
      guard let nibble = rest.popFirst() else { return here }
      node = here.children.isEmpty ? nil : here.children[Int(nibble)]
    }
    return nil
  }

  private static func nibbles(_ key: [UInt8]) -> [UInt8] {
    key.flatMap { [$0 >> 4, $0 & 0x0F] }
  }

  /// Sets the value of a key; an empty one removes it.
  mutating func set(_ key: [UInt8], _ value: [UInt8], account: StoredAccount? = nil) {
    let nibbles = Self.nibbles(key)
    if value.isEmpty {
      Self.remove(nibbles[...], from: &root)
    } else {
      Self.set(nibbles[...], value, account, in: &root)
    }
  }

  func rootHash() -> Bytes32 {
    guard let root else { return Self.emptyRoot }
    if root.hash == nil { Self.hash(root) }
    return root.hash ?? Keccak256.hash(Self.encode(root))
  }
}

// MARK: Changing

extension Trie {
  private static var noChildren: [Node?] { Array(repeating: nil, count: 16) }

  /// The node that stands there, to be changed: a new one where another trie has it too.
  private static func owned(_ place: inout Node?) -> Node? {
    if !isKnownUniquelyReferenced(&place) {
      place = place.map {
        Node(path: $0.path, value: $0.value, account: $0.account, children: $0.children)
      }
    }
    place?.hash = nil
    return place
  }

  private static func set(
    _ key: ArraySlice<UInt8>, _ value: [UInt8], _ account: StoredAccount?, in place: inout Node?
  ) {
    guard let node = owned(&place) else {
      place = Node(path: Array(key), value: value, account: account)
      return
    }
    let common = zip(key, node.path).prefix { $0 == $1 }.count
    if common < node.path.count { split(node, at: common) }
    let rest = key.dropFirst(common)
    guard let nibble = rest.first else {
      node.value = value
      node.account = account
      return
    }
    if node.children.isEmpty { node.children = noChildren }
    set(rest.dropFirst(), value, account, in: &node.children[Int(nibble)])
  }

  /// Ends a node's path where two keys part: what it was stands below it then.
  private static func split(_ node: Node, at length: Int) {
    var children = noChildren
    children[Int(node.path[length])] = Node(
      path: Array(node.path[(length + 1)...]), value: node.value, account: node.account,
      children: node.children)
    node.path = Array(node.path[..<length])
    (node.value, node.account) = ([], nil)
    node.children = children
  }

  private static func remove(_ key: ArraySlice<UInt8>, from place: inout Node?) {
    guard let node = owned(&place), key.starts(with: node.path) else { return }
    let rest = key.dropFirst(node.path.count)
    if let nibble = rest.first {
      guard !node.children.isEmpty else { return }
      remove(rest.dropFirst(), from: &node.children[Int(nibble)])
    } else {
      (node.value, node.account) = ([], nil)
    }
    place = joined(node)
  }

  /// What no longer has two things to tell apart is one with what is left of it.
  private static func joined(_ node: Node) -> Node? {
    let left = node.children.indices.filter { node.children[$0] != nil }
    if left.isEmpty {
      node.children = []
      return node.value.isEmpty ? nil : node
    }
    guard node.value.isEmpty, left.count == 1, let child = node.children[left[0]] else {
      return node
    }
    return Node(
      path: node.path + [UInt8(left[0])] + child.path, value: child.value,
      account: child.account, children: child.children)
  }
}

// MARK: Hashing

extension Trie {
  /// Hashes what has no hash, the lowest nodes first, eight at once.
  private static func hash(_ root: Node) {
    var levels: [[Node]] = []
    collect(root, depth: 0, into: &levels)
    for level in levels.reversed() {
      for start in stride(from: 0, to: level.count, by: 8) {
        let nodes = level[start..<min(start + 8, level.count)]
        let encoded = nodes.map(encode)
        for (node, hash) in zip(nodes, KeccakBackend.best.hashMessages(encoded)) {
          node.hash = hash
        }
        for (node, bytes) in zip(nodes, encoded) where bytes.count < 32 { node.hash = nil }
      }
    }
  }

  private static func collect(_ node: Node, depth: Int, into levels: inout [[Node]]) {
    if depth == levels.count { levels.append([]) }
    levels[depth].append(node)
    for case let child? in node.children where child.hash == nil {
      collect(child, depth: depth + 1, into: &levels)
    }
  }

  /// A node whose descendants are hashed.
  private static func encode(_ node: Node) -> [UInt8] {
    var payload: [UInt8] = []
    guard !node.children.isEmpty else {
      RLP.append(compact(node.path, isLeaf: true), to: &payload)
      RLP.append(node.value, to: &payload)
      return RLP.list(ofEncoded: payload)
    }
    let branch = encodeBranch(node)
    return node.path.isEmpty ? branch : extended(branch, node.path)
  }

  private static func encodeBranch(_ node: Node) -> [UInt8] {
    var payload: [UInt8] = []
    payload.reserveCapacity(16 * 33 + 1)
    for child in node.children {
      guard let child else {
        payload.append(0x80)
        continue
      }
      if let hash = child.hash {
        append(hash, to: &payload)
      } else {
        payload += encode(child)
      }
    }
    RLP.append(node.value, to: &payload)
    return RLP.list(ofEncoded: payload)
  }

  /// What shows to whoever knows the root what a key leads to, or that it leads nowhere: the
  /// encoded nodes on the way to it, the root first; shorter ones are parts of those before.
  func proof(of key: [UInt8]) -> [[UInt8]] {
    _ = rootHash()
    var rest = Self.nibbles(key)[...]
    var node = root
    var proof: [[UInt8]] = []
    func add(_ encoded: [UInt8]) {
      if proof.isEmpty || encoded.count >= 32 { proof.append(encoded) }
    }
    while let here = node {
      add(Self.encode(here))
      guard rest.starts(with: here.path), !here.children.isEmpty else { break }
      if !here.path.isEmpty { add(Self.encodeBranch(here)) }
      rest = rest.dropFirst(here.path.count)
      guard let nibble = rest.popFirst() else { break }
      node = here.children[Int(nibble)]
    }
    return proof
  }

  /// The extension before a branch.
  private static func extended(_ branch: [UInt8], _ path: [UInt8]) -> [UInt8] {
    var payload: [UInt8] = []
    RLP.append(compact(path, isLeaf: false), to: &payload)
    if branch.count < 32 {
      payload += branch
    } else {
      append(Keccak256.hash(branch), to: &payload)
    }
    return RLP.list(ofEncoded: payload)
  }

  private static func append(_ hash: Bytes32, to payload: inout [UInt8]) {
    payload.append(0xA0)
    hash.append(to: &payload)
  }

  /// Hex-prefix encoding: two nibbles a byte, and before them whether they are odd and end at a
  /// leaf.
  private static func compact(_ path: [UInt8], isLeaf: Bool) -> [UInt8] {
    let flag: UInt8 = isLeaf ? 2 : 0
    let nibbles = path.count.isMultiple(of: 2) ? [flag, 0] + path : [flag + 1] + path
    return stride(from: 0, to: nibbles.count, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
  }
}
