import TextLayout

/// Writes a canvas as one `<svg>` element with its own style sheet, whose rules reach nothing outside of it.
struct SVGWriter {
  let id: String
  let title: String
  let alternative: String

  init(idPrefix: String, title: String, alternative: String) {
    let safe = idPrefix.map { character in
      character.isASCII && (character.isLetter || character.isNumber || character == "-" || character == "_")
        ? character : "-"
    }
    // A name in a style sheet begins with a letter.
    id = safe.first.map { $0.isLetter ? String(safe) : "p" + String(safe) } ?? "picture"
    self.title = title
    self.alternative = alternative
  }

  func write(_ canvas: Canvas) -> String {
    let (width, height) = (NumberText.coordinate(canvas.width), NumberText.coordinate(canvas.height))
    let head =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"\(id)\" role=\"img\" aria-labelledby=\"\(id)-title \(id)-desc\""
      + " width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\" font-size=\"15\">"
    let words = [
      "<title id=\"\(id)-title\">\(xmlEscaped(title))</title>",
      "<desc id=\"\(id)-desc\">\(xmlEscaped(alternative))</desc>",
      "<style>\(style(canvas))</style>",
    ]
    return ([head] + words + canvas.elements + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  /// Rules for the paints in use; the dark ones hold on screens only, so that print is dark on light.
  private func style(_ canvas: Canvas) -> String {
    var light = "#\(id){font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,\"DejaVu Sans\",sans-serif}"
    var dark = ""
    for paint in Paint.styled {
      guard let code = paint.code else { continue }
      let opacity: String = if case .tint = paint { ";fill-opacity:.16" } else { "" }
      if canvas.fills.contains(paint) {
        light += "#\(id) .f\(code){fill:\(paint.light)\(opacity)}"
        dark += "#\(id) .f\(code){fill:\(paint.dark)}"
      }
      if canvas.strokes.contains(paint) {
        light += "#\(id) .s\(code){stroke:\(paint.light)}"
        dark += "#\(id) .s\(code){stroke:\(paint.dark)}"
      }
    }
    return light + "@media screen and (prefers-color-scheme:dark){\(dark)}"
  }
}
