import EthereumPrimitives
import MerkleTree
import Verification

/// Trees of every shape, their proofs and multiproofs, whole and broken: the producer's check and
/// the verifier's agree on every one, and a proof leads to the root or to another one.
@Sendable func proofs(_ bytes: [UInt8]) throws {
  var choices = Choices(bytes)
  let kind = choices.byte()
  let hashes = (0..<(1 + choices.number(24))).map { index in
    Keccak256.hash([choices.byte() & 15, kind & 0x40 == 0 ? UInt8(index) : 0])
  }
  if kind & 0x80 != 0 { return try requireAgreement(anyMultiproof(hashes, &choices)) }
  let shape = TreeShape(
    oddNode: [.promoted, .duplicated, .completeTree, .completeTree][Int(kind & 3)],
    pairOrder: kind & 4 == 0 ? .sorted : .positional)
  let tree = try MerkleTree(leaves: hashes, shape: shape)
  try requireProofs(tree)
  guard shape == .openZeppelin else { return }
  var chosen = hashes.indices.filter { _ in choices.flag() }
  if choices.flag() { chosen.reverse() }
  let whole = try tree.multiproof(forLeavesAt: chosen)
  try require(try whole.root() == tree.root, "a multiproof leads elsewhere")
  try requireAgreement(whole)
  try requireAgreement(damaged(whole, &choices))
}

private func requireProofs(_ tree: MerkleTree) throws {
  let lengths = MerkleProof.lengths(of: tree.leafCount, shape: tree.shape)
  for index in 0..<tree.leafCount {
    let proof = tree.proof(forLeafAt: index)
    let leaf = tree.leaf(at: index)
    func root(_ proof: [Bytes32]) throws(MerkleTreeError) -> Bytes32 {
      try MerkleProof.root(
        leaf: leaf, proof: proof, at: index, of: tree.leafCount, shape: tree.shape)
    }
    try require(try root(proof) == tree.root, "the proof of leaf \(index) leads elsewhere")
    try require(lengths.contains(proof.count), "\(proof.count) hashes, not \(lengths)")
    if tree.shape.pairOrder == .sorted {
      let isProof = MerkleProof.verify(leaf: leaf, proof: proof, root: tree.root)
      try require(isProof, "a sorted proof needs positions")
    }
    for wrong in [proof + [leaf], Array(proof.dropLast())] where wrong.count != proof.count {
      guard case .failure(let error) = outcome({ () throws(MerkleTreeError) in try root(wrong) })
      else { throw BrokenProperty(description: "a proof of another length is taken") }
      try requireReadable(error)
    }
  }
}

/// Leaves, hashes and flags that nobody fitted together.
private func anyMultiproof(_ hashes: [Bytes32], _ choices: inout Choices) -> Multiproof {
  let leaves = Array(hashes.prefix(choices.number(hashes.count + 1)))
  let proof = Array(hashes.dropFirst(leaves.count).prefix(choices.number(12)))
  let fits = leaves.count + proof.count - 1
  let count = choices.number(4) == 0 ? choices.number(30) : max(fits, 0)
  return Multiproof(
    leaves: leaves, proof: proof, flags: (0..<count).map { _ in choices.flag() })
}

private func damaged(_ proof: Multiproof, _ choices: inout Choices) -> Multiproof {
  var (leaves, hashes, flags) = (proof.leaves, proof.proof, proof.flags)
  func place(_ count: Int) -> Int { choices.number(max(count, 1)) }
  switch choices.number(7) {
  case 0 where !flags.isEmpty: flags[place(flags.count)].toggle()
  case 1 where !flags.isEmpty: flags.remove(at: place(flags.count))
  case 2 where !hashes.isEmpty: hashes.remove(at: place(hashes.count))
  case 3 where leaves.count > 1: leaves.swapAt(0, place(leaves.count))
  case 4: leaves.append(proof.leaves.first ?? .zero)
  case 5 where !hashes.isEmpty: leaves.insert(hashes.removeLast(), at: place(leaves.count))
  default: hashes.append(.zero)
  }
  return Multiproof(leaves: leaves, proof: hashes, flags: flags)
}

private func requireAgreement(_ proof: Multiproof) throws {
  let other = Verifier.root(leaves: proof.leaves, proof: proof.proof, flags: proof.flags)
  switch outcome({ () throws(MerkleTreeError) in try proof.root() }) {
  case .failure(let error):
    try requireReadable(error)
    try require(other == nil, "the verifier takes what is refused: \(error)")
  case .success(let root):
    try require(other == root, "the verifier comes to \(other as Any), not \(root)")
    for (leaf, siblings) in zip(proof.leaves, try proof.proofs()) {
      let isProof = MerkleProof.verify(leaf: leaf, proof: siblings, root: root)
      try require(isProof, "a leaf of a multiproof has no proof of its own")
    }
  }
}
