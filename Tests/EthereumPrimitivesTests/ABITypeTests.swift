import EthereumPrimitives
import TestKit
import Testing

@Suite("ABI types")
struct ABITypeTests {
  @Test("INV-013: the name of any type is read back as that type")
  func roundTrip() {
    check("ABI types", runs: 1000) {
      abiType(&$0, depth: 5)
    } property: { type -> Bool in
      try ABIType(parsing: type.canonicalName) == type
    }
  }

  @Test("Every elementary type has its name, and uint and int mean 256 bits")
  func names() throws {
    for bits in stride(from: 8, through: 256, by: 8) {
      #expect(try ABIType(parsing: "uint\(bits)") == .uint(bits: bits))
      #expect(try ABIType(parsing: "int\(bits)") == .int(bits: bits))
    }
    for count in 1...32 { #expect(try ABIType(parsing: "bytes\(count)") == .fixedBytes(count)) }
    let named: [(String, ABIType)] = [
      ("address", .address), ("bool", .bool), ("bytes", .bytes), ("string", .string),
      ("function", .function), ("uint", .uint256), ("int", .int(bits: 256)),
      ("bytes32", .bytes32), ("()", .tuple([])),
      ("uint8[2][]", .array(.fixedArray(.uint(bits: 8), count: 2))),
      (
        "(address,(bool,string[])[3],bytes4)[]",
        .array(
          .tuple([
            .address, .fixedArray(.tuple([.bool, .array(.string)]), count: 3), .fixedBytes(4),
          ]))
      ),
    ]
    for (name, type) in named { #expect(try ABIType(parsing: name) == type, "\(name)") }
    #expect(ABIType.array(.tuple([.uint256, .bool])).canonicalName == "(uint256,bool)[]")
  }

  @Test(
    "INV-012: what is no type is refused with the text and the reason",
    arguments: [
      ("", "no such elementary type"), ("uint7", "no such elementary type"),
      ("uint0", "no such elementary type"), ("uint264", "no such elementary type"),
      ("uint08", "no such elementary type"), ("int+8", "text follows the type"),
      ("int12", "no such elementary type"), ("bytes0", "no such elementary type"),
      ("bytes33", "no such elementary type"), ("bytes01", "no such elementary type"),
      ("Address", "no such elementary type"), ("tuple", "no such elementary type"),
      (" bool", "no such elementary type"), ("bool ", "text follows the type"),
      ("bool)", "text follows the type"), ("bool,bool", "text follows the type"),
      ("uint8[2]x", "text follows the type"), ("(bool", "a tuple is closed with )"),
      ("(bool]", "a tuple is closed with )"), ("(bool,)", "no such elementary type"),
      ("(,bool)", "no such elementary type"), ("bool[", "an array is closed with ]"),
      ("bool[2", "an array is closed with ]"), ("bool[-1]", "an array is closed with ]"),
      ("bool[x]", "an array is closed with ]"),
      ("bool[01]", "an array has at most 1048576 elements, written without leading zeros"),
      ("bool[1048577]", "an array has at most 1048576 elements, written without leading zeros"),
      (
        "bool[99999999999999999999]",
        "an array has at most 1048576 elements, written without leading zeros"
      ),
    ])
  func errors(text: String, reason: String) {
    let error = error(ABIType.ParseError.self) { try ABIType(parsing: text) }
    #expect(error?.text == text)
    #expect(error?.reason == reason)
    #expect(error?.description == "'\(text)' is no ABI type: \(reason)")
  }

  @Test("The longest fixed array has 2²⁰ elements")
  func longest() throws {
    #expect(try ABIType(parsing: "bool[1048576]") == .fixedArray(.bool, count: 1 << 20))
  }

  @Test("INV-012: names of 1024 characters are read, longer ones are refused, in few words")
  func longNames() throws {
    // 127 times "address," and "bytes32" in parentheses: 1025; without one letter of it 1024.
    let members = Array(repeating: "address", count: 127).joined(separator: ",")
    let right = "(\(members),bytes3)"
    #expect(right.utf8.count == 1024)
    #expect(try ABIType(parsing: right).canonicalName == right)
    let wrong = "(\(members),bytes32)"
    let error = #expect(throws: ABIType.ParseError.self) { try ABIType(parsing: wrong) }
    #expect(error?.reason == "a type has at most 1024 characters")
    #expect(error?.description.utf8.count ?? 0 < 200)
  }

  @Test("INV-012: 32 levels of tuples or arrays are read, more are refused")
  func depth() throws {
    func tuples(_ depth: Int) -> String {
      String(repeating: "(", count: depth) + "bool" + String(repeating: ")", count: depth)
    }
    func arrays(_ depth: Int) -> String { "bool" + String(repeating: "[]", count: depth) }
    let reason = "nested deeper than 32 levels"
    #expect(try ABIType(parsing: tuples(31)).canonicalName == tuples(31))
    #expect(try ABIType(parsing: arrays(31)).canonicalName == arrays(31))
    for text in [
      tuples(32), arrays(32), tuples(16) + String(repeating: "[]", count: 32), tuples(500),
      arrays(500), String(repeating: "(", count: 1000),
    ] {
      #expect(error(ABIType.ParseError.self) { try ABIType(parsing: text) }?.reason == reason)
    }
    for text in [tuples(100_000), arrays(100_000), String(repeating: "(", count: 100_000)] {
      #expect(throws: ABIType.ParseError.self) { try ABIType(parsing: text) }
    }
  }

  @Test("What is dynamic stands in the tail: Solidity's own list")
  func dynamic() throws {
    let dynamic = [
      "bytes", "string", "uint8[]", "string[2]", "string[0]", "uint8[][2]", "(uint8,string)",
      "(uint8,(bool[],bool))", "(string,uint8)[3]", "()[]",
    ]
    let fixed = ["uint8", "bytes32", "function", "uint8[2][3]", "(uint8,(bool,address)[2])", "()"]
    for name in dynamic { #expect(try ABIType(parsing: name).isDynamic, "\(name)") }
    for name in fixed { #expect(try !ABIType(parsing: name).isDynamic, "\(name)") }
  }
}
