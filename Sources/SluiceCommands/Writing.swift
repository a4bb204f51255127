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
        "\(path): found '\(error.localizedDescription)', expected a place to write.")
    }
  }
}
