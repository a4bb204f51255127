import DistributionModel
import EthereumPrimitives

extension Program {
  /// The one column of its source to which an expression is in proportion; nil where there is none.
  func column(inProportionTo expression: Expression) -> String? {
    switch expression.operation {
    case .column(let name): name
    case .named(let number, _): column(inProportionTo: values[number].expression)
    case .plain(let part), .rounded(let part, _): column(inProportionTo: part)
    case .normalised(let part, let whole):
      isConstant(whole) ? column(inProportionTo: part) : nil
    case .quotient(let part, let divisor, _):
      isConstant(divisor) ? column(inProportionTo: part) : nil
    case .arithmetic(.multiply, let left, let right):
      isConstant(left)
        ? column(inProportionTo: right) : isConstant(right) ? column(inProportionTo: left) : nil
    // As in `if(sum(fees) > 0, normalise(fees, 1), 0)`.
    case .conditional(let condition, let part, let other):
      isConstant(condition) && other.isZero ? column(inProportionTo: part) : nil
    default: nil
    }
  }

  /// True where it is the same at every second of the epoch, for one account.
  private func isConstant(_ expression: Expression) -> Bool {
    switch expression.operation {
    case .column: false
    case .named(let number, _): isConstant(values[number].expression)
    case .aggregate, .count: true
    default: expression.parts.allSatisfy(isConstant)
    }
  }
}

extension Expression {
  fileprivate var isZero: Bool {
    if case .number(let number) = operation { number.magnitude.isZero } else { false }
  }
}
