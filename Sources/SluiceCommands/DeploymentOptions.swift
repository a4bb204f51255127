import ArgumentParser
import EthereumPrimitives

/// Where the campaigns of a plan that a command writes are paid: all of it, or nothing.
struct DeploymentOptions: ParsableArguments {
  @Option(help: "The chain of the campaigns; without it and the options below, a draft.")
  var chain: UInt64?

  @Option(help: "The distributor's contract.")
  var distributor: String?

  @Option(help: "The account that creates the campaigns.")
  var creator: String?

  @Option(help: "The role that funds the campaigns.")
  var owner: String?

  @Option(help: "The role that proposes roots.")
  var publisher: String?

  @Option(help: "The role that may veto a root.")
  var guardian: String?

  @Option(help: "32 bytes that set the creator's campaigns apart; zeros by default.")
  var salt: String?

  struct Deployment {
    let chain: UInt64
    let distributor: Address
    let creator: Address
    let owner: Address
    let publisher: Address
    let guardian: Address
    let salt: Bytes32
  }

  /// nil where none of the options is given.
  func deployment() throws(CommandFailure) -> Deployment? {
    let texts = [distributor, creator, owner, publisher, guardian]
    guard chain != nil || salt != nil || texts.contains(where: { $0 != nil }) else { return nil }
    guard let chain, (1...(1 << 53)).contains(chain) else {
      throw CommandFailure(
        .malformedArgument,
        "--chain: found \(chain.map(String.init) ?? "nothing"), expected 1 … 2^53 beside the other "
          + "options of a deployment.")
    }
    return Deployment(
      chain: chain, distributor: try address(distributor, "distributor"),
      creator: try address(creator, "creator"), owner: try address(owner, "owner"),
      publisher: try address(publisher, "publisher"), guardian: try address(guardian, "guardian"),
      salt: try salt.map { text throws(CommandFailure) in
        try Loading.hash(text, option: "salt")
      } ?? .zero)
  }

  private func address(_ text: String?, _ option: String) throws(CommandFailure) -> Address {
    guard let text else {
      throw CommandFailure(
        .malformedArgument,
        "--\(option): found nothing, expected an address: a deployment names --chain, "
          + "--distributor, --creator, --owner, --publisher and --guardian.")
    }
    let address: Address
    do {
      address = try Address(text)
    } catch {
      throw CommandFailure(
        .malformedAddress, "--\(option): found '\(text.prefix(80))', expected an address: \(error)."
      )
    }
    guard !address.isZero else {
      throw CommandFailure(
        .malformedAddress, "--\(option): found the zero address, expected one that somebody holds.")
    }
    return address
  }
}

extension DeploymentOptions.Deployment {
  /// The lines of a campaign in a plan.
  func lines(token: Address) -> [String] {
    [
      "    deployment:", "      chain: \(chain)", "      distributor: \(distributor.checksummed)",
      "      token: \(token.checksummed)", "      creator: \(creator.checksummed)",
      "      salt: \(salt.hex)", "      roles:", "        owner: \(owner.checksummed)",
      "        publisher: \(publisher.checksummed)", "        guardian: \(guardian.checksummed)",
    ]
  }
}
