import DistributionModel
import EthereumPrimitives

/// The verifier's own readers, from bytes: fuzzing holds them beside the producer's.
extension Verifier {
  package typealias Row = (account: Address, values: [UInt256])

  /// Rows of a raw list, packed or not.
  package static func rows(
    raw bytes: [UInt8], of source: SourceDeclaration, keys: [[UInt8]: Address] = [:]
  ) throws -> [Row] {
    let text = try StrangerFiles.unpackedWherePacked(bytes, source.file)
    return try StrangerRow.raw(text, source, keys: keys).map(row)
  }

  /// Rows of a bundle's `inputs/<source>.csv`.
  package static func rows(
    canonical bytes: [UInt8], of source: SourceDeclaration
  ) throws -> [Row] {
    try StrangerRow.canonical(bytes, source, source.file).map(row)
  }

  private static func row(_ row: StrangerRow) -> Row {
    (row.account, row.values.map(ReferenceLaw.word))
  }

  /// The text of a member of a JSON object; nil where there is none.
  package static func text(of key: String, inJSON bytes: [UInt8]) throws -> String? {
    try StrangerFiles.json(bytes, "JSON")[key] as? String
  }

  /// The identity of a `commitment.json`.
  package static func identity(ofCommitment bytes: [UInt8]) throws -> Bytes32 {
    try StrangerCommitment(bytes: bytes).identity
  }

  /// The root that a multiproof leads to; nil where its parts do not fit together.
  package static func root(
    leaves: [Bytes32], proof: [Bytes32], flags: [Bool]
  ) -> Bytes32? {
    ReferenceTree.root(leaves: leaves, proof: proof, flags: flags)
  }
}
