import Dispatch

/// Does work on a stated number of threads; results do not depend on that number.
public enum Parallel {
  /// Calls `body` with ranges that cover 0 ..< count, one per thread, and waits for all of them.
  ///
  /// - Parameter smallest: a thread with less to do than this is not worth its start.
  public static func forEachRange(
    of count: Int, threads: Int, smallest: Int = 4096, _ body: @Sendable (Range<Int>) -> Void
  ) {
    let ranges = ranges(of: count, threads: threads, smallest: smallest)
    forEach(of: ranges.count, threads: threads) { body(ranges[$0]) }
  }

  /// Calls `body` with 0 ..< count, each number on a thread of its own where threads allow it.
  public static func forEach(of count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
    guard threads > 1, count > 1 else { return (0..<count).forEach(body) }
    withoutActuallyEscaping(body) { body in
      DispatchQueue.concurrentPerform(iterations: count) { body($0) }
    }
  }

  /// Calls `body` with 0 ..< count in ranges, one per thread; a thread ends at its first error.
  ///
  /// - Throws: of the threads' errors the one of the lowest number.
  public static func forEach<Failure: Error>(
    of count: Int, threads: Int, smallest: Int, _ body: @Sendable (Int) throws(Failure) -> Void
  ) throws(Failure) {
    let ranges = ranges(of: count, threads: threads, smallest: smallest)
    var failures = [Failure?](repeating: nil, count: ranges.count)
    failures.withUnsafeMutableBufferPointer { failures in
      // Each thread has its own place for an error.
      let failures = SharedBuffer(failures)
      forEach(of: ranges.count, threads: threads) { number in
        do throws(Failure) {
          for index in ranges[number] { try body(index) }
        } catch {
          failures.elements[number] = error
        }
      }
    }
    if let failure = failures.lazy.compactMap({ $0 }).first { throw failure }
  }

  /// 0 ..< count in at most `threads` ranges of about the same length; none for 0.
  public static func ranges(of count: Int, threads: Int, smallest: Int) -> [Range<Int>] {
    let pieces = max(1, min(threads, count / max(smallest, 1)))
    let size = (count + pieces - 1) / pieces
    return stride(from: 0, to: count, by: max(size, 1)).map { $0..<min($0 + size, count) }
  }
}

/// Memory that several threads fill, each one its own part.
///
/// Who hands it out says which part is whose, and waits for all of them before anybody reads.
public struct SharedBuffer<Element>: @unchecked Sendable {
  public let elements: UnsafeMutableBufferPointer<Element>

  @inlinable
  public init(_ elements: UnsafeMutableBufferPointer<Element>) { self.elements = elements }

  /// A part of it, as a buffer of its own.
  @inlinable
  public subscript(range: Range<Int>) -> UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(rebasing: elements[range])
  }
}
