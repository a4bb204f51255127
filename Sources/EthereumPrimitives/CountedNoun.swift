extension BinaryInteger {
  /// The number with its noun: `1 row`, `3 rows`, `0 rows`.
  package func counted(_ noun: String, _ plural: String? = nil) -> String {
    "\(self) \(self == 1 ? noun : plural ?? noun + "s")"
  }
}

extension UInt256 {
  /// The number with its noun: `1 base unit`, `2 base units`.
  package func counted(_ noun: String) -> String {
    "\(decimal) \(noun)\(self == .one ? "" : "s")"
  }
}
