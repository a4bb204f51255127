import DistributionModel
import EthereumPrimitives

/// What sets one campaign apart from every other on every chain: the first field of its leaves.
///
/// The distributor's contract computes the same values. `docs/reference/bundle.md` states the
/// encodings field by field.
public enum CampaignIdentity {
  /// `keccak256(abi.encode(chainId, distributor, token, creator, salt, termsHash))`; 32 zero bytes
  /// for a campaign without deployment, which no contract has.
  public static func identifier(of campaign: Campaign) -> Bytes32 {
    guard let deployment = campaign.deployment else { return .zero }
    return hash([
      (.uint256, .uint(UInt256(deployment.chain))),
      (.address, .address(deployment.distributor)),
      (.address, .address(deployment.token)),
      (.address, .address(deployment.creator)),
      (.bytes32, .bytes32(deployment.salt)),
      (.bytes32, .bytes32(termsHash(of: campaign, roles: deployment.roles))),
    ])
  }

  /// Covers schedule, window, expiry, claim policy, the limit per root and the first roles.
  public static func termsHash(of campaign: Campaign, roles: Roles) -> Bytes32 {
    let terms = campaign.terms
    return hash([
      (.bytes32, .bytes32(scheduleHash(of: campaign.vesting))),
      (.uint(bits: 64), .uint(UInt256(terms.window))),
      (.uint(bits: 64), .uint(UInt256(terms.expiry?.seconds ?? 0))),
      (.uint(bits: 8), .uint(terms.claims == .anyone ? 1 : 0)),
      (.uint256, .uint(terms.maximumIncrease?.baseUnits ?? .zero)),
      (.address, .address(roles.owner)),
      (.address, .address(roles.publisher)),
      (.address, .address(roles.guardian)),
    ])
  }

  /// Covers a schedule; parts that a shape does not have are 0 or empty.
  public static func scheduleHash(of schedule: VestingSchedule) -> Bytes32 {
    var parts = ScheduleParts(start: schedule.start.seconds, initial: schedule.initialUnlock)
    switch schedule.shape {
    case .immediate: parts.shape = 0
    case .linear(let cliff, let duration):
      (parts.shape, parts.cliff, parts.duration) = (1, cliff, duration)
    case .steps(let period, let count):
      (parts.shape, parts.stepCount) = (2, UInt64(count))
      switch period {
      case .seconds(let seconds): parts.stepSeconds = seconds
      case .months(let months): parts.stepMonths = UInt64(months)
      }
    case .tranches(let tranches):
      (parts.shape, parts.tranches) = (3, tranches)
    case .exponential(let halfLife, let cliff, let duration):
      (parts.shape, parts.halfLife, parts.cliff, parts.duration) = (4, halfLife, cliff, duration)
    }
    return hash(parts.fields)
  }

  private struct ScheduleParts {
    var shape: UInt64 = 0
    var start: UInt64
    var initial: Share
    var cliff: UInt64 = 0
    var duration: UInt64 = 0
    var halfLife: UInt64 = 0
    var stepSeconds: UInt64 = 0
    var stepMonths: UInt64 = 0
    var stepCount: UInt64 = 0
    var tranches: [VestingSchedule.Tranche] = []

    init(start: UInt64, initial: Share) {
      self.start = start
      self.initial = initial
    }

    var fields: [(ABIType, ABIValue)] {
      let numbers = [
        start, initial.billionths, cliff, duration, halfLife, stepSeconds, stepMonths, stepCount,
      ]
      let list = ABIType.array(.uint(bits: 64))
      return [(.uint(bits: 8), .uint(UInt256(shape)))]
        + numbers.map { (.uint(bits: 64), .uint(UInt256($0))) }
        + [
          (list, .array(tranches.map { .uint(UInt256($0.time.seconds)) })),
          (list, .array(tranches.map { .uint(UInt256($0.share.billionths)) })),
        ]
    }
  }

  private static func hash(_ fields: [(ABIType, ABIValue)]) -> Bytes32 {
    guard let bytes = try? ABI.encode(fields.map(\.1), as: fields.map(\.0)) else {
      preconditionFailure("every field has a value of its type")
    }
    return Keccak256.hash(bytes)
  }
}
