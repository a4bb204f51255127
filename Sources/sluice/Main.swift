import SluiceCommands

@main
struct Main {
  static func main() {
    SluiceCommandLine.main()
  }
}
