import CanonicalJSON
import DistributionModel
import Statements

let account = "0x00000000000000000000000000000000000000a1"

let correction = """
  {"account":"\(account)","amount":"5","decision":"grant","epoch":"1","plan":"P","program":"jury",\
  "reason":"Late rows."}
  """
let redirect = """
  {"account":"\(account)","plan":"P","time":"7","to":"0x00000000000000000000000000000000000000b2"}
  """

let task = """
  {"account":"\(account)",\
  "id":"0x0000000000000000000000000000000000000000000000000000000000000001",\
  "plan":"P","points":"10","task":"login","time":"7"}
  """

func line(_ text: String, _ rules: StatementRules) throws -> StatementLine {
  try StatementLine(JSON.parse(Array(text.utf8)), as: rules)
}

let tasks = StatementRules.tasks(signers: [])
let corrections = StatementRules.corrections(signers: [])
