#if canImport(FoundationEssentials)
  import FoundationEssentials
#endif
import Dispatch

/// Maps 0 ..< count on a stated number of threads; the result does not depend on that number.
func parallelMap<Value: Sendable>(
  count: Int, threads: Int, transform: @Sendable (Int) -> Value
) -> [Value] {
  guard threads > 1, count >= 4096 else { return (0..<count).map(transform) }
  let size = (count + threads - 1) / threads
  return [Value](unsafeUninitializedCapacity: count) { buffer, initializedCount in
    // Each piece writes its own range of the buffer and no other, and all of them are done before
    // the buffer is read.
    nonisolated(unsafe) let target = buffer
    withoutActuallyEscaping(transform) { transform in
      DispatchQueue.concurrentPerform(iterations: threads) { piece in
        let start = piece * size
        for index in min(start, count)..<min(start + size, count) {
          target.initializeElement(at: index, to: transform(index))
        }
      }
    }
    initializedCount = count
  }
}
