import TextLayout

extension Command {
  /// The text of `--help`: usage, what the program does, each option with what it allows and its default.
  public func help(width: Int = 80) -> String {
    var lines = wrapped("Usage: " + ([name] + usage).joined(separator: " "), width: width, hanging: 7 + name.count + 1)
    lines += [""] + wrapped(summary, width: width) + [""]
    var rows = options.map { (label: label(of: $0), text: text(of: $0)) }
    rows.append((label: "-h, --help", text: "Show this and exit."))
    let margin = min(2 + (rows.map { displayWidth($0.label) }.max() ?? 0) + 2, 30)
    for row in rows {
      let texts = wrapped(row.text, width: width - margin)
      let label = "  " + row.label
      if displayWidth(label) + 2 > margin {
        lines.append(label)
        lines += texts.map { spaces(margin) + $0 }
      } else {
        lines.append(padded(label, to: margin) + (texts.first ?? ""))
        lines += texts.dropFirst().map { spaces(margin) + $0 }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var usage: [String] {
    let required = named.compactMap { option in
      if case .value(_, isRequired: true, _) = option.form { label(of: option) } else { nil }
    }
    let optional = named.count > required.count ? ["[options]"] : []
    return required + optional + positionals.map { label(of: $0.option) }
  }

  private func label(of option: any OptionDescription) -> String {
    switch option.form {
    case .flag: "--\(option.name)"
    case .value(let placeholder, _, let isRepeated): "--\(option.name) \(placeholder)" + (isRepeated ? " …" : "")
    case .positional(let count):
      switch (count.lowerBound, count.upperBound) {
      case (0, 1): "[\(option.name)]"
      case (0, _): "[\(option.name) …]"
      case (1, 1): option.name
      default: "\(option.name) …"
      }
    }
  }

  private func text(of option: any OptionDescription) -> String {
    var facts: [String] = []
    if case .value(_, let isRequired, let isRepeated) = option.form {
      if option.allowed != "a text" { facts.append(option.allowed) }
      if isRequired { facts.append("must be given") }
      if isRepeated { facts.append("may be repeated") }
    }
    if !option.fallbackText.isEmpty { facts.append("default \(option.fallbackText)") }
    let help = option.help.prefix(1).uppercased() + option.help.dropFirst()
    return help + (help.hasSuffix(".") ? "" : ".") + (facts.isEmpty ? "" : " (\(facts.joined(separator: "; ")))")
  }
}
