// swift-tools-version: 6.3
// What Sluice is measured with. A package of its own: nobody who uses Sluice builds it.
import PackageDescription

let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "sluice", path: "..")],
  targets: [
    .executableTarget(
      name: "tree-phases",
      dependencies: [
        .product(name: "EthereumPrimitives", package: "sluice"),
        .product(name: "InputFiles", package: "sluice"),
        .product(name: "MerkleTree", package: "sluice"),
      ], path: "Sources/TreePhases",
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .executableTarget(
      name: "rewards",
      dependencies: [
        .product(name: "DistributionCore", package: "sluice"),
        .product(name: "EthereumPrimitives", package: "sluice"),
        .product(name: "InputFiles", package: "sluice"),
      ], path: "Sources/Rewards",
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .executableTarget(
      name: "store-epochs",
      dependencies: [
        .product(name: "DistributionCore", package: "sluice"),
        .product(name: "EthereumPrimitives", package: "sluice"),
        .product(name: "EventStore", package: "sluice"),
        .product(name: "InputFiles", package: "sluice"),
      ], path: "Sources/StoreEpochs",
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .executableTarget(
      name: "evm-calls",
      dependencies: [
        .product(name: "EVM", package: "sluice"),
        .product(name: "EthereumPrimitives", package: "sluice"),
      ], path: "Sources/EVMCalls",
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .executableTarget(
      name: "evm-blocks",
      dependencies: [
        .product(name: "Devnet", package: "sluice"),
        .product(name: "EthereumPrimitives", package: "sluice"),
      ], path: "Sources/EVMBlocks",
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .executableTarget(
      name: "rehearsal",
      dependencies: [
        .product(name: "Devnet", package: "sluice"),
        .product(name: "EthereumPrimitives", package: "sluice"),
        .product(name: "MerkleTree", package: "sluice"),
      ], path: "Sources/Rehearsal",
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .executableTarget(
      name: "positions",
      dependencies: [.product(name: "InputFiles", package: "sluice")],
      path: "Sources/Positions",
      swiftSettings: [.swiftLanguageMode(.v6)]),
  ]
)
