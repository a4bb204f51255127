import EthereumPrimitives

/// One of the files of a source.
struct SourceFile {
  let origin: ByteSource.Origin
  /// How messages call it.
  let name: String

  /// One file, or all that a name with `*` stands for, in the order of their names.
  static func all(
    _ path: String, name: String, limits: InputLimits
  ) throws(InputError) -> [SourceFile] {
    let pattern = FilePattern(path)
    return try pattern.paths(name: name, limits: limits).map { file in
      SourceFile(
        origin: .file(file), name: pattern.hasWildcard ? pattern.name(of: file, like: name) : name)
    }
  }

  /// Bytes as if files held them.
  static func all(_ bytes: [[UInt8]], name: String) -> [SourceFile] {
    bytes.enumerated().map { index, bytes in
      SourceFile(origin: .bytes(bytes), name: name + (index == 0 ? "" : "-\(index + 1)"))
    }
  }

  /// The hash of one file, or of the hashes of several.
  static func hash(_ files: [Bytes32]) -> Bytes32 {
    if files.count == 1 { return files[0] }
    var hash = Keccak256()
    for file in files { hash.update(file) }
    return hash.finalize()
  }
}
