import CanonicalJSON
import EthereumPrimitives
import Foundation

/// A file of the folder `Vectors` beside the test that asks for it.
public func vectors(_ name: String, from file: String = #filePath) throws -> JSON {
  let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
  let url = folder.appendingPathComponent("Vectors").appendingPathComponent(name)
  return try JSON.parse([UInt8](try Data(contentsOf: url)))
}

/// A member that a vector file has not, or as another kind of value.
public struct MissingMember: Error {
  let name: String

  public init(name: String) { self.name = name }
}

extension JSON {
  public func member(_ name: String) throws -> JSON {
    guard let member = self[name] else { throw MissingMember(name: name) }
    return member
  }

  public func textMember(_ name: String) throws -> String {
    guard let text = try member(name).text else { throw MissingMember(name: name) }
    return text
  }

  public func elementsMember(_ name: String) throws -> [JSON] {
    guard let elements = try member(name).elements else { throw MissingMember(name: name) }
    return elements
  }

  public func hashMember(_ name: String) throws -> Bytes32 {
    try Bytes32(hex: try textMember(name))
  }
}
