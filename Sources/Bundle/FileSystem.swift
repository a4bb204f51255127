#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The few calls of the system that writing and reading a bundle needs.
enum FileSystem {
  /// Reads a whole file of at most `limit` bytes; not through a symbolic link.
  static func read(_ directory: String, _ name: String, limit: Int) throws(BundleError) -> [UInt8] {
    let file = try OpenFile(directory, name)
    guard file.size <= limit else {
      throw BundleError(
        .fileTooLarge, file: name, found: "\(file.size) bytes", expected: "at most \(limit)")
    }
    return try file.bytes(0..<file.size)
  }

  fileprivate static func cannotRead(_ name: String, _ found: String) -> BundleError {
    BundleError(
      .cannotRead, file: name, found: found, expected: "a file of the bundle",
      advice: "Fetch the whole bundle again.")
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  static func makeDirectory(_ path: String) throws(BundleError) {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw cannotWrite(path) }
  }

  /// Makes a folder that was not there: of this name, or with a number after it where a process
  /// that was killed left one behind.
  static func makeNewDirectory(_ path: String) throws(BundleError) -> String {
    for attempt in 0..<100 {
      let name = attempt == 0 ? path : "\(path).\(attempt)"
      if mkdir(name, 0o755) == 0 { return name }
      guard errno == EEXIST else { break }
    }
    throw cannotWrite(path)
  }

  /// Makes every folder on the way to a file.
  static func makeDirectories(for name: String, in directory: String) throws(BundleError) {
    guard let slash = name.lastIndex(of: "/") else { return }
    try makeDirectories(String(name[..<slash]), in: directory)
  }

  /// Makes a folder and every one above it that is not there.
  static func makeDirectories(_ folder: String, in directory: String) throws(BundleError) {
    var path = directory
    for part in folder.split(separator: "/") {
      path += "/" + part
      try makeDirectory(path)
    }
  }

  /// Writes a new file and has the system put it on the disk.
  static func write(_ bytes: [UInt8], to path: String, synced: Bool) throws(BundleError) {
    let file = try NewFile(path)
    try file.append(bytes)
    if synced { try file.sync() }
  }

  static func syncDirectory(_ path: String) throws(BundleError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw cannotWrite(path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw cannotWrite(path) }
  }

  /// Renames, and fails where something other than an empty folder has the new name.
  static func rename(_ old: String, to new: String) throws(BundleError) {
    guard systemRename(old, new) == 0 else { throw cannotWrite(new) }
  }

  /// Removes a folder and all that is in it; what cannot be removed stays.
  static func removeTree(_ path: String) {
    guard let stream = opendir(path) else {
      unlink(path)
      return
    }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != ".." else { continue }
      var status = stat()
      let child = path + "/" + name
      if lstat(child, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        removeTree(child)
      } else {
        unlink(child)
      }
    }
    closedir(stream)
    rmdir(path)
  }

  fileprivate static func cannotWrite(_ path: String) -> BundleError {
    BundleError(
      .cannotWrite, file: path, found: systemError(), expected: "a place to write",
      advice: "Check the folder, its permissions and the free space.")
  }

  fileprivate static func systemError() -> String { String(cString: strerror(errno)) }
}

/// A file that was not there, written piece by piece.
final class NewFile {
  private let path: String
  private let descriptor: Int32

  init(_ path: String) throws(BundleError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileSystem.cannotWrite(path) }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  func append(_ bytes: [UInt8]) throws(BundleError) {
    var written = 0
    while written < bytes.count {
      let result = bytes.withUnsafeBytes {
        systemWrite(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if result < 0, errno == EINTR { continue }
      guard result > 0 else { throw FileSystem.cannotWrite(path) }
      written += result
    }
  }

  /// Has the system put it on the disk.
  func sync() throws(BundleError) {
    guard fsync(descriptor) == 0 else { throw FileSystem.cannotWrite(path) }
  }
}

/// A file of a bundle that is open for reading, as large as it was when it was opened.
final class OpenFile {
  let name: String
  let size: Int
  private let descriptor: Int32

  /// Opens a file, not through a symbolic link.
  init(_ directory: String, _ name: String) throws(BundleError) {
    let descriptor = open(directory + "/" + name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw FileSystem.cannotRead(name, FileSystem.systemError()) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileSystem.cannotRead(name, "something that is no file")
    }
    self.name = name
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// The bytes of a range that lies inside of the file.
  func bytes(_ range: Range<Int>) throws(BundleError) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= size, "a range of the file")
    var failure: String?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      while count < range.count {
        // `count` < `range.count`, so that the rest of the buffer is what the system may fill.
        let result = pread(
          descriptor, buffer.baseAddress.map { $0 + count }, range.count - count,
          off_t(range.lowerBound + count))
        if result < 0, errno == EINTR { continue }
        if result <= 0 {
          failure = result < 0 ? FileSystem.systemError() : "fewer bytes than its size"
          return
        }
        count += result
      }
    }
    if let failure { throw FileSystem.cannotRead(name, failure) }
    return bytes
  }
}

private func systemWrite(_ file: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(file, buffer, count)
}

private func systemRename(_ old: String, _ new: String) -> Int32 { rename(old, new) }
