import ArgumentParser
import CanonicalJSON
import Dispatch
import Foundation
import Reporting
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What every command takes.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  @Flag(help: "Print without colours; so does the environment's NO_COLOR.")
  var noColor = false
}

/// Where a command speaks: results to standard output, progress and errors to standard error.
struct Console: Sendable {
  let json: Bool
  /// True where standard error is a terminal that a person watches.
  let isWatched: Bool
  /// True where colours are wanted: a terminal, and no `NO_COLOR` (https://no-color.org).
  let isColoured: Bool
  /// Signs per line: of the terminal, and 80 where there is none.
  let width: Int

  init(_ options: OutputOptions) {
    json = options.json
    isWatched = isatty(STDERR_FILENO) == 1
    let noColor = getenv("NO_COLOR").map { String(cString: $0) } ?? ""
    isColoured = isatty(STDOUT_FILENO) == 1 && noColor.isEmpty && !options.noColor
    width = Self.terminalWidth
  }

  private static var terminalWidth: Int {
    var size = winsize()
    guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0,
      size.ws_col > 0
    else { return 80 }
    return Int(size.ws_col)
  }

  /// Prints the result: the lines for people, or the object for programs.
  ///
  /// The object carries `format: sluice.<command>.v1` as its first statement of what it is.
  func result(_ lines: [String], _ command: String, _ members: @autoclosure () -> [JSON.Member]) {
    if json {
      let format = JSON.Member(key: "format", value: .string("sluice.\(command).v1"))
      print(JSON.object([format] + members()).prettyText())
    } else {
      for line in lines { print(coloured(Printable.text(line))) }
    }
  }

  /// Says on standard error what is being done, where somebody watches.
  func progress(_ text: String) {
    guard isWatched else { return }
    write(standardError: "\r\u{1B}[K\(Printable.text(text))")
  }

  func endProgress() {
    guard isWatched else { return }
    write(standardError: "\r\u{1B}[K")
  }

  /// Says on standard error something that is worth knowing either way.
  func note(_ text: String) {
    write(standardError: "note: \(Printable.text(text))\n")
  }

  /// Marks a line as good news: green, where colours are wanted.
  func good(_ text: String) -> String { isColoured ? Self.goodMark + text : text }
  /// Marks a line as bad news: red, where colours are wanted.
  func bad(_ text: String) -> String { isColoured ? Self.badMark + text : text }

  /// Private-use characters stand for colours until what others wrote has been made harmless.
  private static let goodMark = "\u{E000}"
  private static let badMark = "\u{E001}"

  private func coloured(_ line: String) -> String {
    guard isColoured, let mark = line.first.map(String.init) else { return line }
    switch mark {
    case Self.goodMark: return "\u{1B}[32m\(line.dropFirst())\u{1B}[0m"
    case Self.badMark: return "\u{1B}[31m\(line.dropFirst())\u{1B}[0m"
    default: return line
    }
  }
}

/// Shows at once what was printed, to a pipe too.
func flushOutput() { fflush(nil) }

/// Runs work that other tasks do, and waits for its end.
func waiting<Value: Sendable>(
  _ body: @escaping @Sendable () async throws -> Value
) throws -> Value {
  let end = DispatchSemaphore(value: 0)
  let result = Mutex<Result<Value, any Error>?>(nil)
  Task.detached {
    let value: Result<Value, any Error>
    do { value = .success(try await body()) } catch { value = .failure(error) }
    result.withLock { $0 = value }
    end.signal()
  }
  end.wait()
  guard let value = result.withLock({ $0 }) else { preconditionFailure("the task has ended") }
  return try value.get()
}

func write(standardError text: String) {
  // Nobody can be told that standard error is closed.
  try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
}
