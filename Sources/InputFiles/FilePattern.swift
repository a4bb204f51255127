import EthereumPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The files of a source: one, or all that have a name with `*` in it.
public struct FilePattern: Sendable {
  private let folder: String
  private let parts: [[UInt8]]
  private let path: String

  /// - Parameter path: `*` in what follows the last slash stands for any text without a slash.
  public init(_ path: String) {
    self.path = path
    let name = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let last = name.last.map(Array.init) ?? []
    folder = String(decoding: path.utf8.dropLast(last.count), as: UTF8.self)
    parts = last.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
      .map(Array.init)
  }

  /// False where it is the path of one file.
  public var hasWildcard: Bool { parts.count > 1 }

  /// The paths of the files, ascending by the bytes of their names.
  ///
  /// - Parameter name: how messages call the pattern.
  /// - Throws: `InputError` where no file has such a name, or too many have.
  public func paths(
    name: String, limits: InputLimits = .standard
  ) throws(InputError) -> [String] {
    guard hasWildcard else { return [path] }
    let names = Self.names(in: folder.isEmpty ? "." : folder).filter(matches)
    guard !names.isEmpty else {
      throw Fault(
        kind: .noSuchFile, found: "no file with such a name", expected: "at least one",
        advice: "Check the name and the folder of inputs."
      ).inFile(name)
    }
    guard names.count <= limits.files else {
      throw Fault(
        kind: .tooManyFiles, found: names.count.counted("file"),
        expected: "at most \(limits.files)", advice: "Put rows of several files into one."
      ).inFile(name)
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
      .map { folder + String(decoding: $0, as: UTF8.self) }
  }

  /// How messages call one of the files that a name with `*` stands for.
  public func name(of file: String, like name: String) -> String {
    let folder = name.utf8.lastIndex(of: UInt8(ascii: "/")).map { name[...$0] } ?? ""
    return folder + (file.split(separator: "/").last.map(String.init) ?? file)
  }

  /// Hidden files are meant only where the pattern says so.
  package func matches(_ name: [UInt8]) -> Bool {
    guard let first = parts.first, let last = parts.last,
      name.count >= first.count + last.count, name.starts(with: first),
      name.suffix(last.count).elementsEqual(last),
      name.first != UInt8(ascii: ".") || first.first == UInt8(ascii: ".")
    else { return false }
    var rest = name[first.count..<(name.count - last.count)]
    // Each part as early as it can be leaves the most for those after it.
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let start = rest.indices.first(where: { rest[$0...].starts(with: part) }) else {
        return false
      }
      rest = rest[(start + part.count)...]
    }
    return true
  }

  private static func names(in folder: String) -> [[UInt8]] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [[UInt8]] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      names.append(name)
    }
    return names
  }
}
