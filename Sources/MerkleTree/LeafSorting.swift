import EthereumPrimitives

/// Puts leaves in ascending order: first into buckets by their leading bits, then each bucket.
enum LeafSorting {
  /// A leaf's leading bytes and its row.
  private struct Entry {
    let key: UInt64
    let row: UInt32
  }

  /// Leaves in a bucket, when hashes are spread as they should be.
  private static let bucketBits = 3

  /// The rows in ascending order of their leaves; equal leaves keep the order of their rows.
  ///
  /// - Precondition: fewer than 2³² leaves.
  static func ascending(_ leaves: [Bytes32], threads: Int) -> [UInt32] {
    precondition(leaves.count <= UInt32.max, "rows are numbered with 32 bits")
    let log = Int.bitWidth - leaves.count.leadingZeroBitCount
    let bits = max(1, min(18, log - bucketBits))
    var starts: [Int] = []
    var entries = buckets(leaves, bits: bits, threads: threads, starts: &starts)
    return [UInt32](unsafeUninitializedCapacity: leaves.count) { buffer, count in
      entries.withUnsafeMutableBufferPointer { entries in
        let (entries, order) = (SharedBuffer(entries), SharedBuffer(buffer))
        let starts = starts
        // Each range of buckets is one thread's, and so is what lies in it.
        Parallel.forEachRange(of: 1 << bits, threads: threads, smallest: 64) { buckets in
          for bucket in buckets {
            let range = starts[bucket]..<starts[bucket + 1]
            sort(entries[range], leaves)
            for place in range {
              order.elements.initializeElement(at: place, to: entries.elements[place].row)
            }
          }
        }
      }
      count = leaves.count
    }
  }

  /// The entries by bucket, in each bucket by row, and where each bucket starts.
  private static func buckets(
    _ leaves: [Bytes32], bits: Int, threads: Int, starts: inout [Int]
  ) -> [Entry] {
    let shift = UInt64(64 - bits)
    // At most sixteen: each has a row of counts as wide as there are buckets.
    let smallest = max(1 << 14, leaves.count / 16)
    let ranges = Parallel.ranges(of: leaves.count, threads: threads, smallest: smallest)
    let width = 1 << bits
    // One row of counts per range, so that threads share none.
    var places = [Int](repeating: 0, count: ranges.count * width)
    places.withUnsafeMutableBufferPointer { places in
      let shared = SharedBuffer(places)
      Parallel.forEach(of: ranges.count, threads: threads) { number in
        let counts = shared[number * width..<(number + 1) * width]
        for row in ranges[number] { counts[Int(leaves[row].word0 &>> shift)] += 1 }
      }
    }
    starts = [Int](repeating: 0, count: width + 1)
    var next = 0
    for bucket in 0..<width {
      starts[bucket] = next
      for number in ranges.indices {
        let count = places[number * width + bucket]
        places[number * width + bucket] = next
        next += count
      }
    }
    starts[width] = next
    return [Entry](unsafeUninitializedCapacity: leaves.count) { buffer, count in
      // The counts above give every entry a place of its own.
      let shared = SharedBuffer(buffer)
      places.withUnsafeMutableBufferPointer { places in
        let places = SharedBuffer(places)
        Parallel.forEach(of: ranges.count, threads: threads) { number in
          let next = places[number * width..<(number + 1) * width]
          for row in ranges[number] {
            let key = leaves[row].word0
            let bucket = Int(key &>> shift)
            let entry = Entry(key: key, row: UInt32(truncatingIfNeeded: row))
            shared.elements.initializeElement(at: next[bucket], to: entry)
            next[bucket] += 1
          }
        }
      }
      count = leaves.count
    }
  }

  private static func sort(
    _ entries: UnsafeMutableBufferPointer<Entry>, _ leaves: [Bytes32]
  ) {
    func isBefore(_ left: Entry, _ right: Entry) -> Bool {
      if left.key != right.key { return left.key < right.key }
      let (leaf, other) = (leaves[Int(left.row)], leaves[Int(right.row)])
      return leaf == other ? left.row < right.row : leaf < other
    }
    guard entries.count <= 32 else {
      var entries = entries
      return entries.sort(by: isBefore)
    }
    for end in entries.indices.dropFirst() {
      let entry = entries[end]
      var place = end
      while place > 0, isBefore(entry, entries[place - 1]) {
        entries[place] = entries[place - 1]
        place -= 1
      }
      entries[place] = entry
    }
  }
}
