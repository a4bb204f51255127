import CZlib
import DistributionModel
import EthereumPrimitives
import InputFiles
import Verification

/// A list that is packed into members, damaged or not, or bytes that only start like gzip.
///
/// Packed reads like plain; damage is told the same in pieces of any size; what is taken the
/// verifier takes; a ratio that is too high is refused.
@Sendable func gzipFile(_ bytes: [UInt8]) throws {
  var choices = Choices(bytes)
  let options = choices.byte()
  let declaration = listDeclaration(options, options & 0x20 == 0 ? .csv : .jsonl)
  let sizes = [1, 2 + Int(options % 29)]
  guard options & 0x80 != 0 else {
    let file = [0x1F, 0x8B] + choices.rest()
    try requireOutcome(file, declaration, sizes)
    return
  }
  let damage = (kind: choices.number(8), place: choices.number(1 << 16), byte: choices.byte())
  let pieces = 1 + choices.number(3)
  let level = Int32(choices.number(10))
  let plain = choices.rest()
  var packed: [UInt8] = []
  for piece in 0..<pieces {
    let part = plain[plain.count * piece / pieces..<plain.count * (piece + 1) / pieces]
    packed += try packedMember(Array(part), level: level)
  }
  try requireLikePlain(packed, plain, declaration, sizes)
  try requireRatioCounts(packed, declaration, sizes)
  switch damage.kind {
  case 0: packed.removeLast(min(packed.count, 1 + damage.place % 40))
  case 1, 2: packed[damage.place % packed.count] ^= damage.byte
  case 3: packed.insert(damage.byte, at: damage.place % packed.count)
  case 4: packed += [damage.byte]
  case 5: packed += [UInt8](repeating: 0, count: damage.place % 40)
  default: return
  }
  try requireOutcome(packed, declaration, sizes)
}

private func requireOutcome(
  _ file: [UInt8], _ declaration: SourceDeclaration, _ sizes: [Int]
) throws {
  switch try requirePiecesAgree(file, declaration, sizes) {
  case .failure(let error): try requireReadable(error)
  case .success(let contents):
    try require(contents.rawHash == Keccak256.hash(file), "the hash is not the file's")
    try requireVerifierAgrees(file, declaration, contents.rows)
  }
}

private func requireLikePlain(
  _ packed: [UInt8], _ plain: [UInt8], _ declaration: SourceDeclaration, _ sizes: [Int]
) throws {
  let expected = try requirePiecesAgree(plain, declaration, [])
  // A packed file that is itself packed is read as text, which it is not.
  guard !plain.starts(with: [0x1F, 0x8B]) else { return }
  switch (try requirePiecesAgree(packed, declaration, sizes), expected) {
  case (.success(let left), .success(let right)):
    try require(left.rows == right.rows, "packed gives other rows than plain")
    try requireVerifierAgrees(packed, declaration, left.rows)
  case (.failure(let left), .failure(let right)):
    try require(left == right, "packed: \(left), plain: \(right)")
  case (let left, let right):
    throw BrokenProperty(description: "packed: \(left), plain: \(right)")
  }
}

/// With a low ratio: taken in pieces of any size, or refused in all.
private func requireRatioCounts(
  _ packed: [UInt8], _ declaration: SourceDeclaration, _ sizes: [Int]
) throws {
  var limits = InputLimits.standard
  (limits.gzipRatio, limits.freeBytes) = (2, 64)
  let result = try requirePiecesAgree(packed, declaration, sizes, limits: limits)
  if case .failure(let error) = result { try requireReadable(error) }
}

/// One gzip member (RFC 1952).
func packedMember(_ bytes: [UInt8], level: Int32) throws -> [UInt8] {
  var stream = z_stream()
  let status = deflateInit2_(
    &stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  try require(status == Z_OK, "zlib cannot start")
  defer { deflateEnd(&stream) }
  var input = bytes
  let bound = Int(deflateBound(&stream, UInt(bytes.count)))
  return [UInt8](unsafeUninitializedCapacity: bound) { target, count in
    input.withUnsafeMutableBufferPointer { source in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      stream.next_out = target.baseAddress
      stream.avail_out = UInt32(bound)
      _ = deflate(&stream, Z_FINISH)
      count = bound - Int(stream.avail_out)
    }
  }
}
