import DistributionModel
import EthereumPrimitives

/// What of a condition decided, and what would have to hold for it to come to something else.
struct NeededChange {
  /// In the language's words.
  let text: String
  /// Where it is one comparison with a written number: that number.
  let number: String?
  let comparisons: [DecidingComparison]

  var passing: Passing { .condition(text, number: number) }
}

extension ExpressionEvaluator {
  /// The parts of a condition that do not come to what is wanted of a row, and have to.
  func needed(_ condition: Expression, _ row: Int, toHold wanted: Bool) -> NeededChange {
    switch condition.operation {
    case .not(let inner): return needed(inner, row, toHold: !wanted)
    case .named(let number, _):
      return needed(expression(ofValue: number), row, toHold: wanted)
    case .conditional(let test, let first, let second):
      return needed(truth(of: test, row) == true ? first : second, row, toHold: wanted)
    case .both(let left, let right):
      return needed([left, right], row, toHold: wanted, all: wanted)
    case .either(let left, let right):
      return needed([left, right], row, toHold: wanted, all: !wanted)
    case .comparison(let sign, let left, let right):
      let opposite = "\(left.text) \(sign.opposite.rawValue) \(right.text)"
      return change(
        condition, wanted, opposite: opposite, number: left.written ?? right.written,
        sides: (text(of: left, row), text(of: right, row)))
    case .membership(let inner, _):
      return change(
        condition, wanted, opposite: "not \(condition.text)", sides: (text(of: inner, row), nil))
    default:
      return change(condition, wanted, opposite: "not \(condition.text)", sides: (nil, nil))
    }
  }

  private func change(
    _ condition: Expression, _ wanted: Bool, opposite: String, number: String? = nil,
    sides: (left: String?, right: String?)
  ) -> NeededChange {
    let text = wanted ? condition.text : opposite
    return NeededChange(
      text: text, number: number,
      comparisons: [
        DecidingComparison(
          text: condition.text, needed: text, holds: !wanted, left: sides.left,
          right: sides.right)
      ])
  }

  /// What is needed of two sides, where all of them have to change, or any one of them.
  private func needed(
    _ sides: [Expression], _ row: Int, toHold wanted: Bool, all: Bool
  ) -> NeededChange {
    let open = all ? sides.filter { truth(of: $0, row) != wanted } : sides
    guard open.count > 1 else { return needed(open.first ?? sides[0], row, toHold: wanted) }
    let changes = open.map { needed($0, row, toHold: wanted) }
    let texts = changes.map { change in
      let isOther = change.text.contains(all ? " or " : " and ")
      return isOther ? "(\(change.text))" : change.text
    }
    return NeededChange(
      text: texts.joined(separator: all ? " and " : " or "), number: nil,
      comparisons: changes.flatMap(\.comparisons))
  }
}

extension Expression {
  /// The number, where the expression is a written one.
  fileprivate var written: String? {
    if case .number(let number) = operation { number.shortest } else { nil }
  }
}

extension Expression.Comparison {
  /// What holds exactly where this one does not.
  fileprivate var opposite: Expression.Comparison {
    switch self {
    case .equal: .notEqual
    case .notEqual: .equal
    case .less: .atLeast
    case .atMost: .greater
    case .greater: .atMost
    case .atLeast: .less
    }
  }
}
