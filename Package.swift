// swift-tools-version: 6.3
// Module rules and the allowed imports are drawn in ARCHITECTURE.md; Tests/TidyTests checks them.
import PackageDescription

/// CI sets `SLUICE_STRICT=1`, and then every warning in our own targets stops the build.
let strict = Context.environment["SLUICE_STRICT"] == "1"

let settings: [SwiftSetting] =
  [.swiftLanguageMode(.v6), .enableUpcomingFeature("MemberImportVisibility")]
  + (strict ? [.treatAllWarnings(as: .error)] : [])

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// Tests read their vectors from the source folder, so that Python and Swift share one file.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], hasVectors: Bool = false
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestKit"], exclude: hasVectors ? ["Vectors"] : [],
    swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let bigInt = Target.Dependency.product(name: "BigInt", package: "BigInt")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(
  name: "UnixSignals", package: "swift-service-lifecycle")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

let package = Package(
  name: "sluice",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "sluice", targets: ["sluice"]),
    .library(name: "EthereumPrimitives", targets: ["EthereumPrimitives"]),
    .library(name: "DistributionCore", targets: ["DistributionModel", "DistributionCore"]),
    .library(name: "InputFiles", targets: ["DistributionModel", "InputFiles"]),
    .library(name: "EVM", targets: ["EVM"]),
    .library(name: "EventStore", targets: ["DistributionModel", "EventStore"]),
    .library(name: "MerkleTree", targets: ["MerkleTree"]),
    .library(name: "Bundle", targets: ["Bundle"]),
    .library(name: "Devnet", targets: ["Devnet", "EVM", "Signing"]),
    .library(name: "Verification", targets: ["Verification"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.25.1"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.86.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.9.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CSecp256k1", pkgConfig: "libsecp256k1",
      providers: [.apt(["libsecp256k1-dev"]), .brew(["secp256k1"])]),
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),

    .target(name: "CKeccak", cSettings: strict ? [.treatAllWarnings(as: .error)] : []),
    library("EthereumPrimitives", ["CKeccak"]),
    library("CanonicalJSON", []),
    library("Secp256k1", ["CSecp256k1", "EthereumPrimitives"]),
    library("DistributionModel", ["EthereumPrimitives"]),
    library("DistributionCore", ["DistributionModel", "EthereumPrimitives"]),
    library(
      "Statements", ["CanonicalJSON", "DistributionModel", "EthereumPrimitives", "Secp256k1"]),
    library("PlanFile", ["DistributionModel", "EthereumPrimitives", "CanonicalJSON", yams]),
    library(
      "InputFiles",
      ["DistributionModel", "EthereumPrimitives", "CanonicalJSON", "CZlib", "Statements"]),
    library("MerkleTree", ["EthereumPrimitives", "CanonicalJSON"]),
    library("EVM", ["CCrypto", "EthereumPrimitives", "Secp256k1"]),
    library("Signing", ["CCrypto", "CSecp256k1", "EthereumPrimitives", "Secp256k1"]),
    library("Devnet", ["CanonicalJSON", "EVM", "EthereumPrimitives", "Signing"]),
    library(
      "DevnetServer", ["Devnet", hummingbird, logging, nioCore, serviceLifecycle, unixSignals]),
    library(
      "Bundle",
      [
        "DistributionModel", "EthereumPrimitives", "CanonicalJSON", "MerkleTree", "PlanFile",
        "Statements",
      ]),
    library("EventStore", ["DistributionModel", "EthereumPrimitives", grdb]),
    library(
      "DistributionEngine",
      [
        "Bundle", "DistributionCore", "DistributionModel", "EthereumPrimitives", "PlanFile",
        "Statements",
      ]),
    library(
      "Verification",
      ["DistributionModel", "EthereumPrimitives", "PlanFile", "CZlib", bigInt]),
    library("Reporting", ["DistributionModel", "EthereumPrimitives"]),
    library(
      "SluiceCommands",
      [
        "Bundle", "CanonicalJSON", "DistributionCore", "DistributionEngine", "DistributionModel",
        "Devnet", "DevnetServer", "EVM", "EthereumPrimitives", "EventStore", "InputFiles",
        "MerkleTree", "PlanFile", "Reporting", "Signing", "Statements", "Verification",
        argumentParser,
      ]),
    .executableTarget(
      name: "sluice", dependencies: ["SluiceCommands"], swiftSettings: settings),

    .target(
      name: "TestKit",
      dependencies: ["CSecp256k1", "CZlib", "CanonicalJSON", "EthereumPrimitives"],
      path: "Tests/TestKit", swiftSettings: settings),
    tests(
      "EthereumPrimitivesTests", ["EthereumPrimitives", "CKeccak", "CanonicalJSON", bigInt],
      hasVectors: true),
    tests("CanonicalJSONTests", ["CanonicalJSON"], hasVectors: true),
    tests(
      "Secp256k1Tests",
      ["Secp256k1", "CanonicalJSON", "EthereumPrimitives", "Verification", bigInt],
      hasVectors: true),
    tests(
      "DistributionCoreTests",
      ["DistributionCore", "DistributionModel", "EthereumPrimitives", bigInt],
      hasVectors: true),
    tests(
      "PlanFileTests", ["PlanFile", "DistributionModel", "EthereumPrimitives", "CanonicalJSON"],
      hasVectors: true),
    tests(
      "StatementsTests",
      ["Statements", "CanonicalJSON", "DistributionModel", "EthereumPrimitives"],
      hasVectors: true),
    tests(
      "InputFilesTests",
      ["InputFiles", "CanonicalJSON", "DistributionModel", "EthereumPrimitives", "Statements"]),
    tests(
      "MerkleTreeTests", ["MerkleTree", "EthereumPrimitives", "CanonicalJSON"], hasVectors: true),
    .executableTarget(
      name: "StateTests", dependencies: ["CanonicalJSON", "EVM", "EthereumPrimitives"],
      path: "Tests/StateTests", swiftSettings: settings),
    tests("SigningTests", ["EthereumPrimitives", "Secp256k1", "Signing"]),
    tests(
      "DevnetTests",
      ["CanonicalJSON", "Devnet", "EVM", "EthereumPrimitives", "Signing", bigInt],
      hasVectors: true),
    tests(
      "EVMTests", ["EVM", "EthereumPrimitives", "CanonicalJSON", "StateTests", bigInt],
      hasVectors: true),
    tests(
      "BundleTests",
      [
        "Bundle", "CanonicalJSON", "DistributionCore", "DistributionModel", "EthereumPrimitives",
        "MerkleTree", "PlanFile",
      ], hasVectors: true),
    tests(
      "EventStoreTests", ["EventStore", "DistributionModel", "EthereumPrimitives", grdb]),
    tests(
      "DistributionEngineTests",
      [
        "Bundle", "DistributionCore", "DistributionEngine", "DistributionModel",
        "EthereumPrimitives", "PlanFile", "Reporting",
      ]),
    tests(
      "VerificationTests",
      [
        "Verification", "Bundle", "DistributionCore", "DistributionEngine",
        "DistributionModel", "EthereumPrimitives", "InputFiles", "MerkleTree", "PlanFile", bigInt,
        "CanonicalJSON", "Statements",
      ], hasVectors: true),
    tests(
      "IntegrationTests",
      [
        "sluice", "SluiceCommands", "CanonicalJSON", "DistributionEngine", "DistributionModel",
        "EthereumPrimitives", "EventStore", argumentParser,
      ], hasVectors: true),
    // The bodies of the fuzz targets: scripts/fuzz links them with libFuzzer, FuzzTests replay.
    .target(
      name: "Fuzz",
      dependencies: [
        "Bundle", "CanonicalJSON", "CZlib", "Devnet", "DistributionCore", "DistributionEngine",
        "DistributionModel", "EVM", "EthereumPrimitives", "InputFiles", "MerkleTree", "PlanFile",
        "Signing", "Statements", "Verification", bigInt,
      ],
      path: "Tests/Fuzz", exclude: ["Corpus", "Dictionaries", "Finds"], swiftSettings: settings),
    tests("FuzzTests", ["Fuzz"]),
    tests("TidyTests", []),
  ]
)
