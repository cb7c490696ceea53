import Files
import Formulas
import Foundation
import TextLayout

extension HTMLWriter {
  /// The controls of a live place. They are hidden until the script has found the page's numbers equal to its own.
  func liveControls(_ section: LiveSection) -> String {
    let place = section.place
    var presets = ["<button type=\"button\" data-printed=\"\">\(Self.escaped(words.livePrinted))</button>"]
    presets += place.presets.enumerated().map {
      "<button type=\"button\" data-preset=\"\($0)\">\(inlines(TitleMath.parts($1.name)))</button>"
    }
    if case .pad? = place.sequence?.editor {
      presets.append("<button type=\"button\" data-clear=\"\">\(Self.escaped(words.liveClear))</button>")
    }
    let editor = editor(section)
    let outcome = place.sequence == nil ? section.canHold ? "held line" : "held" : "held line answer"
    return """
      <section class="live" id="\(section.id)" aria-label="\(Self.escaped(place.title))">
      <div class="\(editor.before.isEmpty ? "controls" : "controls drawing")" hidden>
      \(editor.before)<p class="live-title">\(inlines(TitleMath.parts(place.title)))</p>
      <p class="proof"></p>
      <div class="presets">\(presets.joined())</div>
      <p class="\(outcome)"></p>
      \(editor.after)
      <p class="spoken" aria-live="polite"></p>
      </div>
      """
  }

  static let endOfLive = "</section>"

  /// What a reader changes the place with: a pad stands before its title, everything else behind.
  private func editor(_ section: LiveSection) -> (before: String, after: String) {
    switch section.place.sequence?.editor {
    case .pad:
      let (rows, columns) = (section.shown.inputs.count, section.shown.inputs.first?.elements.count ?? 0)
      let hint = Self.escaped(words.livePad)
      let size = "width=\"\(columns * 10)\" height=\"\(rows * 10)\""
      let pad = "<canvas class=\"pad\" \(size) tabindex=\"0\" role=\"application\" aria-label=\"\(hint)\"></canvas>"
      return (pad, "<p class=\"facts\">\(hint)</p>")
    case .words(let choices):
      let options = choices.map { "<option>\(Self.escaped($0))</option>" }.joined()
      let selects = section.shown.inputs.indices.map { step in
        let name = "\(Self.escaped(words("step"))) \(step + 1)"
        return "<select data-step=\"\(step)\" aria-label=\"\(name)\">\(options)</select>"
      }
      return ("", "<div class=\"choices sentence\">\(selects.joined())</div>")
    case nil: return ("", sliders(section))
    }
  }

  private func sliders(_ section: LiveSection) -> String {
    let controls = unitChoice(section) + groups(section)
    let sliders = "<div class=\"sliders\" tabindex=\"0\">\n\(controls.joined(separator: "\n"))\n</div>"
    return choices(section) + (controls.isEmpty ? "" : sliders)
  }

  private func choices(_ section: LiveSection) -> String {
    let lists = section.place.choices.enumerated().map { index, choice in
      let options = choice.options.enumerated().map { place, option in
        "<option\(place == choice.selected ? " selected" : "")>\(Self.escaped(option.name))</option>"
      }
      return
        "<label>\(Self.escaped(choice.name)) <select data-choice=\"\(index)\" data-selected=\"\(choice.selected)\">"
        + options.joined() + "</select></label>"
    }
    return lists.isEmpty ? "" : "<div class=\"choices\">\(lists.joined())</div>"
  }

  private func unitChoice(_ section: LiveSection) -> [String] {
    guard section.place.units > 1 else { return [] }
    let name = words("unit")
    let bounds = " data-unit=\"\" min=\"1\" max=\"\(section.place.units)\" step=\"1\""
    let slider = row(
      id: "\(section.id)-unit", label: Self.escaped(name), spoken: name, value: "1", slider: bounds, field: bounds)
    return ["<fieldset>\(slider)</fieldset>"]
  }

  /// Controls of one formula stand together; single ones in one group.
  private func groups(_ section: LiveSection) -> [String] {
    let controls = section.place.controls.filter { section.graph.index(of: $0.formula) != nil }
    let ofUnit = controls.filter { isSingle($0, section) }.map { rows($0, section).joined() }
    let others = controls.filter { !isSingle($0, section) }.map { control in
      "<fieldset><legend>\(math(control.formula.mathText, display: false))</legend>"
        + rows(control, section).joined() + "</fieldset>"
    }
    return (ofUnit.isEmpty ? [] : ["<fieldset>\(ofUnit.joined())</fieldset>"]) + others
  }

  /// Whether a control is one slider, whose label is the formula's name.
  private func isSingle(_ control: LiveControl, _ section: LiveSection) -> Bool {
    control.isOfUnit
      || section.graph.index(of: control.formula).map { section.graph.nodes[$0].value.number != nil } ?? false
  }

  private func rows(_ control: LiveControl, _ section: LiveSection) -> [String] {
    guard let node = section.graph.index(of: control.formula) else { return [] }
    let value = section.graph.nodes[node].value
    let name = control.formula.mathText
    let frees = control.frees.flatMap(section.graph.index).map { " data-frees=\"\($0)\"" } ?? ""
    let (least, greatest) = (control.range.lowerBound, control.range.upperBound)
    let bounds = [("min", least), ("max", greatest), ("step", control.step)].map {
      " \($0.0)=\"\(NumberText.exact($0.1))\""
    }.joined()
    return (control.isOfUnit ? [0] : Array(value.elements.indices)).map { element in
      let place = control.isOfUnit ? "unit" : "\(element)"
      let number = " data-node=\"\(node)\" data-place=\"\(place)\"\(frees)"
      return row(
        id: "\(section.id)-\(node)-\(place)",
        label: isSingle(control, section) ? math(name, display: false) : "\(element + 1)",
        spoken: name.unicode + (isSingle(control, section) ? "" : " \(element + 1)"),
        value: NumberText.exact(value.elements[element]), slider: number + bounds, field: number + " step=\"any\"")
    }
  }

  /// A slider and a field for one number: the slider moves in steps, and any number may be typed.
  private func row(id: String, label: String, spoken: String, value: String, slider: String, field: String) -> String {
    let spoken = Self.escaped(spoken)
    return "<div class=\"control\"><label for=\"\(id)\">\(label)</label>"
      + "<input type=\"range\" id=\"\(id)\" aria-label=\"\(spoken)\" value=\"\(value)\"\(slider)>"
      + "<input type=\"number\" inputmode=\"decimal\" aria-label=\"\(spoken)\" value=\"\(value)\"\(field)></div>"
  }

  /// What stands in the head of a page with live places: nothing may run but its one script, and nothing is fetched.
  static func livePolicy() -> String {
    let digest = Data(sha256(Array(LiveScript.text.utf8))).base64EncodedString()
    let policy =
      "default-src 'none'; script-src 'sha256-\(digest)'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
      + "form-action 'none'"
    return "<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">\n<style>\n\(LiveStyle.sheet)\n</style>"
  }

  /// The data and the script, at the end of a page with live places.
  func liveScript(_ marks: [LiveMarks]) -> String {
    let data = LiveData(words: words).text(marks.map { ($0.section, $0.scales) })
    return "<script type=\"application/json\" id=\"live-data\">\(data)</script>\n<script>\(LiveScript.text)</script>"
  }
}

/// The one script of pages with live places. Its parts are in files beside this one, as texts: a program may be moved
/// away from the folder that it was built in, and the compiler takes 2 s for the same letters as an array of bytes.
enum LiveScript {
  static let text =
    "(() => {\n" + [interpreter, followers, places, sequences, page].joined(separator: "\n") + "})();\n"
}

extension HTMLWriter {
  /// The caption of a picture; in a live place the number of the unit follows the choice.
  func liveCaption(_ title: String) -> String {
    let text = Self.escaped(title)
    guard let live, live.section.place.units > 1 else { return text }
    let unit = words("unit")
    return text.replacing("\(unit) 1", with: "\(unit) <span data-unit=\"\">1</span>")
  }

  /// The mark of a cell among values that stand together.
  func mark(_ numbers: Numbers, _ view: ValueGrid, _ row: Int, _ column: Int, _ decimals: Int) -> String {
    guard let live, let formula = numbers.formula, let element = view.element(row, column) else { return "" }
    let mark = live.mark(NumberSource(formula, element: element, form: .together, decimals: decimals))
    return mark.map { " data-live=\"\($0)\"" } ?? ""
  }
}
