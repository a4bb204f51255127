import Bundle
import TestKit
import Testing
import Verification

/// A forged or damaged bundle, and the first difference that the verifier must tell.
struct VerifierTampering: CustomTestStringConvertible, Sendable {
  let name: String
  /// The whole of it, or its beginning where it ends in " of".
  let what: String
  let place: String
  /// What both values start with.
  let published: String
  let recomputed: String
  /// Part of the reason.
  let because: String
  /// Makes the bundle and verifies it.
  let report: @Sendable () throws -> VerificationReport

  var testDescription: String { name }

  /// The first difference must be told word for word.
  func expectDifference() throws {
    let report = try report()
    guard let found = report.difference else {
      Issue.record("\(name): the verifier says MATCH")
      return
    }
    #expect(what.hasSuffix(" of") ? found.what.hasPrefix(what) : found.what == what, "\(found)")
    #expect(found.place.hasPrefix(place) && !found.place.isEmpty, "\(found)")
    #expect(found.published.hasPrefix(published) && !found.published.isEmpty, "\(found)")
    #expect(found.recomputed.hasPrefix(recomputed) && !found.recomputed.isEmpty, "\(found)")
    #expect(found.published != found.recomputed)
    #expect(found.reason.contains(because), "\(found)")
    #expect(!report.matches)
  }

  /// A bundle whose content was changed before the producer's own writer wrote it: every hash, root
  /// and proof of it fits.
  static func forged(
    _ name: String, _ what: String, _ place: String, _ published: String, _ recomputed: String,
    _ because: String, raw: Bool = true,
    _ change: @escaping @Sendable (BundleContents) throws -> BundleContents
  ) -> VerifierTampering {
    made(name, what, place, published, recomputed, because) {
      let sample = try VerifierSample()
      try sample.write(try change(try sample.contents()))
      return try sample.verify("bundle", raw ? nil : Verifier.Sources())
    }
  }

  /// A right bundle of the plan with everything, damaged afterwards.
  static func damaged(
    _ name: String, _ what: String, _ place: String, _ published: String, _ recomputed: String,
    _ because: String, _ damage: @escaping @Sendable (VerifierSample) throws -> Void
  ) -> VerifierTampering {
    made(name, what, place, published, recomputed, because) {
      let sample = try VerifierSample()
      try sample.write(try sample.contents(), dumps: true)
      try damage(sample)
      return try sample.verify()
    }
  }

  static func made(
    _ name: String, _ what: String, _ place: String, _ published: String, _ recomputed: String,
    _ because: String, _ report: @escaping @Sendable () throws -> VerificationReport
  ) -> VerifierTampering {
    VerifierTampering(
      name: name, what: what, place: place, published: published, recomputed: recomputed,
      because: because, report: report)
  }
}
