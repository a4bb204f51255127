import Foundation
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
    BadInput("a report over a folder", "CMD", "cannotWriteFile", "found a folder") { folder in
      try Launch().allocate(in: folder).prepareBundle()
      return ["report", folder.path + "/bundle", "--out", folder.path]
    },
    BadInput("a report below a file", "CMD", "cannotWriteFile", "where the folder") { folder in
      let arguments = try Launch().allocate(in: folder)
      try arguments.prepareBundle()
      return ["report", folder.path + "/bundle", "--out", arguments[1] + "/report.html"]
    },
    BadInput("a report into nothing", "CMD", "cannotWriteFile", "found no folder /nosuch") {
      try Launch().allocate(in: $0).prepareBundle()
      return ["report", $0.path + "/bundle", "--out", "/nosuch/x"]
    },
    BadInput("a report of a folder of that name", "CMD", "cannotWriteFile", "found a folder") {
      try Launch().allocate(in: $0).prepareBundle()
      try FileManager.default.removeItem(atPath: $0.path + "/bundle/report.html")
      try $0.write("", to: "bundle/report.html/file")
      return ["report", $0.path + "/bundle"]
    },
    BadInput("changes over a folder", "CMD", "cannotWriteFile", "found a folder") { folder in
      let arguments = try Launch().allocate(in: folder)
      return ["diff", arguments[1], arguments[1], "--csv", folder.path]
    },
    BadInput("a secret that is short", "CMD", "malformedArgument", "found 3 bytes") { folder in
      let arguments = try Launch().allocate(in: folder)
      let secret = try folder.write("abc", to: "secret")
      return ["diff", arguments[1], arguments[1], "--secret-file", secret]
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
