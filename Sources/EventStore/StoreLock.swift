#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The right to write to a store, which one process has at a time. The system takes it back from a
/// process that ends, however it ends.
///
/// A class: it owns an open file.
final class StoreLock: Sendable {
  private let descriptor: Int32

  /// Takes the right, which is a lock on an empty file beside the store, whatever link leads there;
  /// the store's own file is locked by the database.
  init(of store: String) throws(StoreError) {
    let path = try StoreFile.ownName(of: store) + ".lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw StoreError(
        .cannotOpen, file: path, found: String(cString: strerror(errno)),
        expected: "a file beside the store that only one may write to",
        advice: "Check the folder and its permissions.")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .inUse(store)
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}
