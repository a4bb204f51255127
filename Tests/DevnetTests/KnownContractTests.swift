import CanonicalJSON
import EVM
import EthereumPrimitives
import TestKit
import Testing

@testable import Devnet

@Suite("What is known of contracts")
struct KnownContractTests {
  @Test("Every function of the table is read, and has the selector that its ABI gives")
  func table() throws {
    #expect(generatedContracts.map(\.name) == ["Distributor", "Token", "Vesting"])
    for contract in generatedContracts {
      let artifact = try JSON.parse(Project.data("contracts/artifacts/\(contract.name).json"))
      let count = artifact["abi"]?.elements?.count { $0["type"]?.text == "function" }
      #expect(contract.functions.count == count)
      for text in contract.functions + [contract.constructor] {
        let declaration = try #require(ABIDeclaration(text), "\(text)")
        // Names of parameters taken out by hand.
        let types = declaration.parameters.map(\.type.canonicalName).joined(separator: ",")
        #expect(
          text.replacing(#/ \w+(?=[,)])/#, with: "").replacing(", ", with: ",")
            == "\(declaration.name)(\(types))")
      }
      let runtime = try Hex.decode(artifact["runtime_bytecode"]?.text ?? "")
      #expect(KnownContracts.name(ofCode: runtime) == contract.name)
      // What was set once stands behind the code.
      #expect(KnownContracts.name(ofCode: runtime + [1, 2, 3]) == contract.name)
      #expect(KnownContracts.name(ofCode: Array(runtime.dropLast())) == nil)
    }
  }

  @Test("Published selectors of ERC-20 and ERC-6093, with their arguments")
  func selectors() throws {
    let account = Address(0, 0, 7)
    let arguments = try ABI.encode([.address(account), .uint(5)], as: [.address, .uint256])
    #expect(
      KnownContracts.call([0xA9, 0x05, 0x9C, 0xBB] + arguments)?.description
        == "transfer(to \(account), amount 5)")
    // The selectors as OpenZeppelin's documentation and 4byte.directory have them.
    let three = try ABI.encode(
      [.address(account), .uint(1), .uint(2)], as: [.address, .uint256, .uint256])
    #expect(
      KnownContracts.error([0xE4, 0x50, 0xD3, 0x8C] + three)?.description
        == "ERC20InsufficientBalance(sender \(account), balance 1, needed 2)")
    #expect(
      KnownContracts.error([0xFB, 0x8F, 0x41, 0xB2] + three)?.description
        == "ERC20InsufficientAllowance(spender \(account), allowance 1, needed 2)")
    #expect(
      KnownContracts.error([0x52, 0x74, 0xAF, 0xE7] + arguments.prefix(32))?.description
        == "SafeERC20FailedOperation(token \(account))")
    #expect(KnownContracts.error([0xD9, 0x3C, 0x06, 0x65])?.description == "EnforcedPause()")
    // Too short for its arguments, and too short for a selector.
    #expect(KnownContracts.call([0xA9, 0x05, 0x9C, 0xBB] + arguments.dropLast()) == nil)
    #expect(KnownContracts.error([0xE4, 0x50, 0xD3]) == nil)
  }

  @Test("A declaration is read with the names of its parameters; what is none is not")
  func declarations() throws {
    let nested = try #require(ABIDeclaration("f((uint8,(bool,bytes)[])[2] terms, string uri)"))
    #expect(nested.parameters.map(\.name) == ["terms", "uri"])
    #expect(nested.parameters[0].type.canonicalName == "(uint8,(bool,bytes)[])[2]")
    #expect(ABIDeclaration("f()")?.parameters == [])
    for text in ["f", "f(", "f(uint256)", "f(number x)", "f(uint256 a b)", "f(uint256 a"] {
      #expect(ABIDeclaration(text) == nil, "\(text)")
    }
  }

  @Test("Values are shown whole, or as much of them as a line holds")
  func values() throws {
    func text(_ value: ABIValue, _ type: String) throws -> String {
      value.text(of: try ABIType(parsing: type))
    }
    #expect(try text(.int(UInt256.zero &- 5), "int64") == "-5")
    #expect(try text(.int(5), "int64") == "5" && text(.bool(true), "bool") == "true")
    #expect(try text(.string("a\u{301}"), "string") == "\"a\u{301}\"")
    let four = [ABIValue](repeating: .uint(1), count: 4)
    #expect(try text(.array(four), "uint8[]") == "[1, 1, 1, 1]")
    #expect(try text(.array(four + four), "uint8[8]") == "[1, 1, 1, 1, and 4 more]")
    #expect(
      try text(.tuple([.uint(1), .array([.bool(false)])]), "(uint8,bool[])") == "(1, [false])")
    let bytes = [UInt8](repeating: 0xAB, count: 32)
    #expect(try text(.bytes(bytes), "bytes") == Hex.encode(bytes))
    #expect(try text(.bytes(bytes + [1]), "bytes") == Hex.encode(bytes) + "… (33 bytes)")
    let long = String(repeating: "x", count: 200)
    #expect(ABIValue.text(long) == long && ABIValue.text(long + "y") == long + "…")
  }

  @Test("Panics are told in geth's words, messages as they are, and other data not at all")
  func reasons() throws {
    func panic(_ code: UInt64) throws -> String? {
      RevertReason(
        [0x4E, 0x48, 0x7B, 0x71] + (try ABI.encode([.uint(UInt256(code))], as: [.uint256])))?
        .description
    }
    let words: [(UInt64, String)] = [
      (0x00, "generic panic"), (0x01, "assert(false)"),
      (0x11, "arithmetic underflow or overflow"), (0x12, "division or modulo by zero"),
      (0x21, "enum overflow"), (0x22, "invalid encoded storage byte array accessed"),
      (0x31, "out-of-bounds array access; popping on an empty array"),
      (0x32, "out-of-bounds access of an array or bytesN"), (0x41, "out of memory"),
      (0x51, "uninitialized function"), (0x99, "unknown panic code: 0x99"),
    ]
    for (code, expected) in words { #expect(try panic(code) == expected) }
    let error: [UInt8] = [0x08, 0xC3, 0x79, 0xA0]
    let message = try ABI.encode([.string("no")], as: [.string])
    #expect(RevertReason(error + message)?.description == "no")
    #expect(RevertReason(error + message.dropLast(62)) == nil)
    #expect(RevertReason([1, 2, 3, 4] + message) == nil && RevertReason([]) == nil)
  }

  @Test("An account that handed its code over has the name of the contract that it runs")
  func delegated() throws {
    let artifact = try JSON.parse(Project.data("contracts/artifacts/Distributor.json"))
    let world = World()
    let (contract, account) = (Address(0, 0, 5), Address(0, 0, 6))
    world.set(contract, .init(code: try Hex.decode(artifact["runtime_bytecode"]?.text ?? "")))
    world.set(account, .init(code: [0xEF, 0x01, 0x00] + contract.bytes))
    let evm = EVM(world: world, fork: .prague)
    let tracer = FailureTracer()
    let message = EVM.Message(from: .zero, to: account, input: [1, 2, 3, 4], gas: 100_000)
    _ = evm.call(message, in: BlockContext(), tracer: tracer)
    #expect(tracer.failure(codes: world)?.call.name == "Distributor")
  }
}
