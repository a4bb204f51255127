import PlanFile

/// `basePlan` with a weight that is wrong at «.
private func weight(
  _ problem: PlanProblem, _ phrase: String, _ text: String, limits: PlanLimits = .standard
) -> BrokenPlan {
  BrokenPlan(problem, phrase, (Part.weight, "    weight: \(text)\n"), limits: limits)
}

private func narrow(_ change: (inout PlanLimits) -> Void) -> PlanLimits {
  var limits = PlanLimits.standard
  change(&limits)
  return limits
}

/// `basePlan` with more lines in its program.
private func more(_ problem: PlanProblem, _ phrase: String, _ text: String) -> BrokenPlan {
  BrokenPlan(problem, phrase, (Part.weight, Part.weight + text))
}

let brokenExpressions: [BrokenPlan] =
  brokenWords + brokenGrammar + brokenCalls + brokenTypes + brokenTables + brokenLayouts
  + brokenNames + brokenJoins

/// `basePlan` with a source more, and a weight that is wrong at «.
private func join(_ problem: PlanProblem, _ phrase: String, _ text: String) -> BrokenPlan {
  BrokenPlan(
    problem, phrase, (Part.columns, Part.columns + votes("votes.csv")),
    (Part.weight, "    weight: \(text)\n"))
}

private func votes(_ file: String) -> String {
  "  - {name: past-votes, file: \(file), columns: [{name: cast, type: integer}]}\n"
}

private let brokenWords: [BrokenPlan] = [
  weight(.malformedNumber, "Write every digit", "points + «1e5"),
  weight(.malformedNumber, "without separators", "points + «1_000"),
  weight(.malformedNumber, "Write 0 before the point", "points * «.5"),
  weight(.malformedNumber, "with a point", "points * «5."),
  weight(.malformedNumber, "with a point", "points * «1.2.3"),
  weight(.malformedNumber, "without zeros before it", "points * «007"),
  weight(.malformedNumber, "12.5% is 0.125", "points * «50%"),
  weight(
    .malformedNumber, "36 decimal places", "points * «0.0000000000000000000000000000000000001"),
  weight(
    .malformedNumber, "below 2^256",
    "points * «115792089237316195423570985008687907853269984665640564039457584007913129639936"),
  weight(.unknownSign, "Write = for equal", "if(points «== 1, 2, 3)"),
  weight(.unknownSign, "Write a power as a product", "points «** 2"),
  weight(.unknownSign, "Write a power as a product", "points «^ 2"),
  weight(.unknownSign, "Write `and`", "if(points > 1 «&& points < 3, 1, 0)"),
  weight(.unknownSign, "Write `or`", "if(points > 1 «|| points < 3, 1, 0)"),
  weight(.unknownSign, "Write *", "points «× 2"),
  weight(.unknownSign, "Write -", "points «− 2"),
  weight(.unknownSign, "Write <=", "if(points «≤ 2, 1, 0)"),
  weight(.unknownSign, "parentheses", "points * «[2]"),
  weight(.unknownSign, "without quotes", "points * «'2'"),
  weight(.unclosedName, "between two `", "points + «`paid"),
  weight(.unclosedName, "an empty name", "points + «``"),
  weight(
    .expressionTooLong, "under `values`", "«points + points + points",
    limits: narrow { $0.expressionBytes = 20 }),
]

private let brokenGrammar: [BrokenPlan] = [
  weight(.unfinishedExpression, "found the end", "points +«"),
  weight(.unfinishedExpression, "closing parenthesis", "(points + 1«"),
  weight(.unfinishedExpression, "closing parenthesis", "max(points, 1«"),
  weight(.unexpectedPart, "found ')'", "points + 1«)"),
  weight(.unexpectedPart, "found 'points'", "points «points"),
  weight(.unexpectedPart, "found ')'", "points + («)"),
  weight(.unexpectedPart, "found ','", "points«, 1"),
  weight(.unexpectedPart, "found '*'", "points + «* 2"),
  weight(.unexpectedPart, "found 'else'", "points + «else"),
  weight(.unexpectedPart, "in parentheses", "if(points in «3, 1, 0)"),
  weight(.unexpectedPart, "written numbers only", "if(points in (1, «points), 1, 0)"),
  weight(.chainedComparison, "a < b and b < c", "if(1 < points «< 3, 1, 0)"),
  weight(
    .expressionTooDeep, "more than 40 levels",
    String(repeating: "(", count: 40) + "«points" + String(repeating: ")", count: 40)),
  weight(.expressionTooDeep, "more than 40 levels", String(repeating: "-", count: 40) + "«points"),
  weight(
    .expressionTooDeep, "more than 40 levels",
    String(repeating: "sqrt(", count: 40) + "«" + String(repeating: "(", count: 900)),
  weight(
    .expressionTooLarge, "more than 500 parts",
    "points" + String(repeating: " + 1", count: 249) + " «+ 1"),
]

private let brokenCalls: [BrokenPlan] = [
  weight(.unknownFunction, "Did you mean 'sqrt'?", "«sqr(points)"),
  weight(.unknownFunction, "one of", "«average_of(points)"),
  weight(.wrongArgumentCount, "clamp(x, low, high)", "«clamp(points, 1)"),
  weight(.wrongArgumentCount, "max(a, b, …)", "«max(points)"),
  weight(.wrongArgumentCount, "0 arguments", "«sqrt()"),
  weight(.wrongArgumentCount, "3 arguments", "points + «sqrt(points, 2, 3)"),
  weight(.wrongArgument, "0 … 36", "round(points, «points, down)"),
  weight(.wrongArgument, "0 … 36", "round(points, «37, down)"),
  weight(.wrongArgument, "half_even", "round(points, 2, «nearest)"),
  weight(.wrongArgument, "round(x, places, rounding)", "round(points, 2, «0)"),
  weight(.wrongArgument, "0 … 100", "percentile(points, «101)"),
  weight(.wrongArgument, "0 … 100", "percentile(points, «points)"),
  weight(.wrongArgument, "0 … 100", "quantile(points, «100.1)"),
  weight(.wrongArgument, "1 … 8", "power_mean(«9, points, 1)"),
  weight(.wrongArgument, "row_median(source.column)", "row_median(«5)"),
  weight(.wrongArgument, "row_count()", "row_count(«5)"),
  weight(.unexpectedPart, "after the column", "row_median(points «+ 1)"),
  weight(.unexpectedPart, "after the column", "row_largest(points«, points)"),
  weight(.unknownValue, "Did you mean 'points'?", "row_smallest(«point)"),
  weight(.unknownSource, "another source", "row_count(«nobody)"),
  weight(.unknownSource, "another source", "row_median(«nobody.points)"),
  weight(.ownSource, "without its name", "row_median(«users.points)"),
  weight(.ownSource, "without its name", "row_count(«users)"),
  weight(.unknownFunction, "Did you mean 'row_median'?", "«row_medain(points)"),
  weight(.wrongArgument, "a column of times", "row_streak(«points, 1d)"),
  weight(.unexpectedPart, "a number", "points + «1d"),
]

private let brokenTypes: [BrokenPlan] = [
  weight(.conditionExpected, "points > 0", "if(«points, 1, 0)"),
  weight(.conditionExpected, "a condition", "if(points > 1 «and points, 1, 0)"),
  weight(.conditionExpected, "a condition", "if(«not points, 1, 0)"),
  weight(.conditionExpected, "a condition", "«if(points > 1, true, 0)"),
  weight(.numberExpected, "if(condition, 1, 0)", "(points > 1) «+ 1"),
  weight(.numberExpected, "if(condition, 1, 0)", "sqrt(«points > 1)"),
  weight(.numberExpected, "belongs into `filter`", "«points > 1"),
  weight(.numberExpected, "a number", "tiers(«true, from 1 -> 1, else 0)"),
  weight(.mixedUnits, "number(x)", "points «+ paid"),
  weight(.mixedUnits, "an amount of USD", "if(points «< paid, 1, 0)"),
  weight(.mixedUnits, "same unit", "«max(points, paid)"),
  weight(.tooManyPlaces, "round(x, 18, down)", "sqrt(points) * sqrt(points) «* 0.5"),
  weight(.tooManyPlaces, "37 decimal places", "«median(sqrt(points, 36))"),
  weight(.tooManyPlaces, "37 decimal places", "«quantile(sqrt(points, 34), 99.9)"),
  weight(.unknownValue, "Did you mean 'points'?", "2 * «point"),
  weight(.unknownValue, "a column or an earlier value", "2 * «`no such`"),
  weight(.unknownColumn, "points", "«pints"),
]

private let brokenTables: [BrokenPlan] = [
  weight(.tiersNotAscending, "10 after 10", "tiers(points, from 10 -> 1, «from 10 -> 2, else 0)"),
  weight(
    .tiersNotAscending, "10 after 10", "tiers(points, above 10 -> 1, «from 10 -> 2, else 0)"),
  weight(.tiersNotAscending, "2 after 10", "brackets(points, from 10 -> 1, «from 2 -> 2)"),
  weight(.unexpectedPart, "tiers(x, from 0 -> 1", "tiers(points, from 10 -> 1«)"),
  weight(.unexpectedPart, "from 100 -> 2", "tiers(points, «10 -> 1, else 0)"),
  weight(.unexpectedPart, "->", "tiers(points, from 10 «= 1, else 0)"),
  weight(.unexpectedPart, "from 100 -> 2", "brackets(points, «above 10 -> 1)"),
  weight(.unexpectedPart, "from 100 -> 2", "brackets(points, from 1 -> 1, «else 0)"),
  weight(
    .expressionTooLarge, "more than 3 tiers",
    "«tiers(points, "
      + (1...4).map { "from \($0) -> 1" }.joined(separator: ", ") + ", else 0)",
    limits: narrow { $0.tiers = 3 }),
  weight(
    .malformedNumber, "with 36 decimal places",
    "«tiers(sqrt(points, 36), from 1000000000000000000000000000000000000000000 -> 1, else 0)"),
]

/// The same mistake in every way of writing a text.
private let brokenLayouts: [BrokenPlan] = [
  weight(.unknownValue, "'nope'", "\"points + «nope\""),
  weight(.unknownValue, "'nope'", "'points + «nope'"),
  weight(.unknownValue, "'nope'", ">-\n      points\n        + «nope\n      * 2"),
  weight(.unknownValue, "'nope'", "|\n      points +\n\n      2 * «nope\n"),
  weight(.unknownValue, "'nope'", "points\n      + 1\n      + «nope"),
  weight(.unknownValue, "'nope'", "\"points +\n      1 + «nope\""),
  weight(.unfinishedExpression, "the end", ">-\n      points\n      +«"),
]

private let brokenNames: [BrokenPlan] = [
  more(.conditionExpected, "points > 0", "    filter: «points\n"),
  more(.unknownValue, "'nope'", "    filter: points > «nope\n"),
  more(.malformedName, "letters, digits and _", "    values: [{name: «max, value: points}]\n"),
  more(.malformedName, "letters, digits and _", "    values: [{name: «and, value: points}]\n"),
  more(.malformedName, "letters, digits and _", "    values: [{name: «a-b, value: points}]\n"),
  more(.duplicateName, "no column", "    values: [{name: «points, value: paid}]\n"),
  more(
    .duplicateName, "no column",
    "    values: [{name: a, value: points * 2}, {name: «a, value: points * 3}]\n"),
  more(
    .unknownValue, "an earlier value",
    "    values: [{name: a, value: «b * 2}, {name: b, value: points * 3}]\n"),
  more(.unknownValue, "an earlier value", "    values: [{name: a, value: 2 * «a}]\n"),
  BrokenPlan(
    .mixedUnits, "an amount of USD", (Part.weight, "    amount: «paid * 2\n")),
  BrokenPlan(
    .tooManyPlaces, "at most the 2 decimals of ACME", (Part.weight, "    amount: «points / 3\n")),
  BrokenPlan(
    .expressionTooLarge, "at most 2",
    (
      Part.weight,
      Part.weight + "    values: «[{name: a, value: 1}, {name: b, value: 1}, {name: c, value: 1}]\n"
    ), limits: narrow { $0.namedValues = 2 }),
  BrokenPlan(
    .keyNotApplicable, "carry their amounts",
    (Part.recipients, Part.recipients + "    filter: «points > 0\n")),
]

private let brokenJoins: [BrokenPlan] = [
  join(.unknownSource, "Did you mean 'past-votes'?", "points * «`past-vote`.cast"),
  weight(.unknownSource, "it lists none", "points * «votes.cast"),
  weight(.unknownSource, "it lists none", "if(listed(«votes), 1, 0)"),
  join(.unknownColumn, "Did you mean 'cast'?", "points * `past-votes`.«casts"),
  join(.unexpectedPart, "a column of past-votes", "points * `past-votes`.«(points)"),
  join(.unexpectedPart, "a column of past-votes", "points * `past-votes`.«from"),
  join(.unfinishedExpression, "a column of past-votes", "points * `past-votes`.«"),
  join(.unexpectedPart, "an operation", "points * `past-votes`.cast«.cast"),
  join(.numberExpected, "if(condition, 1, 0)", "points «+ listed(`past-votes`)"),
  weight(.ownSource, "stand without its name", "2 * «users.points"),
  weight(.ownSource, "every account stands in it", "if(listed(«users), 1, 0)"),
  weight(.wrongArgument, "a source's name", "if(listed(«1), 1, 0)"),
  weight(.unfinishedExpression, "Write listed(source)", "if(listed(«"),
  join(.wrongArgumentCount, "listed(source)", "if(«listed(`past-votes`, 1), 1, 0)"),
  join(.unexpectedPart, "closing parenthesis", "if(listed(`past-votes` «+ 1), 1, 0)"),
  weight(.wrongArgument, "a program's name", "number(allocated(«1))"),
  weight(.wrongArgumentCount, "allocated(program)", "number(«allocated(drop, grants))"),
  weight(.unknownProgram, "none does", "points + number(allocated(«dorp))"),
  weight(.laterProgram, "the program itself", "points + number(allocated(«drop))"),
  weight(.laterProgram, "move it up", "points + number(allocated(«grants))"),
  // What is wrong itself is told once, and not where it is read.
  BrokenPlan(
    .malformedPath, "below the folder", (Part.columns, Part.columns + votes("«/votes.csv")),
    (Part.weight, "    weight: points + `past-votes`.cast\n")),
  BrokenPlan(
    .unknownColumn, "points", (Part.weight, "    weight: «pionts\n"),
    (
      Part.second,
      Part.second
        + "\n  - {name: more, kind: airdrop, campaign: main, budget: 1, from: users, "
        + "weight: allocated(drop)}"
    )),
  BrokenPlan(
    .unknownProgram, "Did you mean 'drop'?",
    (
      Part.second,
      Part.second
        + "\n  - {name: more, kind: airdrop, campaign: main, budget: 1, from: users, "
        + "weight: allocated(«dorp)}"
    )),
  BrokenPlan(
    .mixedUnits, "an amount of ACME",
    (
      Part.second,
      Part.second
        + "\n  - {name: more, kind: airdrop, campaign: main, budget: 1, from: users, "
        + "weight: points «+ allocated(drop)}"
    )),
]
