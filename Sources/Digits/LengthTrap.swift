import Foundation

/// What the handler says, set before it can be called: a C string that stays for good.
nonisolated(unsafe) private var message = UnsafePointer<CChar>(strdup(""))

/// Ends this process with a message and exit code 2 where Foundation's URL loading traps, while a download runs.
///
/// On Linux it turns the `Content-Length` of an answer into an `Int64` without looking, before anybody sees the answer:
/// a length of 2⁶³ − 512 or more is an illegal instruction. Such an answer cannot be refused, and the program cannot go
/// on; what it has written is kept. The handler calls only what a signal's handler may call.
struct LengthTrap {
  #if os(Linux)
    private static let signals = [SIGILL, SIGTRAP]
    private let before: [sigaction]

    init(name: String) {
      let text =
        "\(name): expected an answer of HTTP whose length a file can have, "
        + "received one that Foundation cannot read\n"
      message = UnsafePointer(strdup(text))
      var own = sigaction()
      own.__sigaction_handler.sa_handler = { _ in
        if let message { _ = write(STDERR_FILENO, message, strlen(message)) }
        _exit(2)
      }
      before = Self.signals.map { number in
        var old = sigaction()
        sigaction(number, &own, &old)
        return old
      }
    }

    func end() {
      for (number, action) in zip(Self.signals, before) {
        var action = action
        sigaction(number, &action, nil)
      }
    }
  #else
    init(name: String) {}
    func end() {}
  #endif
}
