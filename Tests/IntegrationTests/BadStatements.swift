import EthereumPrimitives
import Foundation
import TestKit
import Testing

extension BadInput {
  /// A file of statements of which one does not count.
  private static func statement(
    _ name: String, _ error: String, _ phrase: String,
    _ lines: @escaping @Sendable (_ draft: String, _ digest: Bytes32) -> String
  ) -> BadInput {
    BadInput(name, "INPUT", error, phrase) { folder in
      let (_, digest) = try Appeals.digest(in: folder)
      return try Appeals().allocate(lines(Appeals.draft, digest), in: folder)
    }
  }

  static let statements: [BadInput] = [
    statement("a correction without a decision", "malformedStatement", "grant or deny") {
      draft, digest in
      Appeals.signed(draft.replacing("grant", with: "yes"), digest)
    },
    statement("a correction of another plan", "foreignStatement", "'Test', the name of the plan") {
      draft, digest in
      Appeals.signed(draft.replacing("\"Test\"", with: "\"Other\""), digest)
    },
    statement("a correction that nobody signed", "malformedSignature", "sluice statement digest") {
      draft, _ in draft
    },
    statement("a correction by a stranger", "wrongSigner", "EIP-1271") { draft, digest in
      Appeals.signed(draft, digest, by: TestKey("stranger"))
    },
    statement("a correction that was changed", "wrongSigner", "changed statement") {
      draft, digest in
      Appeals.signed(draft.replacing("250", with: "600"), digest)
    },
    statement("the same correction twice", "repeatedStatement", "line 1") { draft, digest in
      "\(Appeals.signed(draft, digest))\n\(Appeals.signed(draft, digest))\n"
    },
  ]

  static let statementPlans: [BadInput] = [
    BadInput("statements in CSV", "PLAN", "statementsNotJSONLines", "format: jsonl") {
      var appeals = Appeals()
      appeals.plan = appeals.plan.replacing("appeals.jsonl", with: "appeals.csv")
      return try appeals.allocate(Appeals.draft, in: $0)
    },
    BadInput("corrections beside a weight", "PLAN", "wrongStatements", "unallocated: carry") {
      var appeals = Appeals()
      appeals.plan = appeals.plan.replacing(
        "amount: amount,\n     unallocated: carry", with: "weight: amount")
      return try appeals.allocate(Appeals.draft, in: $0)
    },
  ]
}
