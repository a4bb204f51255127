import EthereumPrimitives
import TestKit
import Testing

private func member(_ type: String, _ name: String) -> TypedDataMember {
  TypedDataMember(type, name)
}

@Suite("INV-012: typed data that is refused, with its path")
struct TypedDataErrorTests {
  private func expectError(
    _ kind: TypedDataError.Kind, at path: String, found: String, expected: String,
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
  ) {
    let error = error(TypedDataError.self, sourceLocation: sourceLocation, body)
    #expect(error?.kind == kind, sourceLocation: sourceLocation)
    #expect(
      error?.description == "\(path): found \(found), expected \(expected)",
      sourceLocation: sourceLocation)
  }

  /// Hashes one member called `v`.
  private func hash(_ value: TypedDataValue, as type: String) throws {
    let types = try TypedDataTypes(["S": [member(type, "v")], "P": [member("uint8", "n")]])
    _ = try types.hashStruct(["v": value], as: "S")
  }

  // MARK: Types

  private let nameRule = "printable ASCII without space, comma, parentheses and brackets"

  @Test("Names that would make two types look the same")
  func malformedNames() {
    for name in ["", "a b", "a,b", "a(", "a)", "a[", "a]", "é", "\u{212A}", "a\u{7F}", "a\n"] {
      expectError(.malformedName, at: "types", found: "the name '\(name)'", expected: nameRule) {
        _ = try TypedDataTypes([name: []])
      }
      expectError(.malformedName, at: "types.S", found: "the name '\(name)'", expected: nameRule) {
        _ = try TypedDataTypes(["S": [member("bool", "a"), member("uint8", name)]])
      }
    }
    #expect(throws: Never.self) {
      try TypedDataTypes(["Exchange:Order": [member("bool", "$is_ok"), member("bool", "!")]])
    }
  }

  @Test("Structures that are called like a type of Solidity")
  func reservedNames() {
    for name in ["uint256", "uint", "int", "bytes", "bytes32", "string", "bool", "function"] {
      expectError(
        .reservedName, at: "types.\(name)", found: "a structure called \(name)",
        expected: "a name that is no type of Solidity"
      ) { _ = try TypedDataTypes([name: [member("bool", "a")]]) }
    }
    #expect(throws: Never.self) { try TypedDataTypes(["uint7": [], "Uint8": []]) }
  }

  @Test("A member that stands twice")
  func repeatedMember() {
    expectError(
      .repeatedMember, at: "types.S.a", found: "the member a again", expected: "each member once"
    ) { _ = try TypedDataTypes(["S": [member("bool", "a"), member("uint8", "a")]]) }
  }

  @Test("Types that there are not: aliases, misspelt ones, arrays that are not closed")
  func unknownTypes() {
    for type in [
      "uint", "int", "uint7", "uint264", "bytes0", "bytes33", "function", "Person", "s", "",
      "(bool)", "bool[", "bool]", "bool[]]", "bool[x]", "bool[01]", "bool[-1]", "bool[+1]",
      "bool [2]", "[]", "bool[]x", "S[", "\u{212A}", "bool[99999999999999999999]",
    ] {
      expectError(
        .unknownType, at: "types.S.a", found: "the type '\(type)'",
        expected: "a structure of these types, or a type such as uint256, bytes32 or string[]"
      ) {
        // The Kelvin sign equals the letter K among Swift's strings.
        _ = try TypedDataTypes(
          type == "\u{212A}" ? ["S": [member(type, "a")], "K": []] : ["S": [member(type, "a")]])
      }
    }
  }

  @Test("A structure that is not among the types")
  func unknownStructures() throws {
    let types = try TypedDataTypes(["K": [member("bool", "a")], "EIP712Domain": []])
    let expected = "the name of one of the structures"
    for name in ["Mail", "", "bool", "\u{212A}"] {
      let found = "no structure called '\(name)'"
      expectError(.unknownType, at: "types", found: found, expected: expected) {
        _ = try types.encodeType(name)
      }
      expectError(.unknownType, at: "types", found: found, expected: expected) {
        _ = try types.hashStruct([:], as: name)
      }
      expectError(.unknownType, at: "message", found: found, expected: expected) {
        _ = try types.encodeData([:], as: name)
      }
      expectError(.unknownType, at: "primaryType", found: found, expected: expected) {
        _ = try TypedData(types: types, primaryType: name, domain: [:], message: [:])
      }
    }
    let domainless = try TypedDataTypes(["K": []])
    expectError(
      .unknownType, at: "types", found: "no structure called 'EIP712Domain'", expected: expected
    ) { _ = try TypedData(types: domainless, primaryType: "K", domain: [:], message: [:]) }
  }

  @Test("More structures or members than the limits")
  func tooManyTypes() {
    func structures(_ count: Int, members: Int) -> [String: [TypedDataMember]] {
      let all = (0..<members).map { member("bool", "m\($0)") }
      return Dictionary(
        uniqueKeysWithValues: (0..<count).map { ("S\($0)", $0 == 0 ? all : []) })
    }
    #expect(throws: Never.self) { try TypedDataTypes(structures(256, members: 4096)) }
    for (count, members) in [(257, 1), (1, 4097)] {
      expectError(
        .tooManyTypes, at: "types", found: "\(count) structures with \(members) members",
        expected: "at most 256 with 4096"
      ) { _ = try TypedDataTypes(structures(count, members: members)) }
    }
  }

  @Test("A domain as the message: wallets do not agree on its digest")
  func domainAsMessage() throws {
    let types = try TypedDataTypes(["EIP712Domain": []])
    expectError(
      .domainAsMessage, at: "primaryType", found: "EIP712Domain",
      expected: "the structure of the message"
    ) { _ = try TypedData(types: types, primaryType: "EIP712Domain", domain: [:], message: [:]) }
  }

  // MARK: Values

  @Test("Values of another kind than their type")
  func wrongKinds() throws {
    let address = try Address("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826")
    let cases: [(TypedDataValue, String, String)] = [
      (.plain(.string("5")), "uint8", "the string \"5\""),
      (.plain(.uint(5)), "int8", "the number 5"),
      (.plain(.int(try signed("-5"))), "uint8", "the number -5"),
      (.plain(.int(5)), "string", "the number 5"),
      (.plain(.bool(true)), "uint8", "the boolean true"),
      (.plain(.address(address)), "bytes20", "the address \(address.checksummed)"),
      (.plain(.bytes([1, 2])), "bytes2", "2 bytes"),
      (.plain(.fixedBytes([1, 2])), "bytes", "2 bytes"),
      (.plain(.uint(1)), "bool", "the number 1"),
      (.plain(.uint(1)), "uint8[]", "the number 1"),
      (.plain(.uint(1)), "P", "the number 1"),
      (.plain(.array([.uint(1)])), "uint8[]", "an ABI array of 1"),
      (.plain(.tuple([])), "P", "an ABI tuple"),
      (.array([]), "uint8", "an array of 0"), (.array([]), "P", "an array of 0"),
      (.structure([:]), "uint8", "a structure"), (.structure([:]), "uint8[]", "a structure"),
      (.null, "uint8", "null"), (.null, "string", "null"), (.null, "bytes", "null"),
      (.null, "P[]", "null"),
    ]
    for (value, type, found) in cases {
      expectError(.wrongKind, at: "message.v", found: found, expected: type) {
        try hash(value, as: type)
      }
    }
  }

  @Test("Numbers and bytes that do not fit")
  func misfits() throws {
    let big = try power(255)
    let cases: [(TypedDataValue, String, TypedDataError.Kind, String)] = [
      (.plain(.uint(256)), "uint8", .outOfRange, "the number 256"),
      (.plain(.int(128)), "int8", .outOfRange, "the number 128"),
      (.plain(.int(try signed("-129"))), "int8", .outOfRange, "the number -129"),
      (.plain(.int(big)), "int248", .outOfRange, "the number -\(big)"),
      (.plain(.fixedBytes([1, 2, 3])), "bytes4", .wrongLength, "3 bytes"),
      (.plain(.fixedBytes([1, 2, 3, 4, 5])), "bytes4", .wrongLength, "5 bytes"),
      (.array([.plain(.bool(true))]), "bool[2]", .wrongCount, "1 elements"),
      (.array([.plain(.bool(true))]), "bool[0]", .wrongCount, "1 elements"),
    ]
    for (value, type, kind, found) in cases {
      expectError(kind, at: "message.v", found: found, expected: type) {
        try hash(value, as: type)
      }
    }
  }

  @Test("The path leads through structures and arrays to the value")
  func paths() throws {
    let types = try TypedDataTypes([
      "Mail": [member("Person", "to"), member("Person[][]", "groups")],
      "Person": [member("address[]", "wallets"), member("bool", "known")],
    ])
    let known = TypedDataValue.plain(.bool(true))
    func person(_ last: TypedDataValue) -> TypedDataValue {
      let wallet = TypedDataValue.plain(.address(.zero))
      return .structure(["wallets": .array([wallet, wallet, last]), "known": known])
    }
    let bad = person(.plain(.bool(false)))
    let good = person(.plain(.address(.zero)))
    for (message, path) in [
      (["to": bad, "groups": .array([])], "message.to.wallets[2]"),
      (
        ["to": good, "groups": .array([.array([]), .array([good, bad])])],
        "message.groups[1][1].wallets[2]"
      ),
    ] as [([String: TypedDataValue], String)] {
      expectError(.wrongKind, at: path, found: "the boolean false", expected: "address") {
        _ = try types.hashStruct(message, as: "Mail")
      }
    }
    expectError(
      .missingMember, at: "claim.to.wallets", found: "no value", expected: "address[]"
    ) {
      let message: [String: TypedDataValue] = ["to": .structure(["known": known])]
      _ = try types.hashStruct(message, as: "Mail", path: "claim")
    }
  }

  @Test("Values that are missing, unless a structure is not there")
  func missing() throws {
    for type in ["uint8", "string", "bytes", "bool[]", "P[]", "P[2]"] {
      let types = try TypedDataTypes(["S": [member(type, "v")], "P": []])
      expectError(.missingMember, at: "message.v", found: "no value", expected: type) {
        _ = try types.hashStruct([:], as: "S")
      }
    }
    let types = try TypedDataTypes(["S": [member("P", "v")], "P": []])
    let word = [UInt8](repeating: 0, count: 32)
    #expect(try types.encodeData([:], as: "S") == word)
    #expect(try types.encodeData(["v": .null], as: "S") == word)
  }

  @Test("Values that no member names: they would be shown and not signed")
  func unknownMembers() throws {
    let expected = "only members of the structure: what is no member is not signed"
    let mail = try TypedData(
      domain: MailExample.domain(), types: MailExample.types, primaryType: "Mail",
      message: MailExample.message().merging(["cc": .null, "bcc": .null]) { first, _ in first })
    expectError(.unknownMember, at: "message", found: "the value 'bcc'", expected: expected) {
      _ = try mail.digest()
    }
    var types = MailExample.types
    types["EIP712Domain"] = [member("string", "name")]
    let misnamed = try TypedData(
      domain: MailExample.domain(), types: types, primaryType: "Mail",
      message: MailExample.message())
    expectError(.unknownMember, at: "domain", found: "the value 'chainId'", expected: expected) {
      _ = try misnamed.digest()
    }
    types["EIP712Domain"] = [member("string", "name"), member("bytes32", "salt")]
    let missing = try TypedData(
      domain: TypedDataDomain(name: "A"), types: types, primaryType: "Mail",
      message: MailExample.message())
    expectError(.missingMember, at: "domain.salt", found: "no value", expected: "bytes32") {
      _ = try missing.domainSeparator()
    }
  }

  @Test("64 levels of structures or arrays are hashed, 65 and many more are refused")
  func depth() throws {
    let family = try TypedDataTypes(["P": [member("P", "father")]])
    func ancestors(_ count: Int) -> [String: TypedDataValue] {
      (1..<count).reduce([:]) { message, _ in ["father": .structure(message)] }
    }
    #expect(throws: Never.self) { try family.hashStruct(ancestors(64), as: "P") }
    for depth in [65, 2000] {
      let error = error(TypedDataError.self) { try family.hashStruct(ancestors(depth), as: "P") }
      #expect(error?.kind == .tooDeep)
      #expect(error?.path == "message" + String(repeating: ".father", count: 65))
      #expect(error?.found == "more than 64 levels" && error?.expected == "at most that many")
    }
    func arrays(_ depth: Int) throws {
      let value = (0..<depth).reduce(TypedDataValue.array([])) { inner, _ in .array([inner]) }
      try hash(value, as: "bool" + String(repeating: "[]", count: depth + 1))
    }
    #expect(throws: Never.self) { try arrays(63) }
    for depth in [64, 2000] {
      #expect(error(TypedDataError.self) { try arrays(depth) }?.kind == .tooDeep)
    }
  }

  @Test("INV-012: any names and types give types or an error, and any values a hash or an error")
  func anything() {
    let names = ["A", "B", "uint8", "string", "", "a,b", "\u{212A}", "K", "bytes32", "address"]
    func name(_ generator: inout Generator) -> String {
      names.randomElement(using: &generator) ?? ""
    }
    func value(_ generator: inout Generator, _ depth: Int) -> TypedDataValue {
      switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &generator) {
      case 0: .null
      case 1: .plain(.uint(word(&generator)))
      case 2: .plain(.string(text(&generator, upTo: 5)))
      case 3: .plain(.fixedBytes(bytes(&generator, upTo: 40)))
      case 4: .array((0..<2).map { _ in value(&generator, depth - 1) })
      default: .structure([name(&generator): value(&generator, depth - 1)])
      }
    }
    check("typed data", runs: 1000) {
      generator
        -> ([String: [TypedDataMember]], [String: TypedDataValue]) in
      var structures: [String: [TypedDataMember]] = [:]
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let suffix = ["", "", "", "[]", "[2]", "[", "]"].randomElement(using: &generator) ?? ""
        structures[name(&generator)] = (0..<Int.random(in: 0...2, using: &generator)).map { _ in
          member(name(&generator) + suffix, name(&generator))
        }
      }
      return (structures, [name(&generator): value(&generator, 3)])
    } property: { structures, values -> Bool in
      guard let types = try? TypedDataTypes(structures) else { return true }
      for name in structures.keys {
        // What is hashed has a word for every member.
        guard let data = try? types.encodeData(values, as: name) else { continue }
        if data.count != 32 * (structures[name]?.count ?? 0) { return false }
      }
      return true
    }
  }
}
