#if DEBUG
  import Foundation
  import Synchronization

  /// Ends the process in the middle of its work, for tests of what is left: the environment's
  /// `SLUICE_KILL_AT` says at which point, counted from 1. Only in debug builds.
  public enum Interruption {
    private static let last: Int? =
      ProcessInfo.processInfo.environment["SLUICE_KILL_AT"].flatMap { Int($0) }
    private static let passed = Atomic<Int>(0)

    public static func point() {
      guard let last, passed.add(1, ordering: .relaxed).newValue == last else { return }
      kill(getpid(), SIGKILL)
      // The signal is on its way.
      while true { sleep(1) }
    }
  }
#else
  public enum Interruption {
    @inline(__always)
    public static func point() {}
  }
#endif
