/// One thing a command line can say: a flag, an option with a value, or a positional argument.
///
///     let units = Option.integer("units", default: 13, in: 1...512, "units of the layer")
///     let arguments = Command("chapter-lstm", "The LSTM by hand.", [units]).parseOrExit()
///     arguments[units]                                   // 13, or what `--units 20` said
///
/// The type of the value belongs to the option, so what a program reads needs no cast and cannot be misspelled.
public struct Option<Value: Sendable>: Sendable {
  /// The name without dashes; of a positional argument its placeholder, as in `PATH`.
  public let name: String
  /// What it changes, in a few words, for `--help`.
  public let help: String
  /// How it stands on the command line.
  public let form: OptionForm
  /// What `--help` and errors say is allowed, as in "a whole number from 1 to 512".
  public let allowed: String
  /// The value when the command line says nothing.
  public let fallback: Value

  let show: @Sendable (Value) -> String
  let read: @Sendable ([String]) -> Value?
}

/// How an option stands on the command line.
public enum OptionForm: Sendable, Equatable {
  /// `--name`
  case flag
  /// `--name VALUE` or `--name=VALUE`.
  case value(placeholder: String, isRequired: Bool, isRepeated: Bool)
  /// A word without dashes; `count` says how many of them.
  case positional(count: ClosedRange<Int>)
}

/// An option whose value type does not matter: what `Command` needs for reading and for `--help`.
public protocol OptionDescription: Sendable {
  var name: String { get }
  var help: String { get }
  var form: OptionForm { get }
  var allowed: String { get }
  /// The default as `--help` shows it; empty where there is none to show.
  var fallbackText: String { get }
  /// The value in `arguments`, as `--help` would show it.
  func text(in arguments: Arguments) -> String
  /// Whether the words are a value of this option.
  func accepts(_ words: [String]) -> Bool
}

extension Option: OptionDescription {
  public var fallbackText: String { show(fallback) }
  public func text(in arguments: Arguments) -> String { show(arguments[self]) }
  public func accepts(_ words: [String]) -> Bool { read(words) != nil }
}

extension Option where Value == Bool {
  /// `--name`: true when it is given.
  public static func flag(_ name: String, _ help: String) -> Option {
    Option(
      name: name, help: help, form: .flag, allowed: "nothing after it", fallback: false, show: { $0 ? "on" : "" },
      read: { _ in true })
  }
}

extension Option where Value == Int {
  /// A whole number within a range.
  public static func integer(
    _ name: String, default fallback: Int, in range: ClosedRange<Int> = 0...Int.max, _ help: String
  ) -> Option {
    let upper = range.upperBound == Int.max ? "\(range.lowerBound) up" : "\(range.lowerBound) to \(range.upperBound)"
    return Option(
      name: name, help: help, form: .single("N"), allowed: "a whole number from \(upper)", fallback: fallback,
      show: { String($0) }, read: { Int($0[0]).flatMap { range.contains($0) ? $0 : nil } })
  }
}

extension Option where Value == Double {
  /// A finite number within a range.
  public static func number(
    _ name: String, default fallback: Double, in range: ClosedRange<Double>, _ help: String
  ) -> Option {
    Option(
      name: name, help: help, form: .single("X"),
      allowed: "a number from \(range.lowerBound) to \(range.upperBound)", fallback: fallback, show: { String($0) },
      read: { Double($0[0]).flatMap { range.contains($0) ? $0 : nil } })
  }
}

extension Option where Value: CaseIterable & RawRepresentable, Value.RawValue == String, Value.AllCases: Sendable {
  /// One of an enumeration's cases, by its raw value.
  public static func choice(_ name: String, default fallback: Value, _ help: String) -> Option {
    Option(
      name: name, help: help, form: .single("NAME"), allowed: oneOf(Value.allCases.map(\.rawValue)),
      fallback: fallback, show: { $0.rawValue }, read: { Value(rawValue: $0[0]) })
  }
}

extension Option where Value == String {
  /// One of the words in `choices`; without a default it must be given.
  public static func choice(
    _ name: String, of choices: [String], default fallback: String? = nil, _ help: String
  ) -> Option {
    Option(
      name: name, help: help, form: .single("NAME", isRequired: fallback == nil), allowed: oneOf(choices),
      fallback: fallback ?? "", show: { $0 }, read: { choices.contains($0[0]) ? $0[0] : nil })
  }

  /// Any text that is not empty; without a default it must be given.
  public static func text(
    _ name: String, _ placeholder: String = "TEXT", default fallback: String? = nil, _ help: String
  ) -> Option {
    Option(
      name: name, help: help, form: .single(placeholder, isRequired: fallback == nil), allowed: "a text",
      fallback: fallback ?? "", show: { $0 }, read: { $0[0].isEmpty ? nil : $0[0] })
  }

  /// A positional argument that must be there, as `IN` in `convert-weights IN OUT`.
  public static func positional(_ placeholder: String, _ help: String) -> Option {
    Option(
      name: placeholder, help: help, form: .positional(count: 1...1), allowed: help, fallback: "", show: { $0 },
      read: { $0[0].isEmpty ? nil : $0[0] })
  }
}

extension Option where Value == String? {
  /// A positional argument that may be left out.
  public static func optionalPositional(_ placeholder: String, _ help: String) -> Option {
    Option(
      name: placeholder, help: help, form: .positional(count: 0...1), allowed: help, fallback: nil,
      show: { $0 ?? "" }, read: { $0[0].isEmpty ? nil : .some($0[0]) })
  }

  /// Any text that is not empty, such as a file's name; nil when it is not given.
  public static func optional(_ name: String, _ placeholder: String, _ help: String) -> Option {
    Option(
      name: name, help: help, form: .single(placeholder), allowed: "a text", fallback: nil, show: { $0 ?? "" },
      read: { $0[0].isEmpty ? nil : .some($0[0]) })
  }
}

extension Option where Value == [String] {
  /// An option that may be given several times.
  public static func repeated(_ name: String, _ placeholder: String, _ help: String) -> Option {
    Option(
      name: name, help: help, form: .value(placeholder: placeholder, isRequired: false, isRepeated: true),
      allowed: "a text", fallback: [], show: { $0.joined(separator: " ") }, read: { $0.contains("") ? nil : $0 })
  }

  /// The rest of the positional arguments, as `PATH …`; `default` stands for none.
  public static func positionals(
    _ placeholder: String, atLeast least: Int = 0, default fallback: [String] = [], _ help: String
  ) -> Option {
    Option(
      name: placeholder, help: help, form: .positional(count: least...Int.max), allowed: help, fallback: fallback,
      show: { $0.joined(separator: " ") }, read: { $0.contains("") ? nil : $0 })
  }
}

extension OptionForm {
  static func single(_ placeholder: String, isRequired: Bool = false) -> OptionForm {
    .value(placeholder: placeholder, isRequired: isRequired, isRepeated: false)
  }
}

private func oneOf(_ choices: [String]) -> String {
  choices.count == 1 ? choices[0] : "one of " + choices.joined(separator: ", ")
}
