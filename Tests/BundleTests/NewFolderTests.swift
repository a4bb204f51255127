import Bundle
import Foundation
import TestKit
import Testing

@Suite("Folders that are there whole or not at all")
struct NewFolderTests {
  @Test("Every file is there, with its bytes, and nothing beside")
  func whole() throws {
    let folder = try TemporaryFolder()
    try NewFolder.write([("a.csv", [1, 2]), ("b.yaml", [])], to: folder.path + "/new//")
    #expect(try folder.files() == ["new/a.csv", "new/b.yaml"])
    #expect(try folder.read("new/a.csv") == [1, 2])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["new"])
  }

  @Test("Nothing is overwritten: neither a folder nor a file nor an empty folder")
  func present() throws {
    let folder = try TemporaryFolder()
    try folder.write("kept", to: "file")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/empty", withIntermediateDirectories: false)
    for name in ["file", "empty"] {
      let error = #expect(throws: BundleError.self) {
        try NewFolder.write([("a", [1])], to: folder.path + "/" + name)
      }
      #expect(error?.kind == .targetExists)
    }
    #expect(try folder.files() == ["file"])
  }

  @Test("INV-012: a file that cannot be written leaves no folder behind")
  func halfWritten() throws {
    let folder = try TemporaryFolder()
    // The second of two files of one name finds the first.
    let error = #expect(throws: BundleError.self) {
      try NewFolder.write([("a", [1]), ("a", [2])], to: folder.path + "/new")
    }
    #expect(error?.kind == .cannotWrite)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    let nowhere = #expect(throws: BundleError.self) {
      try NewFolder.write([("a", [1])], to: folder.path + "/no/such/folder")
    }
    #expect(nowhere?.kind == .cannotWrite)
  }
}
