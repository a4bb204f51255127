import Bundle
import DistributionModel
import EthereumPrimitives
import Verification

/// A file of openings of private values: what is taken opens the same commitments for the
/// verifier.
@Sendable func openingsFile(_ bytes: [UInt8]) throws {
  switch outcome({ () throws(BundleError) in try OpeningsFile.read(bytes, file: "openings.csv") }) {
  case .failure(let error): try requireReadable(error)
  case .success(let openings):
    for opening in openings {
      let source = SourceDeclaration(
        name: opening.source, file: "list.csv", format: .csv,
        columns: [ColumnDeclaration(name: opening.column, kind: .integer, isPrivate: true)])
      let hidden = [(account: opening.account, values: [opening.commitment])]
      let opened = Result { try Verifier.opened(hidden, of: source, by: bytes) }
      guard case .success(let rows) = opened else {
        throw BrokenProperty(description: "the verifier does not open it: \(opened)")
      }
      try require(rows.map(\.values) == [[opening.value]], "the verifier opens another value")
    }
  }
}
