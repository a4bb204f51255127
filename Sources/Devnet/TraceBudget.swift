/// What a trace may hold: a trace is an answer as a whole, so that it has to fit into memory.
///
/// One is shared by all transactions of a request.
final class TraceBudget {
  /// Bytes that the traces of a request hold at most, as the machine has them: as text they are
  /// two to three times as many.
  static let maximumBytes = 32 << 20

  private var left: Int
  private(set) var isSpent = false

  init(bytes: Int = TraceBudget.maximumBytes) { left = bytes }

  /// False where this much is not left; nothing is from then on.
  func take(_ bytes: Int) -> Bool {
    guard !isSpent, bytes <= left else {
      isSpent = true
      return false
    }
    left -= bytes
    return true
  }
}
