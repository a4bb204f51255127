import TestKit
import Testing

extension BadInput {
  /// What cannot be compared, and reports that cannot be written.
  static let comparisons: [BadInput] = [
    BadInput("a campaign of two tokens", "CMD", "unlikeTokens", "with 6 decimals") { folder in
      try Launch().allocate(in: folder).prepareBundle()
      let other = Launch().replacing("decimals: 18", "decimals: 6")
      return [
        "diff", folder.path + "/bundle", try folder.write(other.plan, to: "other.yaml"),
      ]
    },
    BadInput("a comparison with nothing", "CMD", "cannotReadFile", "found nothing") { folder in
      try Launch().allocate(in: folder).prepareBundle()
      return ["diff", folder.path + "/bundle", folder.path + "/no.yaml"]
    },
    BadInput("a comparison with a folder that is no bundle", "BUNDLE", "cannotRead", "bundle") {
      let arguments = try Launch().allocate(in: $0)
      return ["diff", arguments[1], $0.path]
    },
    BadInput("changes over a file that is there", "CMD", "fileExists", "expected none") { folder in
      let arguments = try Launch().allocate(in: folder)
      return ["diff", arguments[1], arguments[1], "--csv", arguments[1]]
    },
    BadInput("a report over a file that is there", "CMD", "fileExists", "expected none") { folder in
      let arguments = try Launch().allocate(in: folder)
      try arguments.prepareBundle()
      return ["report", folder.path + "/bundle", "--out", arguments[1]]
    },
    BadInput("a report without a folder", "CMD", "cannotWriteFile", "a place to write") { folder in
      try Launch().allocate(in: folder).prepareBundle()
      return ["report", folder.path + "/bundle", "--out", folder.path + "/no/report.html"]
    },
    bundle(
      "a report of a changed bundle", "BUNDLE", "wrongHash", "changed after", "allocations.csv",
      by: ["report"], changingDigit(after: "given,0,\(accountA),")),
  ]
}

extension [String] {
  /// Runs them as a command that has to be done.
  fileprivate func prepareBundle() throws { try Sluice.succeed(self) }
}
