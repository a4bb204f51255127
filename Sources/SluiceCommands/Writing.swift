import Foundation

/// Writes single files that the command line names.
enum Writing {
  /// Writes a file whole or not at all.
  ///
  /// - Parameter replaces: whether it may take the place of another one.
  static func file(
    _ bytes: [UInt8], to path: String, replaces: Bool = false
  ) throws(CommandFailure) {
    try checkPlace(path, replaces: replaces)
    do {
      try Data(bytes).write(
        to: URL(filePath: path), options: replaces ? .atomic : .withoutOverwriting)
    } catch {
      throw CommandFailure(
        .cannotWriteFile,
        "\(path): found \(reason(error)), expected a place to write. Choose another place.")
    }
  }

  /// Sees that a file can have that name, in a folder that is there.
  static func checkPlace(_ path: String, replaces: Bool) throws(CommandFailure) {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    switch (kind(of: path), kind(of: folder)) {
    case (.folder, _):
      throw CommandFailure(
        .cannotWriteFile, "\(path): found a folder, expected the name of a file to write.")
    case (.file, _) where !replaces:
      throw CommandFailure(
        .fileExists,
        "\(path): found a file, expected none. Choose another name, or remove the file.")
    case (.nothing, .nothing):
      throw CommandFailure(
        .cannotWriteFile,
        "\(path): found no folder \(folder), expected a place to write. Create the folder first, "
          + "or choose another place.")
    case (.nothing, .file):
      throw CommandFailure(
        .cannotWriteFile,
        "\(path): found a file where the folder \(folder) would be, expected a place to write.")
    default: return
    }
  }

  /// Makes the folder in which something is going to lie, and those above it.
  static func makeFolder(around path: String) throws(CommandFailure) {
    do {
      try FileManager.default.createDirectory(
        at: folder(around: path), withIntermediateDirectories: true)
    } catch {
      throw CommandFailure(
        .cannotWriteFile,
        "\(path): found \(reason(error)), expected a place to write. Choose another place.")
    }
  }

  /// Sees that the folder is there or can be made, before much is computed for what goes into it.
  static func checkFolder(around path: String) throws(CommandFailure) {
    var folder = folder(around: path)
    while kind(of: folder.path) == .nothing, folder.pathComponents.count > 1 {
      folder.deleteLastPathComponent()
    }
    guard kind(of: folder.path) == .folder else {
      throw CommandFailure(
        .cannotWriteFile,
        "\(path): found a file \(folder.path), expected a folder of that name, or nothing. Choose "
          + "another place.")
    }
    guard FileManager.default.isWritableFile(atPath: folder.path) else {
      throw CommandFailure(
        .cannotWriteFile,
        "\(path): found no permission to write in \(folder.path), expected a place to write. "
          + "Choose another place.")
    }
  }

  private static func folder(around path: String) -> URL {
    URL(filePath: path).standardizedFileURL.deletingLastPathComponent()
  }

  private enum Kind {
    case nothing, file, folder
  }

  private static func kind(of path: String) -> Kind {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      return .nothing
    }
    return isFolder.boolValue ? .folder : .file
  }

  /// Why a file or a folder could not be written.
  static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileNoSuchFile?, .fileReadNoSuchFile?: "no folder of that name"
    case .fileWriteNoPermission?: "no permission to write there"
    case .fileWriteOutOfSpace?: "no space left"
    case .fileWriteVolumeReadOnly?: "a disk that can only be read"
    case .fileWriteInvalidFileName?: "a name that no file can have"
    case .fileWriteFileExists?: "a file of that name"
    default: "something that cannot be written"
    }
  }
}
