/// Text of others on its way to a terminal or a page: what moves the cursor, changes colours or
/// turns the direction of writing is shown as a replacement character.
public enum Printable {
  public static func text(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
    return String(result)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A: false
    case 0..<0x20, 0x7F..<0xA0: true
    // Embedding, override and isolation of direction (Unicode Standard Annex 9).
    case 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
