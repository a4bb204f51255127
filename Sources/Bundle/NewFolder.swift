#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Folders that are there whole or not at all.
public enum NewFolder {
  /// Writes a folder of files: aside first, synced, then renamed.
  ///
  /// - Parameter directory: the folder to make; nothing may have that name.
  public static func write(
    _ files: [(name: String, bytes: [UInt8])], to directory: String
  ) throws(BundleError) {
    var path = directory[...]
    while path.count > 1, path.last == "/" { path = path.dropLast() }
    let target = String(path)
    guard !FileSystem.exists(target) else {
      throw BundleError(
        .targetExists, file: target, found: "something of that name", expected: "nothing",
        advice: "Nothing is overwritten: choose another name, or remove the old one.")
    }
    let aside = try FileSystem.makeNewDirectory("\(target).\(getpid()).partial")
    do throws(BundleError) {
      for file in files {
        try FileSystem.write(file.bytes, to: aside + "/" + file.name, synced: true)
      }
      try FileSystem.syncDirectory(aside)
      try FileSystem.rename(aside, to: target)
    } catch {
      FileSystem.removeTree(aside)
      throw error
    }
  }
}
