/// Writes durations as a plan has them.
public enum DurationText {
  /// Days, hours, minutes and seconds: `1d12h`.
  public static func words(_ seconds: UInt64) -> String {
    let parts: [(UInt64, String)] = [
      (seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m"),
      (seconds % 60, "s"),
    ]
    let text = parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    return text.isEmpty ? "0s" : text
  }
}
