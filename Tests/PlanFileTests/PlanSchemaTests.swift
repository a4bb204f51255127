import CanonicalJSON
import DistributionModel
import PlanFile
import TestKit
import Testing

@testable import struct PlanFile.FieldSpecification
@testable import enum PlanFile.FieldType
@testable import struct PlanFile.ObjectType
@testable import enum PlanFile.PlanSchema

@Suite("The JSON Schema says what the decoder takes")
struct PlanSchemaTests {
  @Test("It is JSON, of draft 2020-12, and says so")
  func head() throws {
    let schema = PlanSchema.jsonSchema()
    #expect(try JSON.parse(Array(schema.prettyText().utf8)) == schema)
    #expect(schema["$schema"]?.text == "https://json-schema.org/draft/2020-12/schema")
    #expect(schema["title"]?.text == "Sluice plan, version 1")
    #expect(schema["type"]?.text == "object")
  }

  @Test("Every object has the properties of its table, closed, with the required ones named")
  func objects() throws {
    var names: [String] = []
    try compare(PlanSchema.jsonSchema(), PlanSchema.plan, &names)
    #expect(
      names == [
        "plan", "token", "campaign", "vesting", "tranche", "terms", "deployment", "roles",
        "epochs", "source", "lookup", "time lookup", "received", "limit", "wash", "window",
        "positions",
        "price of a pool", "ranges", "look through", "exclusion", "column", "observations", "price",
        "clusters",
        "redirect", "program",
        "revenue", "value", "recipient", "rate", "yield", "emission", "exclusion", "raffle",
        "guard",
      ])
  }

  private func compare(_ schema: JSON, _ object: ObjectType, _ names: inout [String]) throws {
    names.append(object.title)
    #expect(schema["type"] == .string("object"))
    #expect(schema["additionalProperties"] == .bool(false))
    let required = try #require(schema["required"]?.elements).compactMap(\.text)
    #expect(required == object.fields.filter(\.isRequired).map(\.name))
    let properties = try #require(schema["properties"]?.members)
    #expect(properties.map(\.key) == object.fields.map(\.name))
    for (property, field) in zip(properties, object.fields) {
      #expect(property.value["description"]?.text == field.doc)
      try compare(property.value, field.type, &names)
    }
  }

  private func compare(_ schema: JSON, _ type: FieldType, _ names: inout [String]) throws {
    switch type {
    case .object(let object): try compare(schema, object, &names)
    case .list(let element):
      #expect(schema["type"] == .string("array") && schema["minItems"] == .integer(1))
      try compare(try #require(schema["items"]), element, &names)
    case .either(let first, let second):
      let schemas = try #require(schema["anyOf"]?.elements)
      try #require(schemas.count == 2)
      try compare(schemas[0], first, &names)
      try compare(schemas[1], second, &names)
    case .texts:
      #expect(schema["type"] == .string("object"))
      #expect(schema["additionalProperties"]?["anyOf"]?.elements?.count == 2)
    case .choice(let words):
      #expect(schema["enum"]?.elements?.compactMap(\.text) == words)
    case .flag:
      let words: [JSON] = [.string("true"), .string("false"), .bool(true), .bool(false)]
      #expect(schema["enum"]?.elements == words)
    case .integer(let range):
      #expect(schema["type"] == .string("integer"))
      #expect(schema["minimum"]?.wholeNumber.map(UInt64.init) == range.lowerBound)
      #expect(schema["maximum"]?.wholeNumber.map(UInt64.init) == range.upperBound)
    default:
      #expect(schema["type"] == .array([.string("string"), .string("number")]))
    }
  }

  @Test("What a field requires is what is missing without it, for every object")
  func required() throws {
    for edit in [
      ("version: 1\n", ""), ("    decimals: 6\n", ""),
      ("    campaign: main\n    budget: 500", "    budget: 500"),
      ("{name: paid, type: amount,", "{name: paid,"), ("{name: paid, type", "{type"),
      ("file: users.csv", "duplicates: sum"), ("length: 7d, ", ""), (", amount: 150", ""),
      Part.deployment(
        roles: "{owner: 0x0000000000000000000000000000000000000001, "
          + "publisher: 0x0000000000000000000000000000000000000002}"),
      Part.vesting("{start: 2027-01-01}"),
      Part.vesting("{shape: tranches, tranches: [{at: 2027-01-01}]}"),
      Part.emission("{half_life: 2}"),
    ] {
      let found = try problems(basePlan.applying([Edit(edit.0, edit.1)]))
      #expect(found.map(\.kind) == [.missingKey], "\(edit): \(found)")
    }
  }

  @Test("The words of each choice are those of the model")
  func choices() throws {
    func words(_ object: ObjectType, _ field: String) -> [String] {
      if case .choice(let words)? = object.field(field)?.type { words } else { [] }
    }
    #expect(
      words(PlanSchema.program, "kind") == [
        "premine", "airdrop", "raffle", "grants", "liquidity", "lending", "staking", "hold", "fees",
        "tasks", "trading",
      ])
    #expect(words(PlanSchema.program, "unallocated") == ["refuse", "carry"])
    #expect(
      words(PlanSchema.program, "rounding") == [
        "largest-remainder", "floor", "remainder-to-largest", "unit-each-by-address", "half-up",
        "ieee754-python", "ieee754-javascript", "ieee754-javascript-share",
      ])
    #expect(words(PlanSchema.terms, "claims") == ["account", "anyone"])
    #expect(words(PlanSchema.source, "format") == ["csv", "jsonl", "json"])
    #expect(
      words(PlanSchema.source, "duplicates") == ["refuse", "sum", "largest", "smallest", "drop"])
    #expect(words(PlanSchema.source, "unknown_keys") == ["refuse", "skip"])
    #expect(words(PlanSchema.column, "unit") == ["base", "token"])
    #expect(
      words(PlanSchema.column, "type") == [
        "integer", "amount", "decimal", "address", "time", "word",
      ])
    #expect(
      words(PlanSchema.positions, "effect") == ["change", "balance", "transfer", "kinds"])
    #expect(words(PlanSchema.column, "notation") == ["plain", "scientific"])
    #expect(words(PlanSchema.column, "excess") == ["refuse", "down", "half_even"])
    #expect(words(PlanSchema.guarding, "per") == ["account", "cluster"])
    for measure in words(PlanSchema.guarding, "measure") {
      let (old, new) = Part.guarding("{measure: \(measure)}")
      let found = try problems(basePlan.applying([Edit(old, new)]))
      #expect(!found.contains { $0.kind == .unknownChoice }, "\(measure)")
    }
    // Words that the table and the decoder state both: each of them is taken.
    for shape in words(PlanSchema.vesting, "shape") {
      let (old, new) = Part.vesting("{shape: \(shape)}")
      let found = try problems(basePlan.applying([Edit(old, new)]))
      #expect(!found.contains { $0.kind == .unknownChoice }, "\(shape)")
    }
    for shape in words(PlanSchema.emission, "shape") {
      let (old, new) = Part.emission("{shape: \(shape)}")
      let found = try problems(basePlan.applying([Edit(old, new)]))
      #expect(!found.contains { $0.kind == .unknownChoice }, "\(shape)")
    }
  }

  @Test("Patterns take every scalar of the full plan and the base plan")
  func patterns() throws {
    var checked = 0
    let examples = try ["airdrop", "weights", "raffle", "grants"].map {
      try Project.text("Examples/\($0)/plan.yaml")
    }
    for text in [basePlan, fullPlanText] + examples {
      try match(try tree(text), PlanSchema.jsonSchema(), &checked)
    }
    #expect(checked > 150)
  }

  private func match(_ tree: Tree, _ schema: JSON, _ checked: inout Int) throws {
    switch tree {
    case .mapping(let members):
      for member in members {
        let object = schema["anyOf"]?.elements?.last ?? schema
        if object["properties"] == nil, object["additionalProperties"]?["anyOf"] != nil { continue }
        let property = try #require(object["properties"]?[member.key], "\(member.key)")
        try match(member.value, property, &checked)
      }
    case .list(let trees):
      let list = schema["anyOf"]?.elements?.last ?? schema
      let items = try #require(list["items"])
      for tree in trees { try match(tree, items, &checked) }
    case .text(let text):
      checked += 1
      if let words = schema["enum"]?.elements { #expect(words.contains(.string(text))) }
      guard let pattern = schema["pattern"]?.text else { return }
      #expect(try Regex(pattern).wholeMatch(in: text) != nil, "\(text) and \(pattern)")
    }
  }

  @Test(
    "Patterns take what the decoder takes, and little else",
    arguments: [
      (
        "every", ["1w", "1d12h", "month", "months", "1 month", "12 months"], ["1 week", "1mo", ""]
      ),
      ("duration", ["90s", "1w1d"], ["90", "1y", "s", "1 d"]),
      ("initial", ["0%", "12.5%", "100%"], ["5", "%", "1,5%", ".5%"]),
      ("start", ["2027-01-01", "2027-01-01T00:00:00Z"], ["2027-1-1", "2027-01-01T00:00:00"]),
    ])
  func pattern(key: String, right: [String], wrong: [String]) throws {
    let vesting = PlanSchema.jsonSchema()["properties"]?["campaigns"]?["items"]?["properties"]?[
      "vesting"]
    let text = try #require(vesting?["properties"]?[key]?["pattern"]?.text)
    let pattern = try Regex(text)
    for word in right { #expect(try pattern.wholeMatch(in: word) != nil, "\(word)") }
    for word in wrong { #expect(try pattern.wholeMatch(in: word) == nil, "\(word)") }
  }
}
