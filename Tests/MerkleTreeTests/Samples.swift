import CanonicalJSON
import EthereumPrimitives
import Foundation
import MerkleTree
import TestKit
import Testing

extension JSON {
  func numberMember(_ name: String) throws -> Int {
    guard let number = try member(name).wholeNumber else { throw MissingMember(name: name) }
    return number
  }

  func hashes(_ name: String) throws -> [Bytes32] {
    try (try member(name).elements ?? []).map { try Bytes32(hex: $0.text ?? "") }
  }
}

/// keccak256(uint256 number): leaves that the peer makes too.
func leaf(_ number: Int) -> Bytes32 { Keccak256.hash(UInt256(UInt64(number)).bytes32) }

func leaves(_ count: Int) -> [Bytes32] { (0..<count).map(leaf) }

/// Different accounts with small numbers.
func account(_ number: Int) -> Address {
  let bytes = Keccak256.hash(UInt256(UInt64(number)).bytes32).bytes
  guard let account = Address(bytes: bytes.prefix(20)) else { preconditionFailure("20 bytes") }
  return account
}

func rows(_ count: Int, campaign: Bytes32? = nil) -> AccountRows {
  AccountRows(
    accounts: (0..<count).map(account), amounts: (0..<count).map { UInt256(UInt64($0 * 7 + 1)) },
    campaign: campaign)
}

/// Sizes on both sides of every power of two that a small tree can have.
let sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65]

let allShapes: [TreeShape] = [.promoted, .duplicated, .completeTree, .padded].flatMap { oddNode in
  [.sorted, .positional].map { TreeShape(oddNode: oddNode, pairOrder: $0) }
}

extension Bytes32 {
  /// The value with one bit turned over, counted from the left.
  func flippingBit(_ bit: Int) -> Bytes32 {
    var bytes = self.bytes
    bytes[bit / 8] ^= 0x80 >> UInt8(bit % 8)
    return Bytes32(bytes: bytes[...]) ?? self
  }
}

func read(_ text: String) throws -> PublishedTree { try PublishedTree.read(Array(text.utf8)) }

/// Cells of a published CSV without quotes, its header left out.
func cells(_ subpath: String) throws -> [[String]] {
  let text = String(decoding: try Cases.data(subpath), as: UTF8.self)
  return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
    line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}

/// A decimal text with a fraction, exactly, in base units.
func scaled(_ text: String, decimals: Int) throws -> UInt256 {
  let parts = text.split(separator: ".", omittingEmptySubsequences: false)
  let fraction = parts.count > 1 ? String(parts[1]) : ""
  try #require(fraction.count <= decimals)
  let zeros = String(repeating: "0", count: decimals - fraction.count)
  let digits = String(parts[0]) + fraction + zeros
  let significant = String(digits.drop { $0 == "0" })
  return try UInt256(decimal: significant.isEmpty ? "0" : significant)
}

func sum(_ amounts: [UInt256]) throws -> UInt256 {
  try amounts.reduce(.zero) { total, amount in try #require(total.adding(amount)) }
}
