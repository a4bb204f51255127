import Foundation

/// The target that `SLUICE_FUZZ_TARGET` names.
private let target: FuzzTarget = {
  let names = FuzzTarget.all.map(\.name).joined(separator: ", ")
  guard let name = ProcessInfo.processInfo.environment["SLUICE_FUZZ_TARGET"],
    let target = FuzzTarget.named(name)
  else { preconditionFailure("SLUICE_FUZZ_TARGET: expected one of \(names)") }
  return target
}()

/// What libFuzzer calls with each input; anything that the body throws is a find.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    try target.body(bytes)
  } catch {
    FileHandle.standardError.write(Data("\(target.name): \(error)\n".utf8))
    abort()
  }
  return 0
}
