import InputFiles
import Verification

/// A name with `*`, a line end, and the name of a file: the engine and the verifier take the same
/// files for those of a source.
@Sendable func filePattern(_ bytes: [UInt8]) throws {
  let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
  guard parts.count == 2, let pattern = String(validating: parts[0], as: UTF8.self),
    !pattern.contains("/"), pattern.contains("*")
  else { return }
  let name = Array(parts[1].prefix(255))
  let ours = FilePattern(pattern).matches(name)
  let theirs = Verifier.isFile(named: name, of: Array(pattern.utf8))
  try require(ours == theirs, "'\(pattern)' and \(name): \(ours), and for the verifier \(theirs)")
}
