import DistributionModel
import EthereumPrimitives

/// A plan that was read, and where its parts stand in the file.
public struct ParsedPlan: Sendable {
  public let plan: Plan
  public let file: String
  /// Line and column by path, such as `programs[0].budget`; both counted from 1.
  public let positions: [String: (line: Int, column: Int)]
  /// What is allowed and may still not be meant.
  public let notes: [PlanNote]
  /// The plan as it was written.
  public let text: String
}

/// Reads plans: YAML in, a checked `Plan` or everything that is wrong with it out.
public enum PlanFile {
  /// Reads a plan.
  ///
  /// Every scalar is read as text by the type that the format gives its place: an unquoted address,
  /// date or `no` means what it says.
  ///
  /// - Parameter file: how messages call it.
  /// - Throws: `PlanErrors` with everything that could be found in one go.
  public static func parse(
    _ bytes: [UInt8], file: String, limits: PlanLimits = .standard
  ) throws(PlanErrors) -> ParsedPlan {
    let root: PlanNode
    let text: String
    do {
      var reader = YAMLReader(limits: limits)
      root = try reader.read(bytes)
      text = reader.text
    } catch {
      throw PlanErrors(problems: [
        PlanError(
          kind: error.kind, file: file, line: error.place.line, column: error.place.column,
          path: "", found: error.found.shortened, expected: error.expected, advice: error.advice)
      ])
    }
    var decoder = PlanDecoder(file: file, text: PlanText(text), limits: limits)
    let plan = decoder.decodePlan(root)
    guard let plan, decoder.problems.isEmpty else {
      let sorted = decoder.problems.enumerated().sorted {
        ($0.element.line, $0.element.column, $0.offset)
          < ($1.element.line, $1.element.column, $1.offset)
      }
      throw PlanErrors(problems: sorted.map(\.element).prefix(limits.problems).map { $0 })
    }
    return ParsedPlan(
      plan: plan, file: file,
      positions: decoder.positions.mapValues { (line: $0.line, column: $0.column) },
      notes: decoder.notes.sorted { $0.line < $1.line }, text: text)
  }
}
