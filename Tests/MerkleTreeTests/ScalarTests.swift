import CanonicalJSON
import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

@Suite("Single values of published files")
struct PublishedScalarTests {
  /// What an amount of whole tokens with so many decimals is read as; nil where it is refused.
  private func amount(_ json: String, decimals: Int) throws -> String? {
    let text = "{\"\(account(1).hex)\": \(json)}"
    do {
      return try PublishedTree.readAll(Array(text.utf8), decimals: decimals)[0].total?.decimal
    } catch {
      #expect(error.kind == .malformedAmount && error.place == account(1).hex)
      return nil
    }
  }

  @Test("Whole tokens are scaled exactly, texts and numbers alike")
  func wholeTokens() throws {
    let samples: [(String, Int, String)] = [
      ("\"12.34\"", 2, "1234"), ("12.34", 3, "12340"), ("\"0.000000000000000001\"", 18, "1"),
      ("\"0\"", 18, "0"), ("\"0.00\"", 2, "0"), ("7", 0, "7"), ("\"10\"", 36, "1" + zeros(37)),
      ("\"1.10\"", 2, "110"),
    ]
    for (json, decimals, expected) in samples {
      #expect(try amount(json, decimals: decimals) == expected, "\(json)")
    }
  }

  private func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }

  @Test("Nothing is rounded, guessed or taken for a number that is none")
  func refused() throws {
    let samples: [(String, Int)] = [
      ("\"1.234\"", 2), ("\"1.230\"", 2), ("\".5\"", 2), ("\"5.\"", 2), ("\"\"", 2), ("\".\"", 2),
      ("\"1.2.3\"", 4), ("\"1e5\"", 2), ("1e5", 2), ("-1", 2), ("\"+1\"", 2), ("\"1,5\"", 2),
      ("\"0x10\"", 2), ("\"007\"", 2), ("\"00.5\"", 2), ("\" 1\"", 2), ("null", 2), ("true", 2),
      ("\"1\(zeros(60))\"", 18), ("\"\u{0661}\"", 2),
    ]
    for (json, decimals) in samples {
      #expect(try amount(json, decimals: decimals) == nil, "\(json)")
    }
  }

  @Test("The largest amount, and one more")
  func largest() throws {
    let maximum = UInt256.max.decimal
    let text = "\(maximum.dropLast(18)).\(maximum.suffix(18))"
    #expect(try amount("\"\(text)\"", decimals: 18) == maximum)
    let more = String(text.dropLast()) + "6"
    #expect(maximum.hasSuffix("5") && text != more)
    #expect(try amount("\"\(more)\"", decimals: 18) == nil)
  }

  private func read(_ type: String, _ cell: String) throws -> ABIValue {
    let encoding = TreeEncoding.flat(
      try LeafEncoding(describing: "abi(address account, \(type) x)"))
    let tree = try PublishedTree.read(
      columns: ["account", "x"], rows: [[account(1).hex, cell]], lines: [2], as: encoding)
    return tree.rows[0].values[1]
  }

  private func kind(_ type: String, _ cell: String) -> PublishedTreeError.Kind? {
    do {
      _ = try read(type, cell)
      return nil
    } catch { return (error as? PublishedTreeError)?.kind }
  }

  @Test("Cells of every type")
  func cells() throws {
    #expect(try read("bool", "true") == .bool(true))
    #expect(try read("bool", "false") == .bool(false))
    #expect(try read("int8", "-1") == .int(.max))
    #expect(try read("bytes", "0x01ff") == .bytes([1, 255]))
    #expect(try read("bytes2", "0x01ff") == .fixedBytes([1, 255]))
    #expect(try read("string", "a, b") == .string("a, b"))
    #expect(try read("uint8[]", "[1,\"2\"]") == .array([.uint(1), .uint(2)]))
    #expect(try read("(bool,uint8)", "[true,2]") == .tuple([.bool(true), .uint(2)]))
    #expect(try read("uint256", "0x10") == .uint(16))
  }

  @Test("Cells that their type does not take")
  func wrongCells() {
    #expect(kind("bool", "TRUE") == .malformedValues)
    #expect(kind("bool", "1") == .malformedValues)
    #expect(kind("bytes", "01ff") == .malformedValues)
    #expect(kind("uint8[]", "1;2") == .malformedMember)
    #expect(kind("uint8[]", "{}") == .malformedMember)
    #expect(kind("(bool,uint8)", "[true]") == .malformedValues)
    #expect(kind("uint256", "1.5") == .malformedAmount)
    #expect(kind("uint256", "") == .malformedAmount)
    #expect(kind("address", "0x12") == .malformedAccount)
  }

  @Test("A sum of columns is taken where the column itself is not there")
  func sums() throws {
    func total(_ columns: [String], _ cells: [String]) throws -> UInt256? {
      try PublishedTree.read(
        columns: ["account", "network", "smoothingPoolEth"] + columns,
        rows: [[account(1).hex, "0", "0"] + cells], lines: [2], as: .flat(.rocketPoolV1)
      ).totals[0].total
    }
    #expect(try total(["rpl"], ["9"]) == 9)
    #expect(try total(["collateralRpl", "oracleDaoRpl"], ["4", "3"]) == 7)
    // The column itself goes before the sum.
    #expect(try total(["rpl", "collateralRpl", "oracleDaoRpl"], ["9", "4", "3"]) == 9)
    let error = #expect(throws: PublishedTreeError.self) { try total(["oracleDaoRpl"], ["3"]) }
    #expect(error?.kind == .malformedMember && error?.found == "no rpl")
  }
}
