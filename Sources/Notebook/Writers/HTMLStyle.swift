import Drawing

/// The look of every page: one column, system fonts, light and dark by the reader's setting, fit for a telephone and
/// for print.
enum HTMLStyle {
  static let sheet = """
    :root { \(hues(\.light)) }
    @media (prefers-color-scheme: dark) { :root { \(hues(\.dark)) } }
    \(Hue.allCases.map { ".\(name($0)) { color: var(--\(name($0))); }" }.joined(separator: " "))
    \(rules)
    """

  /// The class of a symbol in that colour: the colours of the pictures serve the formulas, too.
  static func name(_ hue: Hue) -> String { "hue-\(hue)" }

  private static func hues(_ shade: (Hue) -> String) -> String {
    Hue.allCases.map { "--\(name($0)): \(shade($0));" }.joined(separator: " ")
  }

  private static let rules = """
    :root {
      --text: #1d1f23; --soft: #5b616b; --page: #ffffff; --panel: #f5f6f8; --line: #d9dce1; --link: #0b57b0;
      --good: #1a6b3c; --bad: #b3261e; --idle: #5b616b;
      --keyword: #9a2393; --type: #0f6674; --string: #a13d16; --number: #2c3fc4; --comment: #5f6b5f;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --text: #e3e5e8; --soft: #a0a6b0; --page: #16181c; --panel: #1f2228; --line: #383c44; --link: #86b7f5;
        --good: #7bd39b; --bad: #ff9a8f; --idle: #a0a6b0;
        --keyword: #f08bd8; --type: #7fd3df; --string: #f0a884; --number: #a9b4ff; --comment: #94a394;
      }
    }
    * { box-sizing: border-box; }
    html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
    body {
      margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 46rem; background: var(--page); color: var(--text);
      font: 1.0625rem/1.6 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "PingFang SC", "Noto Sans CJK SC", sans-serif;
      overflow-wrap: break-word;
    }
    h1, h2, h3, h4 { line-height: 1.25; margin: 2.2em 0 0.6em; }
    h1 { font-size: 1.9rem; margin-top: 0.5em; }
    h2 { font-size: 1.4rem; border-bottom: 1px solid var(--line); padding-bottom: 0.2em; }
    h3 { font-size: 1.15rem; }
    a { color: var(--link); }
    .anchor { color: var(--soft); text-decoration: none; font-weight: normal; opacity: 0.5; font-size: 0.8em; }
    .anchor:hover, .anchor:focus { opacity: 1; }
    header p { color: var(--soft); margin: 0.3em 0; }
    code, pre, .number, .matrix, .comparison td { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
    code { font-size: 0.9em; background: var(--panel); padding: 0.1em 0.25em; border-radius: 3px; }
    pre { margin: 1em 0; padding: 0.8em 1em; overflow-x: auto; background: var(--panel); border-radius: 6px; font-size: 0.85rem; line-height: 1.5; }
    pre code { padding: 0; background: none; font-size: inherit; }
    pre.result { background: none; border-left: 3px solid var(--line); border-radius: 0; white-space: pre-wrap; }
    .whole { white-space: nowrap; }
    details { margin: 1em 0; }
    summary { cursor: pointer; color: var(--soft); }
    .keyword, .attribute { color: var(--keyword); } .type { color: var(--type); } .string { color: var(--string); }
    pre .number { color: var(--number); } .comment { color: var(--comment); }
    .contents { background: var(--panel); border-radius: 6px; padding: 0.8em 1.2em; margin: 1.5em 0; }
    .contents p { margin: 0 0 0.3em; font-weight: 600; } .contents ol { margin: 0; padding-left: 1.4em; }
    .scroll, .formula, .value { overflow-x: auto; max-width: 100%; }
    .formula { margin: 1em 0; padding: 0.2em 0 0.2em 1em; }
    math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", math; font-size: 1.1em; }
    math[display="block"] { margin: 0; width: fit-content; }
    mtable.brackets, .matrix {
      background: linear-gradient(currentColor, currentColor) 0 0 / 0.3em 1.5px, linear-gradient(currentColor, currentColor) 100% 0 / 0.3em 1.5px,
        linear-gradient(currentColor, currentColor) 0 100% / 0.3em 1.5px, linear-gradient(currentColor, currentColor) 100% 100% / 0.3em 1.5px;
      background-repeat: no-repeat; border: solid currentColor; border-width: 0 1.5px;
    }
    mtable.brackets { margin: 0.15em 0.15em; padding: 0 0.15em; }
    mtable.brackets mtd { padding: 0.1em 0.25em; text-align: right; text-align: -webkit-right; }
    mtable.parentheses { border: solid currentColor; border-width: 0 1.5px; border-radius: 0.8em / 50%; margin: 0 0.1em; padding: 0.1em 0.45em; }
    mtable.parentheses > mtr > mtd { padding: 0; }
    table { border-collapse: collapse; margin: 0.8em 0; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
    caption { text-align: left; font-weight: 600; padding-bottom: 0.3em; }
    th, td { padding: 0.25em 0.7em; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
    thead th { border-bottom: 2px solid var(--line); }
    .group { padding-top: 1.2em; } td.right { white-space: nowrap; } .right { text-align: right; font-variant-numeric: tabular-nums; } .centre { text-align: center; }
    .value { margin: 0.8em 0; padding-left: 1em; border-left: 3px solid var(--line); }
    .matrix { border-collapse: separate; border-spacing: 0; display: inline-table; vertical-align: middle; margin: 0.3em 0.2em; font-size: 0.85rem; }
    .matrix td { border: 0; padding: 0.05em 0.5em; text-align: right; white-space: nowrap; }
    .shape { color: var(--soft); font-size: 0.85rem; }
    .comparison { margin: 1em 0; padding: 0.6em 1em; border: 1px solid var(--line); border-left: 4px solid var(--idle); border-radius: 6px; }
    .comparison.holds { border-left-color: var(--good); } .comparison.fails { border-left-color: var(--bad); }
    .comparison p { margin: 0.2em 0; } .comparison table { margin: 0.2em 0; font-size: 0.85rem; }
    .comparison th { font-weight: normal; color: var(--soft); white-space: nowrap; padding-left: 0; }
    .comparison td { text-align: right; white-space: nowrap; } .comparison th, .comparison td { border: 0; padding-top: 0; padding-bottom: 0; }
    .comparison.brief { margin: 0.35em 0; padding: 0.3em 1em; }
    .title { font-weight: 600; } p.title { display: flow-root; } .key { color: var(--soft); }
    .verdict { float: right; margin-left: 0.8em; font-weight: 600; color: var(--idle); }
    .holds .verdict, .good { color: var(--good); } .fails .verdict, .bad { color: var(--bad); }
    .facts { color: var(--soft); font-size: 0.85rem; }
    .note { padding: 0.6em 1em; border-left: 4px solid var(--hue-orange); background: var(--panel); }
    figure { margin: 1.5em 0; overflow-x: auto; } figure svg { display: block; max-width: 100%; height: auto; }
    figcaption { color: var(--soft); font-size: 0.9rem; margin-top: 0.4em; }
    blockquote { margin: 1em 0; padding-left: 1em; border-left: 3px solid var(--line); color: var(--soft); }
    hr { border: 0; border-top: 1px solid var(--line); margin: 2em 0; }
    .pages { display: flex; justify-content: space-between; gap: 1em; margin: 1em 0; font-size: 0.95rem; }
    @media (min-width: 78rem) { pre.code { width: fit-content; min-width: 100%; max-width: calc(100% + 15rem); font-size: 0.8rem; } }
    @media (max-width: 30rem) {
      body { padding: 1rem 0.9rem 3rem; font-size: 1rem; } h1 { font-size: 1.55rem; } h2 { font-size: 1.25rem; }
      th, td { padding: 0.25em 0.45em; } .formula { padding-left: 0; } math[display="block"] { font-size: 0.95em; }
    }
    @media print {
      body { max-width: none; font-size: 10.5pt; } pre { white-space: pre-wrap; }
      pre, figure, .comparison, .formula, tr { break-inside: avoid; } h2, h3 { break-after: avoid; }
      .anchor, .pages { display: none; }
      .scroll, .formula, .value, figure { overflow: visible; }
    }
    """
}
