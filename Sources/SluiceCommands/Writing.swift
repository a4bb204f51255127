import Foundation

/// Writes single files that the command line names.
enum Writing {
  /// Writes a file whole or not at all.
  ///
  /// - Parameter replaces: whether it may take the place of another one.
  static func file(
    _ bytes: [UInt8], to path: String, replaces: Bool = false
  ) throws(CommandFailure) {
    guard replaces || !FileManager.default.fileExists(atPath: path) else {
      throw CommandFailure(.fileExists, "\(path): found a file, expected none.")
    }
    do {
      try Data(bytes).write(
        to: URL(filePath: path), options: replaces ? .atomic : .withoutOverwriting)
    } catch {
      throw CommandFailure(
        .cannotWriteFile,
        "\(path): found \(reason(error)), expected a place to write a file.")
    }
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
