#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Folders that are there whole or not at all.
public enum NewFolder {
  /// Writes a folder of files; see `make`.
  public static func write(
    _ files: [(name: String, bytes: [UInt8])], to directory: String
  ) throws(BundleError) {
    let target = try free(directory)
    try make(target) { aside throws(BundleError) in
      for file in files {
        try FileSystem.write(file.bytes, to: aside + "/" + file.name, synced: true)
      }
      try FileSystem.syncDirectory(aside)
    }
  }

  /// The name of a folder that is to be made, without slashes at its end.
  ///
  /// - Throws: `targetExists` where something has that name.
  static func free(_ directory: String) throws(BundleError) -> String {
    var path = directory[...]
    while path.count > 1, path.last == "/" { path = path.dropLast() }
    let target = String(path)
    guard !FileSystem.exists(target) else {
      throw BundleError(
        .targetExists, file: target, found: "something of that name", expected: "nothing",
        advice: "It is never overwritten: choose another name, or remove the old one.")
    }
    return target
  }

  /// Makes a folder that `fill` fills aside, and gives it its name once that is done.
  ///
  /// - Parameter fill: writes into the folder that it is given, and syncs it.
  /// - Returns: what `fill` returns.
  static func make<Result>(
    _ target: String, fill: (_ aside: String) throws(BundleError) -> Result
  ) throws(BundleError) -> Result {
    let aside = try FileSystem.makeNewDirectory("\(target).\(getpid()).partial")
    let result: Result
    do throws(BundleError) {
      result = try fill(aside)
      try FileSystem.rename(aside, to: target)
    } catch {
      FileSystem.removeTree(aside)
      throw error
    }
    // Now the name is on the disk too.
    try FileSystem.syncDirectory(parent(of: target))
    return result
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
