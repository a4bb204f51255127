import EthereumPrimitives

/// A Merkle-Patricia trie in memory: what changed is hashed again when the root is asked for, and
/// nothing else.
///
/// Its nodes never change, so that a copy costs nothing: a change makes new ones on the way to its
/// key.
///
/// Source: Ethereum Yellow Paper, appendix D.
public struct Trie {
  /// A part of a key that its descendants share, then a value, or up to sixteen ways on, or both.
  /// Alone it is the paper's leaf; with ways on, its branch, and an extension before it where the
  /// path is not empty.
  fileprivate final class Node {
    let path: [UInt8]
    let value: Value?
    let children: [Node?]
    /// How its parent refers to it; nil until somebody asked.
    var reference: [UInt8]?

    init(path: [UInt8], value: Value?, children: [Node?] = []) {
      self.path = path
      self.value = value
      self.children = children
    }
  }

  /// What a key leads to.
  fileprivate struct Value {
    /// What is hashed.
    let bytes: [UInt8]
    /// In the trie of a state, what the bytes were made of.
    let account: StoredAccount?
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

  /// Sets the value of a key; an empty one removes it.
  mutating func set(_ key: [UInt8], _ value: [UInt8], account: StoredAccount? = nil) {
    let nibbles = Self.nibbles(key)
    root =
      value.isEmpty
      ? root.flatMap { Self.removing(nibbles[...], from: $0) }
      : Self.setting(nibbles[...], Value(bytes: value, account: account), in: root)
  }

  /// The value of a key; nil where there is none.
  func value(_ key: [UInt8]) -> [UInt8]? { find(key)?.bytes }

  func account(_ key: [UInt8]) -> StoredAccount? { find(key)?.account }

  private func find(_ key: [UInt8]) -> Value? {
    var rest = Self.nibbles(key)[...]
    var node = root
    while let here = node, rest.starts(with: here.path) {
      rest = rest.dropFirst(here.path.count)
      guard let nibble = rest.popFirst() else { return here.value }
      node = here.children.isEmpty ? nil : here.children[Int(nibble)]
    }
    return nil
  }

  private static func nibbles(_ key: [UInt8]) -> [UInt8] {
    key.flatMap { [$0 >> 4, $0 & 0x0F] }
  }

  func rootHash() -> Bytes32 {
    guard let root else { return Self.emptyRoot }
    return Keccak256.hash(Self.encode(root))
  }
}

// MARK: Changing

extension Trie {
  private static var noChildren: [Node?] { Array(repeating: nil, count: 16) }

  private static func setting(
    _ key: ArraySlice<UInt8>, _ value: Value, in node: Node?
  ) -> Node {
    guard let node else { return Node(path: Array(key), value: value) }
    let common = zip(key, node.path).prefix { $0 == $1 }.count
    let rest = key.dropFirst(common)
    guard common == node.path.count else { return split(node, at: common, rest, value) }
    guard let nibble = rest.first else {
      return Node(path: node.path, value: value, children: node.children)
    }
    var children = node.children.isEmpty ? noChildren : node.children
    let place = Int(nibble)
    children[place] = setting(rest.dropFirst(), value, in: children[place])
    return Node(path: node.path, value: node.value, children: children)
  }

  /// A node with the part of a path that two keys share, and below it the old node and the new
  /// value.
  private static func split(
    _ node: Node, at length: Int, _ rest: ArraySlice<UInt8>, _ value: Value
  ) -> Node {
    var children = noChildren
    children[Int(node.path[length])] = Node(
      path: Array(node.path[(length + 1)...]), value: node.value, children: node.children)
    guard let nibble = rest.first else {
      return Node(path: Array(node.path[..<length]), value: value, children: children)
    }
    children[Int(nibble)] = Node(path: Array(rest.dropFirst()), value: value)
    return Node(path: Array(node.path[..<length]), value: nil, children: children)
  }

  private static func removing(_ key: ArraySlice<UInt8>, from node: Node) -> Node? {
    guard key.starts(with: node.path) else { return node }
    let rest = key.dropFirst(node.path.count)
    guard let nibble = rest.first else {
      return joined(node.path, value: nil, node.children)
    }
    guard !node.children.isEmpty, let child = node.children[Int(nibble)] else { return node }
    var children = node.children
    children[Int(nibble)] = removing(rest.dropFirst(), from: child)
    return joined(node.path, value: node.value, children)
  }

  /// What no longer has two things to tell apart is one with what is left of it.
  private static func joined(_ path: [UInt8], value: Value?, _ children: [Node?]) -> Node? {
    let left = children.indices.filter { children[$0] != nil }
    if left.isEmpty { return value.map { Node(path: path, value: $0) } }
    guard value == nil, left.count == 1, let child = children[left[0]] else {
      return Node(path: path, value: value, children: children)
    }
    return Node(
      path: path + [UInt8(left[0])] + child.path, value: child.value, children: child.children)
  }
}

// MARK: Hashing

extension Trie {
  private static func reference(_ node: Node) -> [UInt8] {
    if let reference = node.reference { return reference }
    let reference = short(encode(node))
    node.reference = reference
    return reference
  }

  /// What has 32 bytes or more is referred to by its hash.
  private static func short(_ encoded: [UInt8]) -> [UInt8] {
    encoded.count < 32 ? encoded : RLP.encode(.bytes(Keccak256.hash(encoded).bytes))
  }

  private static func encode(_ node: Node) -> [UInt8] {
    guard !node.children.isEmpty else {
      return RLP.list(
        ofEncoded: text(compact(node.path, isLeaf: true)) + text(node.value?.bytes ?? []))
    }
    let branch = encodeBranch(node)
    guard !node.path.isEmpty else { return branch }
    return RLP.list(ofEncoded: text(compact(node.path, isLeaf: false)) + short(branch))
  }

  private static func encodeBranch(_ node: Node) -> [UInt8] {
    var payload: [UInt8] = []
    for child in node.children { payload += child.map(reference) ?? [0x80] }
    return RLP.list(ofEncoded: payload + text(node.value?.bytes ?? []))
  }

  /// What shows to whoever knows the root what a key leads to, or that it leads nowhere: the
  /// encoded nodes on the way to it, the root first; shorter ones are parts of those before.
  func proof(of key: [UInt8]) -> [[UInt8]] {
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

  private static func text(_ bytes: [UInt8]) -> [UInt8] { RLP.encode(.bytes(bytes)) }

  /// Hex-prefix encoding: two nibbles a byte, and before them whether they are odd and end at a
  /// leaf.
  private static func compact(_ path: [UInt8], isLeaf: Bool) -> [UInt8] {
    let flag: UInt8 = isLeaf ? 2 : 0
    let nibbles = path.count.isMultiple(of: 2) ? [flag, 0] + path : [flag + 1] + path
    return stride(from: 0, to: nibbles.count, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
  }
}
