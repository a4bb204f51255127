import DistributionModel

/// Rows that cannot be read: the first of them ends the reading, or all are left out and told.
struct Quarantine {
  private let isOpen: Bool
  private let limit: Int
  /// What is wrong with the rows that were left out.
  private(set) var faults: [Fault] = []

  init(_ declaration: SourceDeclaration, limits: InputLimits) {
    isOpen = declaration.badRows == .quarantine
    limit = limits.quarantined
  }

  /// Reads a row.
  ///
  /// - Returns: what `body` returns, and true for a row that is left out.
  mutating func read(_ body: () throws(Fault) -> Bool) throws(Fault) -> Bool {
    do throws(Fault) {
      return try body()
    } catch {
      guard isOpen, error.kind.isAboutOneRow else { throw error }
      guard faults.count < limit else {
        throw Fault(
          kind: .tooManyBadRows, line: error.line,
          found: "more than \(limit) rows that cannot be read, the first one in line "
            + "\(faults.first?.line ?? error.line)", expected: "at most that many",
          advice: "Is it the right file, and does the plan describe it?")
      }
      faults.append(error)
      return true
    }
  }
}

extension InputProblem {
  /// True where one row cannot be read, and nothing is wrong with those before and after it.
  var isAboutOneRow: Bool {
    switch self {
    case .nulByte, .invalidUTF8, .loneCarriageReturn, .strayQuote, .raggedRow, .malformedJSON,
      .notAnObject, .nestedValue, .missingMember, .emptyField, .surroundingBlanks,
      .accountMissingPrefix, .accountWrongLength, .accountNotHexadecimal, .accountWrongChecksum,
      .zeroAddress, .unknownKey, .signedNumber, .exponentNotation, .digitSeparators,
      .hexadecimalNumber, .fractionNotAllowed, .tooManyDecimals, .leadingZeros, .notANumber,
      .numberOverflow, .timeOutOfRange, .malformedTime, .timeWithoutZone, .foreignTimeZone,
      .fractionOfSecond, .noSuchTime, .unknownTime, .unknownKind,
      .receivedBeforeTime, .tickOutOfRange, .emptyRange, .volumeTooLarge, .malformedWord:
      true
    default: false
    }
  }
}
