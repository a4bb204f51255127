import Bundle
import DistributionModel
import EthereumPrimitives
import Foundation
import TestKit
import Testing

@Suite("INV-012: a bundle is written whole or not at all")
struct AtomicWritingTests {
  private func names(in folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test("What has the name is left as it is: a folder, a file, a link to nowhere")
  func existing() throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "folder/file")
    try folder.write("mine", to: "file")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link", withDestinationPath: "nowhere")
    for name in ["folder", "file", "link"] {
      let error = #expect(throws: BundleError.self) {
        try BundleWriter.write(try SmallBundle.contents(), to: "\(folder.path)/\(name)")
      }
      #expect(error?.kind == .targetExists)
    }
    #expect(try names(in: folder) == ["file", "folder", "link"])
    #expect(try folder.read("folder/file") == Array("mine".utf8))
    #expect(try folder.files(below: "folder") == ["file"])
  }

  @Test("A folder that cannot be made says so", arguments: ["missing/bundle", "file/bundle"])
  func unwritable(name: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "file")
    let error = #expect(throws: BundleError.self) {
      try BundleWriter.write(try SmallBundle.contents(), to: "\(folder.path)/\(name)")
    }
    #expect(error?.kind == .cannotWrite)
    #expect(try names(in: folder) == ["file"])
  }

  @Test("A failure in the middle leaves nothing behind")
  func failureInTheMiddle() throws {
    let folder = try TemporaryFolder()
    let small = try SmallBundle.contents()
    // The data files can be written, the folder of this campaign's proofs cannot.
    let long = CampaignEntitlements(
      name: String(repeating: "long", count: 80), identifier: .zero,
      entitlements: Entitlements(accounts: [account(1)], amounts: [units(1)]))
    let contents = BundleContents(
      plan: small.plan, planBytes: small.planBytes, epoch: small.epoch, inputs: small.inputs,
      outcomes: small.outcomes, campaigns: small.campaigns + [long], derived: small.derived)
    var wasThere = false
    let error = #expect(throws: BundleError.self) {
      try BundleWriter.write(contents, to: folder.path + "/bundle") { step in
        guard step.hasPrefix("writing proofs of long") else { return }
        let partial = (try? names(in: folder)) ?? []
        wasThere = partial.count == 1 && partial[0].hasSuffix(".partial")
      }
    }
    #expect(error?.kind == .cannotWrite)
    #expect(error?.found == "File name too long")
    #expect(wasThere)
    #expect(try names(in: folder) == [])
  }

  @Test("A file that cannot be made leaves nothing behind either, and says why")
  func failureOfAFile() throws {
    let folder = try TemporaryFolder()
    let small = try SmallBundle.contents()
    let declaration = SourceDeclaration(
      name: String(repeating: "long", count: 80), file: "x.csv", format: .csv, columns: [])
    let input = CanonicalInput(declaration, sorting: SourceRows(source: "x", columnCount: 0))
    let contents = BundleContents(
      plan: small.plan, planBytes: small.planBytes, epoch: small.epoch, inputs: [input],
      outcomes: small.outcomes, campaigns: small.campaigns, derived: small.derived)
    let error = #expect(throws: BundleError.self) {
      try BundleWriter.write(contents, to: folder.path + "/bundle")
    }
    #expect(error?.kind == .cannotWrite)
    #expect(error?.found == "File name too long")
    #expect(try names(in: folder) == [])
  }

  @Test("Until it is whole the bundle's name is free; who takes it meanwhile keeps it")
  func raced() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: BundleError.self) {
      try BundleWriter.write(try SmallBundle.contents(), to: folder.path + "/bundle") { step in
        guard step == "writing proofs of team" else { return }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/bundle"))
        _ = try? folder.write("mine", to: "bundle/file")
      }
    }
    #expect(error?.kind == .cannotWrite)
    #expect(try folder.files() == ["bundle/file"])
    #expect(try names(in: folder) == ["bundle"])
  }

  @Test("What a killed process left behind is not in the way, and stays as it is")
  func leftover() throws {
    let folder = try TemporaryFolder()
    let process = ProcessInfo.processInfo.processIdentifier
    try folder.write("left", to: "bundle.\(process).partial/commitment.json")
    _ = try BundleWriter.write(try SmallBundle.contents(), to: folder.path + "/bundle")
    #expect(try names(in: folder) == ["bundle", "bundle.\(process).partial"])
    #expect(try folder.read("bundle.\(process).partial/commitment.json") == Array("left".utf8))
    _ = try BundleReader.load(folder.path + "/bundle")
  }

  @Test("A slash at the end of the name means the same folder")
  func slash() throws {
    let folder = try TemporaryFolder()
    _ = try BundleWriter.write(try SmallBundle.contents(), to: folder.path + "/bundle//")
    #expect(try names(in: folder) == ["bundle"])
    #expect(throws: BundleError.self) {
      try BundleWriter.write(try SmallBundle.contents(), to: folder.path + "/bundle/")
    }
    #expect(try BundleReader.load(folder.path + "/bundle/").commitment.epoch == 0)
  }

  @Test("Without proofs there are none, and all the rest is the same")
  func withoutProofs() throws {
    var options = BundleWriter.Options()
    options.writesProofs = false
    let bare = try BundleFolder(try SmallBundle.contents(), options: options)
    let whole = try BundleFolder(try SmallBundle.contents())
    let rest = try whole.folder.files().filter { !$0.contains("/proofs/") }
    #expect(try bare.folder.files() == rest)
    for name in rest { #expect(try bare.folder.read(name) == whole.folder.read(name), "\(name)") }
    #expect(try bare.load().identity == whole.load().identity)
  }

  @Test("Of a child the live file names the parent's root, of a first root none")
  func live() throws {
    let child = try BundleFolder(try ChildBundle.contents())
    let root = try ChildBundle.contents().campaigns[0].parentRoot
    let zero = "0x" + String(repeating: "0", count: 64)
    #expect(
      String(decoding: try child.bytes("live.json"), as: UTF8.self)
        == "{\"campaigns\":[{\"campaign\":\"\(zero)\",\"live\":\"\(root.hex)\",\"name\":\"main\"}],"
        + "\"format\":\"sluice-live-v1\"}")
  }
}
