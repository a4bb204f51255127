import DistributionModel
import EthereumPrimitives

/// Reads single cells: an account, a whole number, an amount.
enum Cells {
  /// An account; the zero address is refused.
  static func account(_ bytes: ArraySlice<UInt8>) throws(Fault) -> Address {
    let address = try address(bytes)
    guard !address.isZero else {
      throw Fault(
        kind: .zeroAddress, found: "the zero address", expected: "an account that somebody holds",
        advice: "Leave the row out: nobody can claim for it.")
    }
    return address
  }

  /// A text that is compared byte by byte; nothing is a text too.
  static func text(_ bytes: ArraySlice<UInt8>) throws(Fault) -> ArraySlice<UInt8> {
    bytes.isEmpty ? bytes : try text(bytes, expected: "a text")
  }

  /// A text with something in it. Blanks around it would make it another one, and nobody sees them.
  static func text(
    _ bytes: ArraySlice<UInt8>, expected: String
  ) throws(Fault) -> ArraySlice<UInt8> {
    try checkPresence(bytes, expected: expected)
    return bytes
  }

  static func address(_ bytes: ArraySlice<UInt8>) throws(Fault) -> Address {
    try checkPresence(bytes, expected: "an address")
    do {
      return try Address(ascii: bytes)
    } catch {
      throw fault(error, bytes)
    }
  }

  private static func fault(_ error: Address.ParseError, _ bytes: ArraySlice<UInt8>) -> Fault {
    let found = Fault.shown(bytes)
    switch error {
    case .missingPrefix:
      return Fault(
        kind: .accountMissingPrefix, found: found, expected: "0x and 40 hexadecimal digits",
        advice: advice(onNoAddress: bytes))
    case .wrongLength(let count):
      return Fault(
        kind: .accountWrongLength, found: "\(found) with \(count.counted("digit"))",
        expected: "40 digits after 0x", advice: "The address was cut off or joined with another.")
    case .notHexadecimal(let character, let place):
      return Fault(
        kind: .accountNotHexadecimal, found: "'\(character)' at place \(place) of \(found)",
        expected: "0x and 40 hexadecimal digits")
    case .wrongChecksum(let expected):
      return Fault(
        kind: .accountWrongChecksum, found: found, expected: expected,
        advice: "A letter was mistyped, or its case changed: compare with where it came from.")
    }
  }

  /// What a text without 0x may be, if not an address.
  private static func advice(onNoAddress bytes: ArraySlice<UInt8>) -> String {
    let digits = bytes.starts(with: Array("0X".utf8)) ? bytes.dropFirst(2) : bytes
    let isHexadecimal = digits.allSatisfy {
      isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0 | 0x20)
    }
    if isHexadecimal { return "Write the address with 0x before it." }
    if bytes.contains(UInt8(ascii: ".")) {
      return "Names such as ENS's are not looked up, since they may change hands: write the "
        + "address that it leads to."
    }
    return "If this row is about no account, such as a sum or a remark, remove it."
  }

  /// A value of a declared column, as the number that is kept.
  static func value(_ bytes: ArraySlice<UInt8>, as cell: CellKind) throws(Fault) -> UInt256 {
    if cell == .address { return try address(bytes).number }
    if cell == .time { return UInt256(try TimeCell(bytes).seconds()) }
    try checkPresence(bytes, expected: cell.expectation)
    if cell == .word {
      guard let word = Word(ascii: bytes) else {
        throw Fault(
          kind: .malformedWord, found: Fault.shown(bytes), expected: cell.expectation,
          advice: "Longer texts and other letters are not read: shorten it in the file.")
      }
      return word.number
    }
    if case .decimal(let format) = cell { return try DecimalCell(bytes, format).value() }
    if let fault = numberFault(bytes, cell) { throw fault }
    guard case .token(let decimals) = cell else { return try whole(bytes, cell) }
    return try amount(bytes, decimals, cell)
  }

  static func checkPresence(
    _ bytes: ArraySlice<UInt8>, expected: String
  ) throws(Fault) {
    guard let first = bytes.first, let last = bytes.last else {
      throw Fault(
        kind: .emptyField, found: "nothing", expected: expected,
        advice: "Fill the cell, or leave the row out.")
    }
    guard !isBlank(first), !isBlank(last) else {
      throw Fault(
        kind: .surroundingBlanks, found: Fault.shown(bytes), expected: expected,
        advice: "Remove the blanks around the value.")
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// What is wrong with a text as a number; nil for digits with at most one point.
  static func numberFault(_ bytes: ArraySlice<UInt8>, _ cell: CellKind) -> Fault? {
    let points = bytes.count { $0 == UInt8(ascii: ".") }
    guard points > 1 || !bytes.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") }) else {
      return nil
    }
    let found = Fault.shown(bytes)
    let lower = bytes.map { $0 | 0x20 }
    func fault(_ kind: InputProblem, _ advice: String) -> Fault {
      Fault(kind: kind, found: found, expected: cell.expectation, advice: advice)
    }
    if lower.starts(with: [0x30, UInt8(ascii: "x")]) {
      return fault(.hexadecimalNumber, "Write the number in decimal digits.")
    }
    let isSigned = bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+")
    if isSigned, bytes.contains(where: isDigit) {
      return fault(.signedNumber, "Amounts and weights are not negative; write them without sign.")
    }
    if lower.first.map(isDigit) == true, lower.contains(UInt8(ascii: "e")),
      bytes.allSatisfy({ isDigit($0) || Array("eE+-.".utf8).contains($0) })
    {
      return fault(
        .exponentNotation,
        "A spreadsheet rounded it: format the column as text, and write every digit. Numbers as "
          + "programs write them are columns of `type: decimal` with `notation: scientific`.")
    }
    let separators = Array(",._'’ \u{A0}\u{202F}".utf8)
    if bytes.first.map(isDigit) == true,
      bytes.allSatisfy({ isDigit($0) || separators.contains($0) })
    {
      guard bytes.last.map({ $0 < 0x80 }) == true else {
        return fault(.surroundingBlanks, "A blank that does not show stands after it: remove it.")
      }
      return fault(
        .digitSeparators, "Write the digits without separators, with a point for the fraction.")
    }
    return fault(.notANumber, advice(onNoNumber: bytes))
  }

  /// What a text may be, if not a number.
  private static func advice(onNoNumber bytes: ArraySlice<UInt8>) -> String {
    guard bytes.contains(where: isDigit), bytes.first != UInt8(ascii: "#") else {
      return "Write a number, or leave the row out: nothing is taken for 0."
    }
    if bytes.first == UInt8(ascii: "("), bytes.last == UInt8(ascii: ")") {
      return "Amounts and weights are not negative, in parentheses neither."
    }
    return "Write the number alone, without a unit or a sign beside it."
  }

  private static func whole(
    _ bytes: ArraySlice<UInt8>, _ cell: CellKind
  ) throws(Fault) -> UInt256 {
    guard !bytes.contains(UInt8(ascii: ".")) else {
      throw Fault(
        kind: .fractionNotAllowed, found: Fault.shown(bytes), expected: cell.expectation,
        advice: cell == .baseUnits
          ? "If the file has whole tokens, write `unit: token` for the column in the plan, or "
            + "`:token` after its name in the header."
          : "For decimal numbers write `type: decimal` for the column in the plan, and in `places` "
            + "how many digits stand after the point at most, such as \(places(of: bytes)).")
    }
    do {
      return try UInt256(decimal: bytes)
    } catch {
      throw fault(error, bytes, cell)
    }
  }

  /// How many digits stand after the point.
  private static func places(of bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().prefix { $0 != UInt8(ascii: ".") }.count
  }

  private static func amount(
    _ bytes: ArraySlice<UInt8>, _ decimals: Int, _ cell: CellKind
  ) throws(Fault) -> UInt256 {
    let point = bytes.firstIndex(of: UInt8(ascii: ".")) ?? bytes.endIndex
    let integral = bytes[..<point]
    let fraction = point < bytes.endIndex ? bytes[(point + 1)...] : []
    guard !integral.isEmpty, point == bytes.endIndex || !fraction.isEmpty else {
      throw Fault(
        kind: .notANumber, found: Fault.shown(bytes), expected: cell.expectation,
        advice: "Write a digit before and after the point.")
    }
    guard fraction.count <= decimals else {
      throw Fault(
        kind: .tooManyDecimals,
        found: "\(Fault.shown(bytes)) with \(fraction.count.counted("decimal"))",
        expected: "at most \(decimals), the token's",
        advice: "Check that the token's decimals in the plan are right; nothing is rounded.")
    }
    do throws(UInt256.ParseError) {
      let whole = try UInt256(decimal: integral)
      let zeros = [UInt8](repeating: 0x30, count: decimals - fraction.count)
      let part = try UInt256(decimal: withoutLeadingZeros(fraction + zeros))
      guard let scale = UInt256.powerOfTen(decimals), let scaled = whole.multiplied(by: scale),
        let sum = scaled.adding(part)
      else { throw UInt256.ParseError.overflow }
      return sum
    } catch {
      throw fault(error, bytes, cell)
    }
  }

  private static func withoutLeadingZeros(_ digits: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let rest = digits.drop { $0 == 0x30 }
    return rest.isEmpty ? [0x30] : rest
  }

  static func fault(
    _ error: UInt256.ParseError, _ bytes: ArraySlice<UInt8>, _ cell: CellKind
  ) -> Fault {
    let found = Fault.shown(bytes)
    switch error {
    case .overflow:
      return Fault(
        kind: .numberOverflow, found: "\(found), 2^256 or more", expected: "less than 2^256",
        advice: "The value is in the wrong unit, or two were joined.")
    case .leadingZero:
      return Fault(
        kind: .leadingZeros, found: found, expected: cell.expectation,
        advice: "Write the number without zeros before it.")
    case .empty, .missingPrefix, .notADigit:
      return Fault(kind: .notANumber, found: found, expected: cell.expectation)
    }
  }
}

/// What a cell holds, once the plan and the header agree.
enum CellKind: Equatable {
  /// A whole number of an integer column.
  case whole
  /// A whole number of a token's base units.
  case baseUnits
  /// Human units of a token with so many decimals.
  case token(decimals: Int)
  case decimal(DecimalFormat)
  case address
  case word
  /// Seconds since 1970, or a time as ISO 8601 writes it.
  case time

  var expectation: String {
    switch self {
    case .whole: "a whole number in decimal digits"
    case .baseUnits: "a whole number of base units"
    case .token(let decimals): "a decimal number with at most \(decimals.counted("decimal"))"
    case .decimal(let format): "a decimal number with at most \(format.places.counted("decimal"))"
    case .address: "an address"
    case .word: "a word of 1 to 32 signs of ASCII"
    case .time: TimeCell.expectation
    }
  }
}
