extension String {
  /// The text, or its first 300 bytes or so, for a message: what comes out of a file can be of any
  /// length, also where it is one character with marks without end.
  package var shortened: String {
    guard utf8.count > 300 else { return self }
    var scalars = String.UnicodeScalarView()
    var count = 0
    for scalar in unicodeScalars {
      count += UTF8.width(scalar)
      guard count <= 300 else { break }
      scalars.append(scalar)
    }
    return String(scalars) + "…"
  }
}
