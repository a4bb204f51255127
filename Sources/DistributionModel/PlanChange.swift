/// Something that decides money and that two plans state in two ways.
public struct PlanChange: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable {
    case plan, token, campaign, source, program
  }

  /// The part of the plan that changed.
  public struct Part: Sendable, Hashable {
    public let kind: Kind
    public let name: String

    public init(kind: Kind, name: String) {
      self.kind = kind
      self.name = name
    }
  }

  /// What one plan states.
  public struct Statement: Sendable, Hashable {
    /// In the canonical form: amounts are base units, durations seconds.
    public let value: String
    /// Counted from 1; nil where the plan takes a default.
    public let line: Int?
    /// That line, without blanks at its ends.
    public let written: String?

    public init(value: String, line: Int?, written: String?) {
      self.value = value
      self.line = line
      self.written = written
    }
  }

  public let part: Part
  /// What of the part changed; empty where all of it is new or gone.
  public let key: String
  /// nil where the plan does not state it.
  public let before: Statement?
  public let after: Statement?

  public init(part: Part, key: String, before: Statement?, after: Statement?) {
    self.part = part
    self.key = key
    self.before = before
    self.after = after
  }
}
