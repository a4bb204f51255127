import CanonicalJSON
import DistributionModel
import EthereumPrimitives

/// What the files of a plan's sources have to hold, as a Data Package of Table Schemas
/// (https://datapackage.org/standard/table-schema/).
///
/// Whatever breaks a schema is refused by the readers too, in rows that count; they refuse more,
/// such as wrong checksums of addresses, and numbers of 2²⁵⁶ and more.
public enum InputSchema {
  /// One resource per source with a file, in the order of the plan.
  public static func package(of plan: Plan) -> JSON {
    object([
      ("$schema", .string("https://datapackage.org/profiles/2.0/datapackage.json")),
      ("title", .string("Input files of: \(plan.name)")),
      ("resources", .array(plan.sources.filter(\.hasFile).map { resource($0, plan) })),
    ])
  }

  static func object(_ members: [(String, JSON?)]) -> JSON {
    .object(members.compactMap { key, value in value.map { JSON.Member(key: key, value: $0) } })
  }

  private static func resource(_ source: SourceDeclaration, _ plan: Plan) -> JSON {
    let fields = InputField.all(of: source)
    let dialect =
      source.within.isEmpty
      ? nil : object([("property", .string(source.within.joined(separator: ".")))])
    return object([
      ("name", .string(source.name)), ("path", .string(source.file)),
      ("format", .string(source.format == .jsonl ? "ndjson" : source.format.rawValue)),
      ("encoding", .string("utf-8")), ("dialect", dialect),
      ("description", .string(description(of: source))),
      (
        "schema",
        object([
          ("$schema", .string("https://datapackage.org/profiles/2.0/tableschema.json")),
          ("fieldsMatch", .array([.string("superset")])),
          ("fields", .array(fields.map(\.json))),
          ("missingValues", .array([.string("")])),
          ("foreignKeys", foreignKeys(of: source, in: plan)),
        ])
      ),
    ])
  }

  private static func description(of source: SourceDeclaration) -> String {
    var sentences: [String] = []
    if !source.conditions.isEmpty {
      let conditions = source.conditions.map { condition in
        "\(condition.column) is "
          + condition.texts.map { "'\($0)'" }.joined(separator: " or ")
      }
      sentences.append(
        "A row counts where \(conditions.joined(separator: ", and ")); in others nothing else is "
          + "looked at.")
    }
    if source.time != nil, source.series == nil, source.price == nil, source.statements == nil {
      sentences.append("Of rows outside of the window only the time is looked at.")
    }
    if source.format != .csv {
      sentences.append("Cells are texts; numbers may be JSON numbers, which programs may round.")
    }
    if source.badRows == .quarantine { sentences.append("Rows that cannot be read are left out.") }
    return sentences.joined(separator: " ")
  }

  /// Keys that have to stand in other sources.
  private static func foreignKeys(of source: SourceDeclaration, in plan: Plan) -> JSON? {
    var keys: [JSON] = []
    func add(_ column: String, _ other: String) {
      guard let key = plan.sources.first(where: { $0.name == other })?.key else { return }
      let reference = object([("resource", .string(other)), ("fields", .array([.string(key)]))])
      keys.append(object([("fields", .array([.string(column)])), ("reference", reference)]))
    }
    if let lookup = source.lookup, lookup.unknownKeys == .refuse {
      add(source.accountColumn, lookup.source)
    }
    if let time = source.time, let table = time.table { add(time.column, table) }
    return keys.isEmpty ? nil : .array(keys)
  }
}

/// A column of a file.
struct InputField {
  let name: String
  var title: String
  /// nil for any text.
  var pattern: String?
  var isRequired = true
  var isUnique = false
  var words: [String] = []
  /// What its numbers count.
  var unit: String?

  var json: JSON {
    let constraints: [(String, JSON?)] = [
      ("required", isRequired ? .bool(true) : nil), ("unique", isUnique ? .bool(true) : nil),
      ("pattern", pattern.map { .string($0) }),
      ("enum", words.isEmpty ? nil : .array(words.map { .string($0) })),
    ]
    return InputSchema.object([
      ("name", .string(name)), ("type", .string("string")), ("description", .string(title)),
      ("unit", unit.map { .string($0) }), ("constraints", InputSchema.object(constraints)),
    ])
  }

  // MARK: Patterns

  static let addressForm = "^0[xX][0-9a-fA-F]{40}$"
  static let textForm = "^[^ \\t](.*[^ \\t])?$"
  static let wholeForm = "^(0|[1-9][0-9]{0,77})$"
  static let signedForm = "^-?(0|[1-9][0-9]{0,77})$"
  static let timeForm =
    "^([0-9]{1,13}|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.0+)? ?(Z|\\+00:00))$"

  private static func decimal(_ places: Int) -> String {
    "^(0|[1-9][0-9]*)" + (places == 0 ? "" : "(\\.[0-9]{1,\(places)})?") + "$"
  }

  // MARK: Columns

  /// The columns that the readers look at.
  static func all(of source: SourceDeclaration) -> [InputField] {
    if let rules = source.statements { return statement(rules) }
    var fields: [InputField] = []
    if let times = source.timeTable {
      fields.append(InputField(name: times, title: "When it happened.", pattern: timeForm))
    }
    if let column = source.time { fields.append(.time(column)) }
    if source.isAboutAccounts, source.series == nil { fields.append(.subject(source)) }
    if let key = source.key {
      fields.append(
        InputField(
          name: key, title: "Names the row, for other files; each once among rows that count.",
          pattern: textForm, isUnique: source.conditions.isEmpty && source.time == nil))
    }
    if let observed = source.observed {
      fields.append(.value(observed))
    } else if let price = source.price {
      fields += self.price(price)
    } else if let events = source.series?.events {
      fields += changes(events, account: source.accountColumn)
    } else if let columns = source.series?.ranges?.columns {
      fields.append(InputField(name: source.accountColumn, title: "Whose.", pattern: addressForm))
      fields += [(columns.lower, "Its lower tick."), (columns.upper, "Its upper tick, above it.")]
        .map { InputField(name: $0, title: $1, pattern: signedForm) }
      fields.append(
        InputField(name: columns.liquidity, title: "The change of liquidity.", pattern: signedForm))
    } else {
      fields += source.columns.map(value)
    }
    let named = Set(fields.map(\.name))
    return fields
      + source.conditions.filter { !named.contains($0.column) }.map {
        InputField(name: $0.column, title: "Says whether the row counts.", isRequired: false)
      }
  }

  private static func time(_ column: TimeColumn) -> InputField {
    column.table.map {
      InputField(name: column.column, title: "A key of \($0): when it happened.", pattern: textForm)
    } ?? InputField(name: column.column, title: "When it happened.", pattern: timeForm)
  }

  private static func subject(_ source: SourceDeclaration) -> InputField {
    guard let lookup = source.lookup else {
      let isUnique = source.duplicates == .refuse && source.conditions.isEmpty && source.time == nil
      return InputField(
        name: source.accountColumn, title: "Whose row it is.", pattern: addressForm,
        isUnique: isUnique)
    }
    return InputField(
      name: source.accountColumn, title: "A key of \(lookup.source): whose row it is.",
      pattern: textForm)
  }

  private static func value(_ column: ColumnDeclaration) -> InputField {
    var field = InputField(
      name: column.name, title: "", isRequired: column.empty == .refuse)
    switch column.kind {
    case .integer: (field.title, field.pattern) = ("A whole number.", wholeForm)
    case .address: (field.title, field.pattern) = ("An address.", addressForm)
    case .time: (field.title, field.pattern) = ("A time.", timeForm)
    case .word:
      (field.title, field.pattern) = (
        "A word of 1 to 32 signs of ASCII.", "^[!-~]([ -~]{0,30}[!-~])?$"
      )
    case .decimal(let format):
      field.title = "A decimal number of \(format.places.counted("place"))."
      if format.notation == .plain, format.excess == .refuse {
        field.pattern = "^[0-9]+(\\.[0-9]+)?$"
      }
    case .share: break
    case .amount(let token, let decimals, let unit):
      field.unit = token
      switch unit {
      case .token:
        (field.title, field.pattern) = ("Whole tokens.", decimal(decimals))
      case .base: (field.title, field.pattern) = ("Base units.", wholeForm)
      case nil:
        field.title =
          "Base units, or whole tokens where the header says '\(column.name):token'."
        field.pattern = decimal(decimals)
      }
    }
    return field
  }

  private static func changes(_ events: PositionEvents, account name: String) -> [InputField] {
    var account = InputField(name: name, title: "Whose balance.", pattern: addressForm)
    var amount = events.amount.map(value)
    var more: [InputField] = []
    switch events.effect {
    case .change:
      amount?.title += " With a minus sign it is taken off."
      let pattern = amount?.pattern
      amount?.pattern = pattern.map { "^-?" + $0.dropFirst() }
    case .balance:
      more += events.order.map {
        InputField(name: $0, title: "Orders rows of one second.", pattern: wholeForm)
      }
    case .transfer(let target):
      more.append(InputField(name: target, title: "To whom; zero is nobody.", pattern: addressForm))
    case .kinds(let column, let kinds, let target):
      more.append(
        InputField(name: column, title: "What the row does.", words: kinds.map(\.name)))
      if kinds.contains(where: { $0.effect == .move }) {
        let isAlways = kinds.allSatisfy { $0.effect == .move }
        more.append(
          InputField(
            name: target, title: "To whom, where it moves.", pattern: isAlways ? addressForm : nil,
            isRequired: isAlways))
      }
      // Of a row that changes nothing only time and kind are looked at.
      if kinds.contains(where: { $0.effect == .none }) {
        (account.pattern, account.isRequired) = (nil, false)
        amount?.pattern = nil
        amount?.isRequired = false
      }
    }
    return [account] + [amount].compactMap { $0 } + more
  }

  private static func price(_ price: PriceColumns) -> [InputField] {
    [
      InputField(name: price.tick, title: "The pool's tick.", pattern: signedForm),
      InputField(
        name: price.sqrtPrice, title: "The root of the price, in units of 2^-96.",
        pattern: wholeForm),
    ]
      + [price.volume].compactMap { $0 }.map {
        InputField(name: $0, title: "What was swapped, or its fees.", pattern: wholeForm)
      }
      + price.order.map {
        InputField(name: $0, title: "Orders rows of one second.", pattern: wholeForm)
      }
  }

  /// A statement's members, each of which is signed.
  private static func statement(_ rules: StatementRules) -> [InputField] {
    let account = InputField(name: "account", title: "Whom it is about.", pattern: addressForm)
    let time = InputField(name: "time", title: "Seconds since 1970.", pattern: wholeForm)
    let own: [InputField]
    switch rules {
    case .corrections:
      own = [
        account, InputField(name: "program", title: "A program that reads it."),
        InputField(name: "epoch", title: "The epoch in which it counts.", pattern: wholeForm),
        InputField(name: "decision", title: "What was decided.", words: ["grant", "deny"]),
        InputField(name: "amount", title: "Base units.", pattern: wholeForm),
        InputField(name: "reason", title: "One line for the account to read."),
      ]
    case .redirects:
      own = [
        account, InputField(name: "to", title: "Who shall have it.", pattern: addressForm), time,
      ]
    case .tasks:
      own = [
        account, InputField(name: "task", title: "What was done, a word."),
        InputField(name: "points", title: "What it is worth.", pattern: wholeForm), time,
        InputField(
          name: "id", title: "32 bytes that set it apart.", pattern: "^0[xX][0-9a-fA-F]{64}$"),
      ]
    }
    return [InputField(name: "plan", title: "The plan's name, letter by letter.")] + own + [
      InputField(
        name: "signature", title: "r, s and v.", pattern: "^0[xX][0-9a-fA-F]{130}$")
    ]
  }
}
