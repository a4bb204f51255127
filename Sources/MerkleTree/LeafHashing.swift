import EthereumPrimitives

/// Where the fields of a row of account and amount stand in the bytes that a leaf is the hash of.
struct LeafLayout: Sendable {
  private struct Part {
    let role: LeafEncoding.Role
    /// Where the field ends: numbers and accounts stand at the right of their place.
    let end: Int
    /// Bytes that the field's value takes: 20 for an account, 1 … 32 for a number.
    let width: Int
  }

  let length: Int
  private let parts: [Part]

  /// - Precondition: `takesAccountRows`.
  init(_ encoding: LeafEncoding) {
    precondition(encoding.takesAccountRows, "fields of rows of account and amount")
    var parts: [Part] = []
    var end = 0
    for field in encoding.fields {
      let width = Self.width(field)
      end += encoding.packing == .packed ? width : 32
      parts.append(Part(role: field.role, end: end, width: width))
    }
    length = end
    self.parts = parts
  }

  private static func width(_ field: LeafEncoding.Field) -> Int {
    switch field.type {
    case .uint(let bits): bits / 8
    case .address: 20
    default: 32
    }
  }

  /// The first row with a number that its field is too narrow for.
  func firstMisfit(_ rows: AccountRows, _ indices: [UInt256]?) -> (row: Int, field: String)? {
    for part in parts where part.width < 32 {
      let numbers =
        switch part.role {
        case .amount: rows.amounts
        case .index: indices ?? []
        case .campaign, .account, .recipient, .token, .value: [UInt256]()
        }
      if let row = numbers.firstIndex(where: { $0.bitWidthUsed > 8 * part.width }) {
        return (row, "\(part.role.rawValue) of \(part.width.counted("byte"))")
      }
    }
    return nil
  }

  /// The bytes of `count` rows of zeros, but for the campaign, which is the same in all of them.
  func template(campaign: Bytes32?, count: Int) -> [UInt8] {
    var row = [UInt8](repeating: 0, count: length)
    for part in parts where part.role == .campaign {
      row.replaceSubrange(part.end - 32..<part.end, with: (campaign ?? .zero).bytes)
    }
    return Array(repeatElement(row, count: count).joined())
  }

  /// Writes a row's fields over a row of the template.
  ///
  /// - Precondition: `row` has `length` bytes; numbers fit their fields.
  @inline(__always)
  func write(
    account: Address, amount: UInt256, index: UInt256, to row: UnsafeMutableRawBufferPointer
  ) {
    for part in parts {
      switch part.role {
      case .account: write(account, end: part.end, to: row)
      case .amount: write(amount.bytes32, part, to: row)
      case .index: write(index.bytes32, part, to: row)
      case .campaign, .recipient, .token, .value: break
      }
    }
  }

  @inline(__always)
  private func write(_ account: Address, end: Int, to row: UnsafeMutableRawBufferPointer) {
    row.storeBytes(of: account.word0.bigEndian, toByteOffset: end - 20, as: UInt64.self)
    row.storeBytes(of: account.word1.bigEndian, toByteOffset: end - 12, as: UInt64.self)
    row.storeBytes(of: account.word2.bigEndian, toByteOffset: end - 4, as: UInt32.self)
  }

  @inline(__always)
  private func write(_ number: Bytes32, _ part: Part, to row: UnsafeMutableRawBufferPointer) {
    guard part.width == 32 else {
      return row[part.end - part.width..<part.end].copyBytes(from: number.bytes.suffix(part.width))
    }
    row.storeBytes(of: number.word0.bigEndian, toByteOffset: part.end - 32, as: UInt64.self)
    row.storeBytes(of: number.word1.bigEndian, toByteOffset: part.end - 24, as: UInt64.self)
    row.storeBytes(of: number.word2.bigEndian, toByteOffset: part.end - 16, as: UInt64.self)
    row.storeBytes(of: number.word3.bigEndian, toByteOffset: part.end - 8, as: UInt64.self)
  }
}

extension LeafEncoding {
  /// Rows that are laid out and hashed together: what they take stays in the nearest cache.
  private static let rowsPerBlock = 256

  /// The leaf of every row.
  ///
  /// - Precondition: the numbers fit their fields; `indices` are there where the encoding has them.
  func leaves(of rows: AccountRows, indices: [UInt256]?, hashing: TreeHashing) -> [Bytes32] {
    let layout = LeafLayout(self)
    let count = rows.accounts.count
    let twice = hashRounds == 2
    return [Bytes32](unsafeUninitializedCapacity: count) { buffer, initialized in
      let leaves = SharedBuffer(buffer)
      Parallel.forEachRange(of: count, threads: hashing.threads) { range in
        var block = layout.template(campaign: rows.campaign, count: Self.rowsPerBlock)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.rowsPerBlock) {
          let part = start..<min(start + Self.rowsPerBlock, range.upperBound)
          block.withUnsafeMutableBytes { bytes in
            for row in part {
              let offset = (row - start) * layout.length
              layout.write(
                account: rows.accounts[row], amount: rows.amounts[row],
                index: indices?[row] ?? .zero,
                to: UnsafeMutableRawBufferPointer(
                  rebasing: bytes[offset..<offset + layout.length]))
            }
          }
          block.withUnsafeBufferPointer { bytes in
            hashing.backend.hashRows(
              UnsafeBufferPointer(rebasing: bytes[..<(part.count * layout.length)]),
              rowLength: layout.length, twice: twice, into: leaves[part])
          }
        }
      }
      initialized = count
    }
  }
}
