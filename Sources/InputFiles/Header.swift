import DistributionModel

/// Which field of a row is which declared column, and in what unit.
struct Header {
  /// Per column that a row is read by: its field.
  let fields: [Int]
  /// Per value of a row: how its cells are read.
  let cells: [CellKind]
  /// Names that the plan does not read.
  let unused: [String]
  let count: Int

  /// Matches names such as `amount` or `amount:token` with what the plan declares.
  ///
  /// - Parameter columns: those that a row is read by.
  init(_ names: [String], _ columns: RowColumns, line: Int) throws(Fault) {
    var units: [ColumnDeclaration.Unit?] = []
    var bare: [String] = []
    let used = Set(columns.names)
    for name in names {
      let (column, unit) = try Self.split(name, used, line: line)
      bare.append(column)
      units.append(unit)
    }
    for (index, name) in bare.enumerated() where bare[..<index].contains(name) {
      throw Fault(
        kind: .duplicateColumn, line: line, field: name, found: "the name twice",
        expected: "each column once", advice: "Rename one of the columns.")
    }
    var fields: [Int] = []
    var cells: [CellKind] = []
    for (place, name) in columns.names.enumerated() {
      let field = try Self.field(
        name, in: bare, line: line, isAccount: place == 0 && columns.isAboutAccounts)
      fields.append(field)
      if let column = columns.values.first(where: { $0.name == name }) {
        let cell = try Self.cell(column, header: units[field], line: line)
        if place > 0, cells.count < columns.values.count { cells.append(cell) }
      } else if units[field] != nil {
        throw Self.unitOnPlainColumn(name, line)
      }
    }
    self.fields = fields
    self.cells = cells
    unused = bare.filter { !used.contains($0) }
    count = names.count
  }

  /// A name and its unit; names that the plan does not read stay as they are.
  private static func split(
    _ name: String, _ used: Set<String>, line: Int
  ) throws(Fault) -> (String, ColumnDeclaration.Unit?) {
    guard let colon = name.lastIndex(of: ":"), used.contains(String(name[..<colon])) else {
      return (name, nil)
    }
    let suffix = String(name[name.index(after: colon)...])
    guard let unit = ColumnDeclaration.Unit(rawValue: suffix) else {
      throw Fault(
        kind: .unknownUnit, line: line, field: name, found: "the unit '\(suffix)'",
        expected: "base or token", advice: "Write `amount:base` or `amount:token`.")
    }
    return (String(name[..<colon]), unit)
  }

  private static func field(
    _ name: String, in header: [String], line: Int, isAccount: Bool
  ) throws(Fault) -> Int {
    if let index = header.firstIndex(of: name) { return index }
    if header.count == 1, let text = header.first,
      let separator = [";", "\t", "|"].first(where: { text.contains($0) })
    {
      throw Fault(
        kind: .wrongSeparator, line: line,
        found: separator == "\t" ? "tabs between fields" : "'\(separator)' between fields",
        expected: "commas", advice: "Save the file as comma-separated values.")
    }
    if let first = header.first, first.hasPrefix("sep=") {
      throw Fault(
        kind: .missingColumn, line: line, field: name, found: Fault.shown(Array(first.utf8)[...]),
        expected: "the names of the columns",
        advice: "Remove this line, which only spreadsheets read.")
    }
    let near = header.first { plain($0) == name.lowercased() }
    throw Fault(
      kind: .missingColumn, line: line, field: name,
      found: "the columns \(listed(header))",
      expected: "one named '\(name)'",
      advice: near.map { "Did you mean '\($0)'? Names are compared letter by letter." }
        ?? (header.count == 1
          ? "The first line names the columns: remove lines before it."
          : isAccount
            ? "Write `account:` for the source in the plan, and the name of the column of accounts."
            : "Name the column in the header, or change the plan."))
  }

  /// A name without case, blanks around it and unit.
  private static func plain(_ name: String) -> String {
    let bare = name.lowercased().split(separator: ":").first.map(String.init) ?? ""
    return String(bare.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  private static func listed(_ names: [String]) -> String {
    let shown = names.prefix(20).map { Fault.shown(Array($0.utf8)[...]) }
    return shown.joined(separator: ", ")
      + (names.count > shown.count ? " and \(names.count - shown.count) more" : "")
  }

  static func cell(
    _ column: ColumnDeclaration, header: ColumnDeclaration.Unit?, line: Int
  ) throws(Fault) -> CellKind {
    switch column.kind {
    case .integer:
      guard header == nil else { throw unitOnPlainColumn(column.name, line) }
      return .whole
    case .decimal(let format):
      guard header == nil else { throw unitOnPlainColumn(column.name, line) }
      return .decimal(format)
    case .address:
      guard header == nil else { throw unitOnPlainColumn(column.name, line) }
      return .address
    case .word:
      guard header == nil else { throw unitOnPlainColumn(column.name, line) }
      return .word
    case .time:
      guard header == nil else { throw unitOnPlainColumn(column.name, line) }
      return .time
    case .share: preconditionFailure("no file has weights of shares")
    case .amount(_, let decimals, let planned):
      if let header, let planned, header != planned {
        throw Fault(
          kind: .unitMismatch, line: line, field: column.name,
          found: "the unit \(header.rawValue) in the header",
          expected: "\(planned.rawValue), as the plan says",
          advice: "Find out which one is right before you change either.")
      }
      return (header ?? planned ?? .base) == .token ? .token(decimals: decimals) : .baseUnits
    }
  }

  private static func unitOnPlainColumn(_ name: String, _ line: Int) -> Fault {
    Fault(
      kind: .unknownUnit, line: line, field: name, found: "a unit",
      expected: "a plain name: this column is no amount")
  }
}
