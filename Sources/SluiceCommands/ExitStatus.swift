/// How the program ends. The table in `docs/reference/exit-codes.md` is made from this.
public enum ExitStatus: Int32, Sendable, CaseIterable {
  case done = 0
  case checkFailed = 1
  case wrongUse = 2
  case badInput = 3
  case outsideWorldFailed = 4
  case ourBug = 70

  var meaning: String {
    switch self {
    case .done: "Done; a check that was asked for holds."
    case .checkFailed:
      "The check failed: what was published is not what the inputs give, or a plan's guard fails."
    case .wrongUse: "Wrong use: an unknown option, a missing argument, a name that is not there."
    case .badInput: "Bad input: a plan, a file or a bundle that cannot be accepted as it is."
    case .outsideWorldFailed: "The outside world failed: a file cannot be read or written."
    case .ourBug: "A bug of Sluice; please report it with what you ran."
    }
  }
}
