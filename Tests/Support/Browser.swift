import Foundation
import Testing

/// A headless Chromium, in which a test opens a page and does what a person does: clicks, keys, typing.
///
/// All calls wait for their answer. See ``withBrowser(width:isDark:seconds:_:)``.
public final class Browser {
  public struct Problem: Error, CustomStringConvertible {
    public let description: String
  }

  /// The browser of this machine, or nil. A package that only names another one does not start.
  public static let program: URL? = {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    let mac = URL(filePath: "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    let found =
      names.compactMap(installedProgram) + (FileManager.default.isExecutableFile(atPath: mac.path) ? [mac] : [])
    return found.first { (try? runChild($0, ["--version"], seconds: 20).code) == 0 }
  }()

  private let process: BrowserProcess
  private var loads = 0
  /// What the page complained of: errors of its script, requests that its policy refused.
  public private(set) var complaints: [String] = []
  /// The addresses that were asked for, in their order.
  public private(set) var requests: [String] = []

  fileprivate init(_ process: BrowserProcess, width: Int, isDark: Bool) throws {
    self.process = process
    try resize(width: width)
    try allowScripts(true)
    try media("screen", isDark: isDark)
  }

  /// Leaves the page, so that nothing of it goes on in the next test.
  fileprivate func close() {
    if let nothing = URL(string: "about:blank") { try? open(nothing) }
  }

  // MARK: Pages

  public func open(_ page: URL) throws {
    let before = loads
    try send("Page.navigate", ["url": page.absoluteString])
    while loads == before { note(try process.message()) }
  }

  /// Gives the window another width; below 500 it is that of a telephone.
  public func resize(width: Int) throws {
    try send(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500])
  }

  public func media(_ medium: String, isDark: Bool = false) throws {
    let scheme = ["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]
    try send("Emulation.setEmulatedMedia", ["media": medium, "features": [scheme]])
  }

  /// Whether the pages that are opened from now on may run scripts; `value` can always ask.
  public func allowScripts(_ isAllowed: Bool) throws {
    try send("Emulation.setScriptExecutionDisabled", ["value": !isAllowed])
  }

  /// The value of a JavaScript expression; a promise is waited for.
  @discardableResult public func value(_ expression: String) throws -> Any? {
    let answer = try send(
      "Runtime.evaluate", ["expression": expression, "returnByValue": true, "awaitPromise": true])
    if let details = answer["exceptionDetails"] { throw Problem(description: "\(expression): \(details)") }
    return (answer["result"] as? [String: Any])?["value"]
  }

  /// The value of an expression, decoded from its JSON.
  public func value<Value: Decodable>(_ expression: String, as type: Value.Type) throws -> Value {
    guard let text = try value("JSON.stringify(\(expression))") as? String else {
      throw Problem(description: "\(expression): expected a value, found none")
    }
    return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }

  /// Waits until the page has drawn what was changed.
  public func settle() throws {
    try value("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))")
  }

  // MARK: Mouse and keyboard

  /// Presses the mouse on an element, at a share of its width.
  public func click(_ selector: String, at share: Double = 0.5) throws {
    struct Box: Decodable { var x, y, width, height: Double }
    let box = try value(
      """
      (() => { const element = document.querySelector('\(selector)'); element.scrollIntoView({ block: "center" });
      const { x, y, width, height } = element.getBoundingClientRect(); return { x, y, width, height }; })()
      """, as: Box.self)
    let place: [String: Any] = ["x": box.x + box.width * share, "y": box.y + box.height / 2, "button": "left"]
    for kind in ["mousePressed", "mouseReleased"] {
      try send("Input.dispatchMouseEvent", place.merging(["type": kind, "clickCount": 1]) { $1 })
    }
    try settle()
  }

  /// Moves the pressed mouse through points that are shares of an element's width and height.
  public func drag(_ selector: String, through points: [(x: Double, y: Double)]) throws {
    struct Box: Decodable { var x, y, width, height: Double }
    let box = try value(
      """
      (() => { const element = document.querySelector('\(selector)'); element.scrollIntoView({ block: "center" });
      const { x, y, width, height } = element.getBoundingClientRect(); return { x, y, width, height }; })()
      """, as: Box.self)
    func event(_ kind: String, _ point: (x: Double, y: Double)) throws {
      try send(
        "Input.dispatchMouseEvent",
        [
          "type": kind, "x": box.x + box.width * point.x, "y": box.y + box.height * point.y, "button": "left",
          "buttons": kind == "mouseReleased" ? 0 : 1, "clickCount": 1,
        ])
    }
    guard let first = points.first, let last = points.last else { return }
    try event("mousePressed", first)
    for point in points { try event("mouseMoved", point) }
    try event("mouseReleased", last)
    try settle()
  }

  public func focus(_ selector: String) throws { try value("document.querySelector('\(selector)').focus()") }

  /// Presses keys one after the other: a letter, or one with a name as `ArrowRight`.
  public func press(_ keys: String...) throws { try press(keys) }

  public func press(_ keys: [String]) throws {
    let codes = ["ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Enter": 13, "Tab": 9, " ": 32]
    for key in keys {
      var event: [String: Any] = [
        "key": key, "code": key == " " ? "Space" : key, "windowsVirtualKeyCode": codes[key] ?? 0,
      ]
      if key.count == 1 || key == "Enter" { event["text"] = key == "Enter" ? "\r" : key }
      for kind in ["keyDown", "keyUp"] { try send("Input.dispatchKeyEvent", event.merging(["type": kind]) { $1 }) }
    }
    try settle()
  }

  /// Types a text in the place of what a field holds.
  public func type(_ text: String, into selector: String) throws {
    try focus(selector)
    try value("document.querySelector('\(selector)').select()")
    try send("Input.insertText", ["text": text])
    try settle()
  }

  // MARK: Messages

  @discardableResult private func send(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    try process.send(method, parameters, process.session, note)
  }

  private func note(_ event: [String: Any]) {
    let parameters = event["params"] as? [String: Any] ?? [:]
    switch event["method"] as? String {
    case "Page.loadEventFired": loads += 1
    case "Network.requestWillBeSent":
      requests.append((parameters["request"] as? [String: Any])?["url"] as? String ?? "")
    case "Runtime.exceptionThrown": complaints.append("\(parameters["exceptionDetails"] ?? "")")
    case "Log.entryAdded": complaints.append("\((parameters["entry"] as? [String: Any])?["text"] ?? "")")
    default: break
    }
  }
}

/// The browser itself.
///
/// It is spoken to through a pipe, in JSON messages that end with a zero byte (the DevTools protocol).
private final class BrowserProcess {
  private let process = Process()
  private let (input, output) = (Pipe(), Pipe())
  private let profile = TemporaryFolder()
  private var pending = Data()
  private var messages = 0
  /// Of the one window.
  private(set) var session: String?

  var isRunning: Bool { process.isRunning }

  init() throws {
    guard let program = Browser.program else { throw Browser.Problem(description: "no Chromium on this machine") }
    // Chromium reads messages from descriptor 3 and writes them to descriptor 4.
    let command =
      #"exec "$0" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --remote-debugging-pipe "#
      + #"--disable-features=BackForwardCache --user-data-dir="$1" about:blank 3<&0 4>&1 0</dev/null >/dev/null 2>&1"#
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command, program.path, profile.url.path]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try limited(to: 60) {
      let targets = try send("Target.getTargets")["targetInfos"] as? [[String: Any]] ?? []
      let page = targets.first { $0["type"] as? String == "page" }?["targetId"] ?? ""
      session = try send("Target.attachToTarget", ["targetId": page, "flatten": true])["sessionId"] as? String
      for domain in ["Page", "Runtime", "Log", "Network"] { try send(domain + ".enable", [:], session) }
    }
  }

  func end() {
    _ = try? send("Browser.close")
    process.terminate()
    process.waitUntilExit()
  }

  /// After `seconds` the browser is killed, and whoever waits for an answer gets an error.
  func limited<Result>(to seconds: Double, _ work: () throws -> Result) rethrows -> Result {
    let identifier = process.processIdentifier
    let alarm = DispatchWorkItem { kill(identifier, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds, execute: alarm)
    defer { alarm.cancel() }
    return try work()
  }

  /// Sends a message and waits for the answer; events that come before it are noted.
  @discardableResult func send(
    _ method: String, _ parameters: [String: Any] = [:], _ session: String? = nil,
    _ note: ([String: Any]) -> Void = { _ in }
  ) throws -> [String: Any] {
    messages += 1
    var request: [String: Any] = ["id": messages, "method": method, "params": parameters]
    if let session { request["sessionId"] = session }
    try input.fileHandleForWriting.write(contentsOf: JSONSerialization.data(withJSONObject: request) + [0])
    while true {
      let answer = try message()
      guard answer["id"] as? Int == messages else {
        note(answer)
        continue
      }
      if let error = answer["error"] { throw Browser.Problem(description: "\(method): \(error)") }
      return answer["result"] as? [String: Any] ?? [:]
    }
  }

  func message() throws -> [String: Any] {
    while true {
      if let end = pending.firstIndex(of: 0) {
        let data = pending[pending.startIndex..<end]
        pending = Data(pending[(end + 1)...])
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
      }
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { throw Browser.Problem(description: "the browser ended") }
      pending.append(data)
    }
  }
}

/// The one browser of all tests, with one window: both take longer to start than a page. One test at a time has it.
private enum TheBrowser {
  static let lock = NSLock()
  nonisolated(unsafe) static var process: BrowserProcess?
}

/// Lends the browser for some work, which may take `seconds`.
public func withBrowser<Result>(
  width: Int = 1280, isDark: Bool = false, seconds: Double = 240, _ work: (Browser) throws -> Result
) throws -> Result {
  TheBrowser.lock.lock()
  defer { TheBrowser.lock.unlock() }
  if TheBrowser.process?.isRunning != true { TheBrowser.process = try BrowserProcess() }
  guard let process = TheBrowser.process else { throw Browser.Problem(description: "the browser did not start") }
  return try process.limited(to: seconds) {
    let browser = try Browser(process, width: width, isDark: isDark)
    defer { browser.close() }
    return try work(browser)
  }
}

/// For a suite whose tests need the browser: it ends after the last of them.
public struct EndingTheBrowser: SuiteTrait, TestScoping {
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    defer {
      TheBrowser.lock.withLock {
        TheBrowser.process?.end()
        TheBrowser.process = nil
      }
    }
    try await function()
  }
}

extension Trait where Self == EndingTheBrowser {
  /// Ends the browser after the suite.
  public static var endingTheBrowser: EndingTheBrowser { EndingTheBrowser() }
}
