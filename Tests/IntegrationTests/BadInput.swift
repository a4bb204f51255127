import CanonicalJSON
import Foundation
import TestKit
import Testing

@testable import SluiceCommands

/// Something broken that a user may bring, and what the program has to say.
struct BadInput: Sendable, CustomTestStringConvertible {
  let name: String
  /// Prefix of the module and name of the case: the error's own code is looked up.
  let error: (prefix: String, name: String)
  /// A part of the sentence that helps.
  let phrase: String
  /// Writes files and gives the arguments.
  let prepare: @Sendable (TemporaryFolder) throws -> [String]

  var testDescription: String { name }

  init(
    _ name: String, _ prefix: String, _ error: String, _ phrase: String,
    _ prepare: @escaping @Sendable (TemporaryFolder) throws -> [String]
  ) {
    self.name = name
    self.error = ("SLC-" + prefix, error)
    self.phrase = phrase
    self.prepare = prepare
  }

  /// The launch with one text replaced.
  static func launch(
    _ name: String, _ prefix: String, _ error: String, _ phrase: String, _ old: String,
    _ new: String
  ) -> BadInput {
    BadInput(name, prefix, error, phrase) {
      try Launch().replacing(old, new).allocate(in: $0)
    }
  }

  /// The launch with other bytes as its list.
  static func list(
    _ name: String, _ error: String, _ phrase: String,
    _ bytes: @escaping @Sendable () throws -> [UInt8]
  ) -> BadInput {
    BadInput(name, "INPUT", error, phrase) { folder in
      let arguments = try Launch().allocate(in: folder)
      try folder.write(try bytes(), to: "list.csv")
      return arguments
    }
  }

  /// The launch with redirects from a list, by the first digits of accounts; 0 is nobody.
  static func moves(
    _ name: String, _ error: String, _ rows: [(Int, Int)], _ phrase: String, more: String = ""
  ) -> BadInput {
    BadInput(name, "LAW", error, phrase) { folder in
      let lines = rows.map { "\(account($0.0)),\(account($0.1))\n" }
      return try Launch.moving(more).allocate(
        in: folder, ["moves.csv": "account,to\n" + lines.joined()])
    }
  }

  /// A published file that is checked.
  static func tree(
    _ name: String, _ prefix: String, _ error: String, _ phrase: String, _ text: String,
    encoding: String? = nil
  ) -> BadInput {
    BadInput(name, prefix, error, phrase) { folder in
      let isCSV = text.hasPrefix("account") || text.hasPrefix("index")
      let path = try folder.write(text, to: isCSV ? "file.csv" : "file.json")
      return ["tree", "check", path] + (encoding.map { ["--encoding", $0] } ?? [])
    }
  }

  /// A good bundle of which one file is changed, then read by `command`.
  static func bundle(
    _ name: String, _ prefix: String, _ error: String, _ phrase: String, _ file: String,
    by command: [String] = ["explain"],
    _ change: @escaping @Sendable ([UInt8]) throws -> [UInt8]?
  ) -> BadInput {
    BadInput(name, prefix, error, phrase) { folder in
      try Sluice.succeed(try Launch().allocate(in: folder))
      let path = folder.path + "/bundle"
      let names = try folder.files(below: "bundle")
      let target = try #require(names.last { $0.hasSuffix(file) }, "no file \(file) in \(names)")
      let changed = try change(try folder.read("bundle/" + target))
      try FileManager.default.removeItem(atPath: path + "/" + target)
      if let changed { try folder.write(changed, to: "bundle/" + target) }
      let account = "0x1000000000000000000000000000000000000001"
      let takesAccount = !["verify", "report"].contains(command[0])
      return [command[0], path] + (takesAccount ? [account] : []) + command.dropFirst()
    }
  }

  /// Changes the digit that follows a text.
  static func changingDigit(after text: String) -> @Sendable ([UInt8]) throws -> [UInt8]? {
    { bytes in
      let mark = Array(text.utf8)
      let start = try #require(bytes.firstRange(of: mark)?.upperBound, "no \(text)")
      var changed = bytes
      changed[start] = changed[start] == UInt8(ascii: "1") ? UInt8(ascii: "2") : UInt8(ascii: "1")
      return changed
    }
  }

  /// Replaces a text inside a file.
  static func replacing(
    _ old: String, _ new: String
  ) -> @Sendable ([UInt8]) throws -> [UInt8]? {
    { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      try #require(text.contains(old), "nothing to replace: \(old) in \(text.prefix(300))")
      return Array(text.replacing(old, with: new).utf8)
    }
  }
}

/// One of the three accounts of the launch; 0 is the zero address.
func account(_ digit: Int) -> String {
  "0x\(digit)" + String(repeating: "0", count: 38) + "\(digit)"
}

let accountA = "0x1000000000000000000000000000000000000001"
/// 32 bytes, as a plan writes them.
let oneHash = "0x" + String(repeating: "01", count: 32)

extension BadInput {
  static let plans: [BadInput] = [
    BadInput("an empty plan", "PLAN", "emptyPlan", "sluice init") {
      ["check", try $0.write("", to: "plan.yaml")]
    },
    BadInput("a plan that is no text", "PLAN", "notUTF8Text", "UTF-8") {
      ["check", try $0.write([0xFF, 0xFE, 0, 1], to: "plan.yaml")]
    },
    BadInput("a plan with a NUL byte", "PLAN", "notUTF8Text", "UTF-8") {
      ["check", try $0.write("version: 1\0", to: "plan.yaml")]
    },
    launch(
      "a broken line of YAML", "PLAN", "malformedYAML", "indentation", "name: Test", "na: [me"),
    launch("an alias", "PLAN", "anchorOrAlias", "quotes", "name: Test", "name: *test"),
    launch("an anchor", "PLAN", "anchorOrAlias", "quotes", "name: Test", "name: &a Test"),
    launch("a tag", "PLAN", "explicitTag", "type", "name: Test", "name: !!str Test"),
    BadInput("a million laughs", "PLAN", "anchorOrAlias", "says each thing where it stands") {
      let levels = (1...9).map { level in
        "a\(level): &a\(level) ["
          + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",") + "]"
      }
      return ["check", try $0.write("a0: &a0 x\n" + levels.joined(separator: "\n"), to: "p.yaml")]
    },
    BadInput("lists nested ten thousand deep", "PLAN", "tooDeep", "levels") {
      ["check", try $0.write("a: " + String(repeating: "[", count: 10_000), to: "plan.yaml")]
    },
    BadInput("a million epochs and more", "PLAN", "tooManyValues", "longer epochs") { folder in
      let programs = (0..<11).map {
        "- {name: p\($0), kind: airdrop, campaign: c, budget: 1, from: s, weight: n, "
          + "emission: {shape: constant}}\n"
      }
      let plan = """
        version: 1
        name: x
        tokens: [{name: T, decimals: 0}]
        campaigns: [{name: c, token: T}]
        sources: [{name: s, file: s.csv, columns: [{name: n, type: integer}]}]
        epochs: {start: 2027-01-01, length: 1d, count: 100000}
        programs:

        """
      return ["check", try folder.write(plan + programs.joined(), to: "plan.yaml")]
    },
    launch("a merge key", "PLAN", "mergeKey", "Write the values out", "name: Test", "<<: {a: b}"),
    launch(
      "two documents", "PLAN", "severalDocuments", "one plan", "name: Test", "name: a\n---\nb: c"),
    launch("a key twice", "PLAN", "duplicateKey", "once", "name: Test", "name: Test\nname: Other"),
    launch("an unknown key", "PLAN", "unknownKey", "Did you mean 'tokens'", "tokens:", "tokns:"),
    launch("a missing key", "PLAN", "missingKey", "no key 'decimals'", ", decimals: 18", ""),
    launch(
      "a version of the future", "PLAN", "unknownVersion", "newer", "version: 1", "version: 2"),
    launch(
      "an unquoted address is text, and its checksum counts", "PLAN", "wrongChecksum",
      "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "weight: points}",
      "weight: points, exclude: [{account: 0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed, reason: r}]}"
    ),
    launch(
      "the zero address in the plan", "PLAN", "zeroAddress", "Nobody", "weight: points}",
      "weight: points, exclude: [{account: 0x0000000000000000000000000000000000000000, reason: r}]}"
    ),
    launch(
      "too many decimals in a budget", "PLAN", "tooManyDecimals", "rounded",
      "budget: 100,", "budget: 100.0000000000000000001,"),
    launch(
      "an exponent in a budget", "PLAN", "exponentAmount", "every digit", "budget: 100,",
      "budget: 1e21,"),
    launch(
      "commas in a budget", "PLAN", "separatedAmount", "separators", "budget: 100,",
      "budget: '1,000',"),
    launch(
      "a budget of 2^256 units", "PLAN", "amountOverflow", "2^256", "budget: 100,",
      "budget: 115792089237316195423570985008687907853269984665640564039458,"),
    launch(
      "a budget of a thousand with a comma", "PLAN", "unknownKey", "a comma ends a value",
      "budget: 100,", "budget: 1,000,"),
    launch(
      "a cap of a thousand with a comma", "PLAN", "separatedAmount", "1000, or 1.000 if",
      "weight: points}", "weight: points, cap: '1,000'}"),
    launch(
      "a cap of a percentage with a blank", "PLAN", "malformedPercentage", "Write it as 10%.",
      "weight: points}", "weight: points, cap: 10 %}"),
    launch(
      "a budget in thousands", "PLAN", "malformedAmount", "Write every digit: 100000.",
      "budget: 100,", "budget: 100k,"),
    launch(
      "a tab before a key", "PLAN", "malformedYAML", "YAML takes no tabs", "    file:", "\tfile:"),
    launch(
      "a name for an address", "PLAN", "malformedAddress", "write the address that it leads to",
      "weight: points}", "weight: points, exclude: [{account: vitalik.eth, reason: r}]}"),
    launch(
      "an address in a filter", "PLAN", "malformedNumber", "leave accounts out by `exclude`",
      "weight: points}", "weight: points, filter: points != \(accountA)}"),
    launch(
      "a percentage over 100", "PLAN", "percentageOver100", "100%", "budget: 100,",
      "budget: 100.0000001%,"),
    launch(
      "a percentage of no supply", "PLAN", "noSupply", "supply", ", supply: 1000000}\n",
      "}\n"
    ).combined("budget: 100,", "budget: 10%,"),
    launch(
      "budgets over the supply", "PLAN", "budgetsOverSupply", "Lower", "budget: 100,",
      "budget: 999995,"),
    launch(
      "a token that is not listed", "PLAN", "unknownToken", "ACME", "main, token: ACME",
      "main, token: ACNE"),
    launch(
      "a column that is not declared", "PLAN", "unknownColumn", "points", "weight: points",
      "weight: pints"),
    launch(
      "an unknown name in an expression", "PLAN", "unknownValue", "Did you mean 'points'?",
      "weight: points", "weight: 2 * pints"),
    launch(
      "an expression that ends early", "PLAN", "unfinishedExpression", ":15:86:", "weight: points",
      "weight: 2 *"),
    launch(
      "a program that the plan does not list", "PLAN", "unknownProgram", "Did you mean 'given'?",
      "weight: points", "weight: points * allocated(givn)"),
    launch(
      "a program that asks itself", "PLAN", "laterProgram", "move it up", "weight: points",
      "weight: points * allocated(split)"),
    launch(
      "a program that asks its own source by name", "PLAN", "ownSource", "without its name",
      "weight: points", "weight: 2 * list.points"),
    launch(
      "an amount and points together", "PLAN", "mixedUnits", "number(x)", "weight: points",
      "weight: points + amount"),
    launch(
      "a filter that is a number", "PLAN", "conditionExpected", "points > 0", "weight: points",
      "weight: points, filter: points"),
    launch(
      "a path out of the folder", "PLAN", "malformedPath", "refused", "file: list.csv",
      "file: ../list.csv"),
    launch(
      "an environment variable in a budget", "PLAN", "environmentReference", "written out",
      "budget: 100,", "budget: '${BUDGET}',"),
  ]

  static let lists: [BadInput] = [
    launch(
      "a duplicate account", "INPUT", "duplicateAccount", "after line 2",
      "0x3000000000000000000000000000000000000003", accountA),
    list("the same account in two spellings", "duplicateAccount", "after line 2") {
      Array(
        """
        account,amount:token,points
        0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed,3,1
        0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed,3,1

        """.utf8)
    },
    launch(
      "the zero address", "INPUT", "zeroAddress", "Leave the row out",
      "0x3000000000000000000000000000000000000003", "0x0000000000000000000000000000000000000000"),
    launch(
      "a wrong checksum", "INPUT", "accountWrongChecksum",
      "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
      "0x3000000000000000000000000000000000000003", "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    launch(
      "an address without 0x", "INPUT", "accountMissingPrefix", "0x before it", accountA,
      String(accountA.dropFirst(2))),
    launch(
      "a name for an account", "INPUT", "accountMissingPrefix",
      "write the address that it leads to",
      accountA, "vitalik.eth"),
    launch(
      "a row of sums", "INPUT", "accountMissingPrefix", "If this row is about no account", accountA,
      "Total"),
    launch(
      "an address that is too short", "INPUT", "accountWrongLength", "39 digits", accountA,
      String(accountA.dropLast())),
    launch(
      "an address with a letter O", "INPUT", "accountNotHexadecimal", "'O'", accountA,
      "0x1OO0000000000000000000000000000000000001"),
    launch(
      "too many decimals", "INPUT", "tooManyDecimals", "18", ",2.5,7",
      ",2.5000000000000000001,7"),
    launch("1e21", "INPUT", "exponentNotation", "spreadsheet", ",2.5,7", ",1e21,7"),
    launch(
      "a locale's comma", "INPUT", "digitSeparators", "separators", ",2.5,7",
      ",\"2,500\",7"),
    launch(
      "a locale's point", "INPUT", "digitSeparators", "separators", ",2.5,7",
      ",\"1.000,5\",7"),
    launch("a negative amount", "INPUT", "signedNumber", "not negative", ",2.5,7", ",-2.5,7"),
    launch(
      "a hexadecimal amount", "INPUT", "hexadecimalNumber", "decimal digits", ",2.5,7",
      ",0x19,7"),
    launch("a word for a number", "INPUT", "notANumber", "'lots'", ",2.5,7", ",lots,7"),
    launch("an empty cell", "INPUT", "emptyField", "Fill the cell", ",2.5,7", ",,7"),
    launch(
      "blanks around a value", "INPUT", "surroundingBlanks", "Remove the blanks", ",2.5,7",
      ", 2.5,7"),
    launch("leading zeros", "INPUT", "leadingZeros", "without zeros", ",2.5,7", ",2.5,007"),
    launch(
      "a fraction of a point", "INPUT", "fractionNotAllowed", "write `type: decimal`", ",2.5,7",
      ",2.5,7.25"),
    launch(
      "a fraction of base units", "INPUT", "fractionNotAllowed", "write `unit: token`",
      "amount:token", "amount"),
    launch(
      "a number with its unit", "INPUT", "notANumber", "Write the number alone", ",2.5,7",
      ",2.5 ACME,7"),
    launch(
      "a cell that a formula could not fill", "INPUT", "notANumber", "nothing is taken for 0",
      ",2.5,7", ",#N/A,7"),
    launch(
      "a blank that does not show", "INPUT", "surroundingBlanks", "does not show", ",2.5,7",
      ",2.5\u{A0},7"),
    launch(
      "a column's name with a blank before it", "INPUT", "missingColumn", "Did you mean ' points'",
      ",points\n", ", points\n"),
    list("a spreadsheet itself", "nulByte", "export the sheet as CSV") {
      [0x50, 0x4B, 3, 4, 20, 0, 0, 0]
    },
    list("a spreadsheet's own first line", "missingColumn", "Remove this line") {
      Array("sep=,\n".utf8) + Array(Launch().list.utf8)
    },
    list("a remark before the header", "missingColumn", "remove lines before it") {
      Array("# exported\n".utf8) + Array(Launch().list.utf8)
    },
    launch(
      "2^256", "INPUT", "numberOverflow", "wrong unit", ",2.5,7",
      ",2.5,115792089237316195423570985008687907853269984665640564039457584007913129639936"),
    launch("a field too many", "INPUT", "raggedRow", "quotes", ",2.5,7", ",2.5,7,8"),
    launch("an inch mark", "INPUT", "strayQuote", "written twice", ",2.5,7", ",2\"5,7"),
    launch("a stray quote", "INPUT", "strayQuote", "written twice", ",2.5,7", ",2\"5\"0,7"),
    launch(
      "a quote that is never closed", "INPUT", "unterminatedQuote", "closing quote",
      ",2.5,7", ",\"2.5,7"),
    launch(
      "semicolons between fields", "INPUT", "wrongSeparator", "comma-separated",
      "account,amount:token,points", "account;amount;points"),
    launch(
      "a missing column", "INPUT", "missingColumn", "Did you mean 'Points'", ",points\n",
      ",Points\n"),
    launch(
      "a column of accounts under another name", "INPUT", "missingColumn", "Write `account:`",
      "account,amount:token", "address,amount:token"),
    launch(
      "a column twice", "INPUT", "duplicateColumn", "Rename", ",points\n",
      ",points,points\n"),
    launch(
      "an unknown unit", "INPUT", "unknownUnit", "amount:base", "amount:token",
      "amount:wei"),
    list("an empty file", "emptyFile", "right file") { [] },
    list("a header without rows", "noRows", "right file") {
      Array("account,amount:token,points\n".utf8)
    },
    list("a NUL byte", "nulByte", "UTF-8 text") {
      Array(Launch().list.utf8).map { $0 == UInt8(ascii: "7") ? 0 : $0 }
    },
    list("UTF-16", "notUTF8Encoding", "UTF-8") { [0xFF, 0xFE] + Array(Launch().list.utf8) },
    list("bytes that are no UTF-8", "invalidUTF8", "UTF-8") {
      Array(Launch().list.utf8).map { $0 == UInt8(ascii: "7") ? 0xC3 : $0 }
    },
    list("a carriage return alone", "loneCarriageReturn", "Unix or Windows") {
      Array(Launch().list.replacing(",0\n", with: ",0\r").utf8)
    },
    list("a blank line between rows", "blankLine", "no row is missing") {
      Array(Launch().list.replacing(",0\n", with: ",0\n\n").utf8)
    },
    list("a line of ten million characters", "lineTooLong", "one row per line") {
      Array(Launch().list.utf8) + [UInt8](repeating: UInt8(ascii: "1"), count: 10_000_000)
    },
    list("a gzip file that ends early", "gzipTruncated", "cut off") {
      Array(try Gzip.pack(Array(Launch().list.utf8)).dropLast(12))
    },
    list("a gzip file that is damaged", "gzipCorrupt", "again") {
      var bytes = try Gzip.pack(Array(Launch().list.utf8))
      bytes[bytes.count / 2] ^= 0xFF
      return bytes
    },
    list("a gzip file of a million and one members", "tooManyMembers", "in one piece") {
      let member = try Gzip.pack([])
      return (0...1_000_000).flatMap { _ in member }
    },
    list("a gzip bomb", "gzipBomb", "Unpack the file yourself") {
      let row = Array("0x1000000000000000000000000000000000000001,1,5\n".utf8)
      let rows = Array(repeating: row, count: 20).flatMap { $0 }
      let text = (0..<26_000).flatMap { _ in rows }
      return try Gzip.pack(Array("account,amount:token,points\n".utf8) + text, level: 9)
    },
    launch(
      "amounts over the budget", "LAW", "amountsExceedBudget",
      "found 6.1 ACME, expected at most the budget, 6 ACME. Raise the budget by 0.1 ACME", ",2.5,7",
      ",2.6,7"),
    launch(
      "amounts below the budget", "LAW", "amountsBelowBudget",
      "found 5.9 ACME, expected the budget, 6 ACME. Lower the budget by 0.1 ACME, or write "
        + "`unallocated: carry`", ",2.5,7", ",2.4,7"),
    launch(
      "whole tokens read as base units", "LAW", "amountsBelowBudget", "write `unit: token`",
      ",amount:token,", ",amount,"
    ).combined("2.5", "2", in: "list.csv"),
    launch(
      "floors over the budget", "LAW", "floorsExceedBudget",
      "found 120 ACME, expected at most the budget, 100 ACME", "weight: points}",
      "weight: points, floor: 60, below_floor: raise}"),
    launch(
      "weights of 2^256 together", "LAW", "valuesOverflow", "Scale", ",2.5,7",
      ",2.5,115792089237316195423570985008687907853269984665640564039457584007913129639935"),
    launch(
      "a divisor of zero", "LAW", "divisionByZero", "max(x, 1)", "weight: points",
      "weight: 10 / points"),
    launch(
      "a root of less than zero", "LAW", "outOfDomain", "max(x, 0)", "weight: points",
      "weight: sqrt(points - 5)"),
    launch(
      "a weight below zero", "LAW", "negativeResult",
      "0x2000000000000000000000000000000000000002 (list.csv:3)",
      "weight: points", "weight: points - 1"),
    launch(
      "an expression of 2^256", "LAW", "expressionOverflow", "min(x, limit)", "weight: points",
      "weight: points * points * \(String(repeating: "9", count: 77))"),
    launch(
      "a raffle before its draw", "LAW", "notDrawn", "Wait for the beacon (a block)",
      "{name: split, kind: airdrop,",
      "{name: split, kind: raffle, raffle: {seed_hash: \(oneHash), beacon: a block, winners: 1},"),
    BadInput(
      "a price whose only source is stale", "LAW", "priceRefused",
      "feed nothing in the 3600 seconds up to 2027-01-08T00:00:00Z, expected at least 1"
    ) { folder in
      var launch = Launch()
      for (old, new) in [
        (
          "sources:\n",
          "sources:\n  - {name: feed, file: feed.csv, time: at, "
            + "observations: {value: price, places: 2}}\n"
        ),
        (
          "programs:",
          "epochs: {start: 2027-01-01, length: 7d, count: 1}\n"
            + "prices: [{name: acme, sources: [feed], stale_after: 1h}]\nprograms:"
        ), ("weight: points", "weight: points * price(acme)"),
      ] { launch.plan = launch.plan.replacingOccurrences(of: old, with: new) }
      return try launch.allocate(
        in: folder, ["feed.csv": "at,price\n2027-01-07T22:59:59Z,2\n"])
    },
    launch(
      "a guard that does not hold", "ENGINE", "guardsFail",
      "guards[0]: found 57.3899372% for the largest account's part of ACME at launch",
      "programs:", "guards: [{measure: largest, at_most: 50%}]\nprograms:"),
    BadInput("a check with a guard that does not hold", "ENGINE", "guardsFail", "split (line 16)") {
      let guards = "guards: [{measure: nakamoto, threshold: 50%, at_least: 2}]\nprograms:"
      return ["check", try Launch().replacing("programs:", guards).allocate(in: $0)[1]]
    },
    moves("an account that is redirected to itself", "wrongRedirect", [(1, 1)], "(moves.csv:2)"),
    moves("a redirect to nobody", "wrongRedirect", [(3, 2), (1, 0)], "(moves.csv:3)"),
    moves(
      "redirects that lead back", "redirectCycle", [(3, 2), (1, 3), (2, 1)],
      "(moves.csv:3, moves.csv:2, moves.csv:4)"),
    moves(
      "redirects to two accounts", "wrongRedirect", [(2, 1)], "(moves.csv:2)",
      more: "{account: \(account(2)), to: \(account(3)), reason: r}, "),
    BadInput("two holders of one account", "INPUT", "duplicateAccount", "belongs to one holder") {
      try Launch().replacing(
        "programs:",
        """
          - {name: ids, file: ids.csv, columns: [{name: person, type: integer}]}
        clusters: {source: ids, column: person}
        programs:
        """
      ).allocate(in: $0, ["ids.csv": "account,person\n\(accountA),1\n\(accountA),2\n"])
    },
    BadInput("two redirects of one account", "INPUT", "duplicateAccount", "is redirected once") {
      try Launch.moving().allocate(
        in: $0,
        ["moves.csv": "account,to\n\(accountA),\(account(2))\n\(accountA),\(account(3))\n"])
    },
    BadInput("a list that is not there", "INPUT", "cannotOpen", "folder of inputs") { folder in
      let arguments = try Launch().allocate(in: folder)
      try FileManager.default.removeItem(atPath: folder.path + "/list.csv")
      return arguments
    },
    BadInput("a list that only a filter asks is not there", "INPUT", "cannotOpen", "banned.csv") {
      try Launch.banning.allocate(in: $0)
    },
    BadInput("a folder in the place of a list", "INPUT", "cannotOpen", "Name a file") { folder in
      let arguments = try Launch().allocate(in: folder)
      try FileManager.default.removeItem(atPath: folder.path + "/list.csv")
      try folder.write("", to: "list.csv/inner")
      return arguments
    },
  ]

  func combined(
    _ old: String, _ new: String, in file: String = "plan.yaml"
  ) -> BadInput {
    BadInput(name, String(error.prefix.dropFirst(4)), error.name, phrase) { folder in
      let arguments = try prepare(folder)
      let text = String(decoding: try folder.read(file), as: UTF8.self)
      try folder.write(text.replacing(old, with: new), to: file)
      return arguments
    }
  }
}
