import Fuzz
import Testing

@Test("placeholder") func x() { #expect(FuzzTarget.all.count > 1) }
