import CanonicalJSON
import EthereumPrimitives
import Foundation
import TestKit
import Testing

@testable import Bundle

@Suite("Limits of bundles: as much as the limit, and one more")
struct BundleLimitTests {
  private func kind(_ body: () throws(BundleError) -> Void) -> BundleError.Kind? {
    do {
      try body()
      return nil
    } catch {
      return error.kind
    }
  }

  @Test("Bytes of the commitment and the plan, and of any other file")
  func bytes() throws {
    let bundle = try BundleFolder(SmallBundle.contents())
    func load(_ change: (inout BundleLimits) -> Void) -> BundleError.Kind? {
      var limits = BundleLimits.standard
      change(&limits)
      return kind { () throws(BundleError) in _ = try bundle.load(limits: limits) }
    }
    let small = try max(
      bundle.bytes("commitment.json").count, bundle.bytes("plan.yaml").count)
    #expect(load { $0.smallFileBytes = small } == nil)
    #expect(load { $0.smallFileBytes = small - 1 } == .fileTooLarge)
    let names = ["allocations.csv", "entitlements.csv", "exclusions.csv", "inputs/points.csv"]
    let large = try names.map { try bundle.bytes($0).count }.max() ?? 0
    #expect(load { $0.fileBytes = large } == nil)
    #expect(load { $0.fileBytes = large - 1 } == .fileTooLarge)
  }

  @Test("Levels, values and bytes of a commitment are few", .timeLimit(.minutes(1)))
  func commitment() {
    func parse(_ text: String) -> BundleError? {
      do {
        _ = try Commitment(parsing: Array(text.utf8))
        return nil
      } catch {
        return error
      }
    }
    func nested(_ levels: Int) -> String {
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    #expect(parse(nested(8))?.kind == .malformedMember)
    #expect(parse(nested(9))?.kind == .notJSON)
    func list(_ count: Int) -> String {
      "[" + Array(repeating: "0", count: count).joined(separator: ",") + "]"
    }
    #expect(parse(list(99_999))?.kind == .malformedMember)
    #expect(parse(list(100_000))?.kind == .notJSON)
    let blanks = String(repeating: " ", count: (4 << 20) - 2)
    #expect(parse("[]" + blanks)?.kind == .malformedMember)
    #expect(parse("[]" + blanks + " ")?.kind == .notJSON)
  }

  @Test("A commitment names the three data files, no more and no fewer")
  func dataFiles() throws {
    let bundle = try BundleFolder(SmallBundle.contents())
    let hash = JSON.string(Bytes32.zero.hex)
    for (path, value) in [
      ("files.extra.csv", JSON?.some(hash)), ("files.exclusions.csv", nil),
      ("files.a\nb", .some(hash)),
    ] {
      var members = try #require(try bundle.commitment()["files"]?.members)
      let name = String(path.dropFirst(6))
      members.removeAll { $0.key == name }
      if let value { members.append(.init(key: name, value: value)) }
      let changed = try bundle.commitment().setting("files", to: .object(members))
      let error = kind { () throws(BundleError) in
        _ = try Commitment(parsing: changed.canonicalBytes())
      }
      #expect(error == .malformedMember, "\(path)")
    }
  }

  @Test("An epoch's number fits into 32 bits, and an amount into 256")
  func numbers() throws {
    let bundle = try BundleFolder(SmallBundle.contents())
    func parse(_ path: String, _ value: JSON) throws -> BundleError.Kind? {
      let changed = try bundle.commitment().setting(path, to: value)
      return kind { () throws(BundleError) in
        _ = try Commitment(parsing: changed.canonicalBytes())
      }
    }
    #expect(try parse("epoch", .number("4294967295")) == nil)
    #expect(try parse("epoch", .number("4294967296")) == .malformedMember)
    let most = UInt256.max.decimal
    #expect(try parse("campaigns.0.total", .string(most)) == nil)
    // 2^256 ends in 36.
    let over = String(most.dropLast(2)) + "36"
    #expect(try parse("campaigns.0.total", .string(over)) == .malformedMember)
    let header = "campaign,account,entitlement\na,0x00000000000000000000000000000000000000a1,"
    func rows(_ amount: String) -> BundleError.Kind? {
      kind { () throws(BundleError) in
        _ = try BundleReader.entitlements(Array("\(header)\(amount)\n".utf8), of: ["a"])
      }
    }
    #expect(rows(most) == nil && rows(over) == .malformedRow)
  }

  @Test("Sums of allocations and of entitlements fit into 256 bits")
  func sums() throws {
    // Others of the program have 857 of 1000, others of the campaign 1307 of 1450.
    for (file, others) in [("allocations.csv", 857), ("entitlements.csv", 1307)]
      as [(String, UInt64)]
    {
      func load(_ amount: UInt256) throws -> BundleError? {
        let bundle = try BundleFolder(SmallBundle.contents())
        try bundle.editAndCommit(file, ",143", ",\(amount)")
        do {
          _ = try bundle.load()
          return nil
        } catch {
          return error
        }
      }
      let most = try load(.max &- UInt256(others))
      #expect(most?.kind == .wrongSum && most?.found.hasPrefix(UInt256.max.decimal) == true)
      let more = try load(.max &- UInt256(others - 1))
      #expect(more?.kind == .wrongSum && more?.place.hasPrefix("line ") == true)
    }
  }

  @Test("What a message says of a text is short")
  func shortMessages() {
    let long = String(repeating: "y", count: 100_000)
    let error = BundleError(
      .malformedRow, file: "a.csv", place: long, found: long, expected: "less")
    #expect(error.place.utf8.count == 303 && error.found.utf8.count == 303)
  }

  @Test("The standard limits are those that the documents state")
  func standard() {
    #expect(BundleLimits.standard.smallFileBytes == 4_194_304)
    #expect(BundleLimits.standard.fileBytes == 8_589_934_592)
    let json = JSONLimits.standard
    #expect(json.bytes == 1_073_741_824 && json.depth == 64 && json.values == 50_000_000)
  }
}
