import CanonicalJSON
import EthereumPrimitives
import TestKit
import Testing

@Suite("Typed data (EIP-712)")
struct TypedDataTests {
  @Test("The EIP's own example, step by step")
  func mail() throws {
    let mail = try TypedData(
      domain: MailExample.domain(), types: MailExample.types, primaryType: "Mail",
      message: MailExample.message())
    #expect(
      try mail.types.encodeType("Mail")
        == "Mail(Person from,Person to,string contents)Person(string name,address wallet)")
    #expect(
      try mail.types.typeHash("Mail").hex
        == "0xa0cedeb2dc280ba39b857546d74f5549c3a1d7bdc2dd96bf881f76108e23dac2")
    #expect(
      try mail.types.encodeData(mail.message, as: "Mail")
        == hex(
          """
          fc71e5fa27ff56c350aa531bc129ebdf613b772b6604664f5d8dbe21b85eb0c8
          cd54f074a4af31b4411ff6a60c9719dbd559c221c8ac3492d9d872b041d703d1
          b5aadf3154a261abdd9086fc627b61efca26ae5702701d05cd2305f7c52a2fc8
          """))
    #expect(
      try mail.messageHash().hex
        == "0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e")
    #expect(
      try mail.domainSeparator().hex
        == "0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f")
    #expect(
      try mail.digest().hex
        == "0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2")
  }

  private func request(types: String, primaryType: String, domain: String, message: String) throws
    -> TypedData
  {
    let domainType = """
      "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "version", "type": "string"},
        {"name": "chainId", "type": "uint256"}, {"name": "verifyingContract", "type": "address"}]
      """
    let text = """
      {"types": {\(types), \(domainType)}, "primaryType": "\(primaryType)",
       "domain": {"name": "\(domain)", "version": "1", "chainId": 1,
         "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
       "message": \(message)}
      """
    return try TypedData(json: JSON.parse(Array(text.utf8)))
  }

  @Test("The example of MetaMask's eth-sig-util with arrays of structures")
  func arraysOfStructures() throws {
    let mail = try request(
      types: """
        "Person": [{"name": "name", "type": "string"}, {"name": "wallets", "type": "address[]"}],
        "Mail": [{"name": "from", "type": "Person"}, {"name": "to", "type": "Person[]"},
          {"name": "contents", "type": "string"}],
        "Group": [{"name": "name", "type": "string"}, {"name": "members", "type": "Person[]"}]
        """,
      primaryType: "Mail", domain: "Ether Mail",
      message: """
        {"from": {"name": "Cow", "wallets": ["0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826",
           "0xDeaDbeefdEAdbeefdEadbEEFdeadbeEFdEaDbeeF"]},
         "to": [{"name": "Bob", "wallets": ["0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB",
           "0xB0BdaBea57B0BDABeA57b0bdABEA57b0BDabEa57",
           "0xB0B0b0b0b0b0B000000000000000000000000000"]}],
         "contents": "Hello, Bob!"}
        """)
    #expect(
      try mail.types.encodeType("Group")
        == "Group(string name,Person[] members)Person(string name,address[] wallets)")
    #expect(
      try mail.types.encodeData(mail.message, as: "Mail")
        == hex(
          """
          9b4846dd48b866f0ac54d61b9b21a9e746f921cefa4ee94c4c0a1c49c774f67f
          ca322beec85be24e374d18d582a6f2997f75c54e7993ab5bc07404ce176ca7cd
          b5aadf3154a261abdd9086fc627b61efca26ae5702701d05cd2305f7c52a2fc8
          """))
    #expect(
      try mail.digest().hex
        == "0xa85c2e2b118698e88db68a8105b794a8cc7cec074e89ef991cb4f5f533819cc2")
  }

  @Test(
    "The example of MetaMask's eth-sig-util with a family: who is not there is the word zero",
    arguments: ["", #""mother": null, "#])
  func recursive(motherless: String) throws {
    let family = try request(
      types: """
        "Person": [{"name": "name", "type": "string"}, {"name": "mother", "type": "Person"},
          {"name": "father", "type": "Person"}]
        """,
      primaryType: "Person", domain: "Family Tree",
      message: """
        {"name": "Jon",
         "mother": {"name": "Lyanna", \(motherless)"father": {"name": "Rickard"}},
         "father": {"name": "Rhaegar", "father": {"name": "Aeris II", \(motherless)"father": null}}}
        """)
    #expect(
      try family.types.encodeType("Person") == "Person(string name,Person mother,Person father)")
    guard case .structure(let mother) = family.message["mother"] else {
      Issue.record("the mother is a structure")
      return
    }
    #expect(
      try family.types.encodeData(mother, as: "Person")
        == hex(
          """
          afe4142a2b3e7b0503b44951e6030e0e2c5000ef83c61857e2e6003e7aef8570
          0000000000000000000000000000000000000000000000000000000000000000
          88f14be0dd46a8ec608ccbff6d3923a8b4e95cdfc9648f0db6d92a99a264cb36
          """))
    #expect(
      try family.types.hashStruct(mother, as: "Person").hex
        == "0x9ebcfbf94f349de50bcb1e3aa4f1eb38824457c99914fefda27dcf9f99f6178b")
    #expect(
      try family.messageHash().hex
        == "0xfdc7b6d35bbd81f7fa78708604f57569a10edff2ca329c8011373f0667821a45")
    #expect(
      try family.digest().hex
        == "0x807773b9faa9879d4971b43856c4d60c2da15c6f8c062bd9d33afefb756de19c")
  }

  @Test("Requests of every kind have eth_account's hashes")
  func peer() throws {
    let cases = try vectors("typed_data.json").elementsMember("cases")
    #expect(cases.count == 115)
    for entry in cases {
      let data = try TypedData(json: try entry.member("request"))
      let name = try entry.textMember("encodeType")
      #expect(try data.types.encodeType(data.primaryType) == name)
      #expect(
        try data.types.typeHash(data.primaryType).hex == entry.textMember("typeHash"), "\(name)")
      #expect(
        try data.domainSeparator().hex == entry.textMember("domainSeparator"), "\(name)")
      #expect(try data.messageHash().hex == entry.textMember("messageHash"), "\(name)")
      #expect(try data.digest().hex == entry.textMember("digest"), "\(name)")
    }
  }

  @Test("A domain of its own members has the separator of the same request")
  func domains() throws {
    for entry in try vectors("typed_data.json").elementsMember("cases") {
      let json = try entry.member("request").member("domain")
      let data = try TypedData(
        domain: TypedDataDomain(
          name: json["name"]?.text, version: json["version"]?.text,
          chainId: try json["chainId"]?.text.map { try UInt256(decimal: $0) },
          verifyingContract: try json["verifyingContract"]?.text.map { try Address($0) },
          salt: try json["salt"]?.text.map { try Bytes32(hex: $0) }),
        types: MailExample.types, primaryType: "Mail", message: MailExample.message())
      #expect(try data.domainSeparator().hex == entry.textMember("domainSeparator"))
    }
  }

  @Test("Types that name their own EIP712Domain keep it")
  func ownDomainType() throws {
    var types = MailExample.types
    types["EIP712Domain"] = [
      TypedDataMember("uint256", "chainId"), TypedDataMember("string", "name"),
    ]
    let data = try TypedData(
      domain: TypedDataDomain(name: "Ether Mail", chainId: 1), types: types, primaryType: "Mail",
      message: MailExample.message())
    let signature = "EIP712Domain(uint256 chainId,string name)"
    #expect(try data.types.encodeType("EIP712Domain") == signature)
    let preimage =
      Keccak256.hash(utf8: signature).bytes
      + UInt256(1).bytes32.bytes + Keccak256.hash(utf8: "Ether Mail").bytes
    #expect(try data.domainSeparator() == Keccak256.hash(preimage))
  }

  @Test("The digest changes with the domain, the type and every value")
  func changes() throws {
    func digest(
      _ domain: TypedDataDomain, _ member: String, _ type: String, _ value: ABIValue
    ) throws -> Bytes32 {
      try TypedData(
        domain: domain, types: ["Gift": [TypedDataMember(type, member)]], primaryType: "Gift",
        message: [member: .plain(value)]
      ).digest()
    }
    let domain = TypedDataDomain(name: "A", chainId: 1)
    let digests = try [
      digest(domain, "value", "uint256", .uint(5)), digest(domain, "value", "uint256", .uint(6)),
      digest(domain, "value", "uint128", .uint(5)), digest(domain, "amount", "uint256", .uint(5)),
      digest(TypedDataDomain(name: "A", chainId: 2), "value", "uint256", .uint(5)),
      digest(TypedDataDomain(name: "B", chainId: 1), "value", "uint256", .uint(5)),
      digest(TypedDataDomain(name: "A", version: "1", chainId: 1), "value", "uint256", .uint(5)),
      digest(TypedDataDomain(), "value", "uint256", .uint(5)),
    ]
    #expect(Set(digests).count == digests.count)
  }
}
