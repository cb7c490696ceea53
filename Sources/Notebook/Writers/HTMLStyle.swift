import Drawing

/// The look of every page: one column, system fonts, light and dark by the reader's setting, fit for a telephone and
/// for print.
enum HTMLStyle {
  static let sheet = """
    :root { \(hues(\.light)) }
    @media screen and (prefers-color-scheme: dark) { :root { \(hues(\.dark)) } }
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
      --text: #1d1f23; --soft: #5b616b; --shade: #00000030; --page: #ffffff; --panel: #f5f6f8; --line: #d9dce1; --link: #0b57b0;
      --good: #1a6b3c; --bad: #b3261e; --idle: #5b616b;
      --keyword: #9a2393; --type: #0f6674; --string: #a13d16; --number: #2c3fc4; --comment: #5f6b5f;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --text: #e3e5e8; --soft: #a0a6b0; --shade: #00000080; --page: #16181c; --panel: #1f2228; --line: #383c44; --link: #86b7f5;
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
    h1, h2, h3, h4 { line-height: 1.25; margin: 1.6em 0 0.5em; }
    h1 { font-size: 1.9rem; margin-top: 0.5em; }
    h2 { font-size: 1.4rem; border-bottom: 1px solid var(--line); padding-bottom: 0.2em; }
    h3 { font-size: 1.15rem; }
    a { color: var(--link); }
    .skip { position: absolute; left: -100rem; } .skip:focus { position: static; }
    .question { font-size: 1.25rem; color: var(--text); } .goals p { margin: 0.8em 0 0; font-weight: 600; } .goals ul { margin: 0.2em 0; }
    .anchor { color: var(--soft); text-decoration: none; font-weight: normal; font-size: 0.8em; }
    :lang(zh) em { font-style: normal; font-weight: 600; }
    header p { color: var(--soft); margin: 0.3em 0; }
    code, pre, .number, .matrix, .comparison td { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
    code { font-size: 0.9em; background: var(--panel); padding: 0.1em 0.25em; border-radius: 3px; }
    pre { margin: 0.8em 0; padding: 0.6em 1em; overflow-x: auto; background: var(--panel); border-radius: 6px; font-size: 0.85rem; line-height: 1.5; }
    pre code { padding: 0; background: none; font-size: inherit; }
    pre.result { border-left: 3px solid var(--line); border-radius: 0; white-space: pre-wrap; }
    .whole { white-space: nowrap; }
    details { margin: 0.7em 0; }
    summary { cursor: pointer; color: var(--soft); }
    details.folded { margin: 0.3em 0; } details.folded > summary { font-size: 0.8rem; text-align: right; }
    details.folded:not([open]) + * { margin-top: 0.2em; }
    details.more { margin: 0.3em 0; } details.more:not([open]) { display: inline-block; margin-right: 1.2em; font-size: 0.9rem; }
    details.sources, details.all { border: 1px solid var(--line); border-radius: 6px; padding: 0.5em 1em; }
    details.sources { font-size: 0.92em; }
    .keyword, .attribute { color: var(--keyword); } .type { color: var(--type); } .string { color: var(--string); }
    pre .number { color: var(--number); } .comment { color: var(--comment); }
    .contents { background: var(--panel); border-radius: 6px; padding: 0.8em 1.2em; margin: 1.5em 0; }
    .contents p { margin: 0 0 0.3em; font-weight: 600; } .contents ol { margin: 0; padding-left: 1.4em; }
    .scroll, .formula, .value, figure { overflow-x: auto; max-width: 100%; }
    .scroll, .formula, .value, pre {
      --under: var(--page);
      --hint: linear-gradient(to right, var(--under) 40%, transparent) 0 0 / 2.5em 100% no-repeat local,
        linear-gradient(to left, var(--under) 40%, transparent) 100% 0 / 2.5em 100% no-repeat local,
        linear-gradient(to right, var(--shade) 0%, transparent 100%) 0 0 / 0.8em 100% no-repeat,
        linear-gradient(to left, var(--shade) 0%, transparent 100%) 100% 0 / 0.8em 100% no-repeat, var(--under);
      background: var(--hint);
    }
    pre { --under: var(--panel); } pre.result { --under: var(--page); }
    .formula { margin: 0.6em 0; padding: 0.2em 0 0.2em 1em; }
    math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", math; font-size: 1.1em; }
    math[display="block"] { margin: 0; width: fit-content; }
    mi, mn, mtext, mo.prime { font-family: "STIX Two Text", "Times New Roman", "Liberation Serif", "DejaVu Serif", serif; }
    mi[mathvariant="normal"] { font-style: italic; } msub, msubsup { margin-right: -0.06em; }
    mtable.radicand { border-top: 1px solid currentColor; margin: 0; } mtable.radicand > mtr > mtd { padding: 0.1em 0.1em 0 0; }
    mtable.brackets, .matrix {
      border: 1.5px solid currentColor;
      border-image: linear-gradient(to right, currentColor 0.3em, transparent 0.3em, transparent calc(100% - 0.3em), currentColor calc(100% - 0.3em)) 2 / 1.5px;
    }
    mtable.brackets { margin: 0.15em 0.15em; padding: 0 0.15em; }
    mtable.brackets mtd { padding: 0.2em 0.3em; text-align: right; text-align: -webkit-right; }
    mtable.parentheses { border: solid currentColor; border-width: 0 1.5px; border-radius: 0.8em / 50%; margin: 0 0.1em; padding: 0.1em 0.45em; }
    mtable.parentheses > mtr > mtd { padding: 0; }
    table { border-collapse: collapse; margin: 0.8em 0; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
    caption { text-align: left; font-weight: 600; padding-bottom: 0.3em; }
    th, td { padding: 0.25em 0.7em; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
    thead th, thead td { border-bottom: 2px solid var(--line); }
    .group { padding-top: 1.2em; } td.right { white-space: nowrap; } .right { text-align: right; font-variant-numeric: tabular-nums; } .centre { text-align: center; }
    .value { margin: 0.8em 0; padding-left: 1em; border-left: 3px solid var(--line); }
    .matrix { border-collapse: separate; border-spacing: 0; display: inline-table; vertical-align: middle; margin: 0.3em 0.2em; font-size: 0.85rem; }
    .matrix td { border: 0; padding: 0.1em 0.5em; text-align: right; white-space: nowrap; }
    .shape { color: var(--soft); font-size: 0.85rem; }
    .comparison { margin: 1em 0; padding: 0.6em 1em; border: 1px solid var(--line); border-left: 4px solid var(--idle); border-radius: 6px; }
    .comparison.holds { border-left-color: var(--good); } .comparison.fails { border-left-color: var(--bad); }
    .comparison p { margin: 0.2em 0; } .comparison table { margin: 0.2em 0; font-size: 0.85rem; }
    .comparison th { font-weight: normal; color: var(--soft); white-space: nowrap; padding-left: 0; }
    .comparison td { text-align: right; white-space: nowrap; } .comparison th, .comparison td { border: 0; padding-top: 0; padding-bottom: 0; }
    .comparison.brief, details.comparison { margin: 0.35em 0; padding: 0.3em 1em; }
    details.comparison > summary { color: var(--text); } details.comparison > summary::after { content: ""; display: block; clear: both; }
    .title { font-weight: 600; } p.title { display: flow-root; } .key { color: var(--soft); }
    .verdict { float: right; margin-left: 0.8em; font-weight: 600; color: var(--idle); }
    .holds .verdict, .good { color: var(--good); } .fails .verdict, .bad { color: var(--bad); }
    .facts { color: var(--soft); font-size: 0.85rem; }
    .note { padding: 0.6em 1em; border-left: 4px solid var(--hue-orange); background: var(--panel); }
    figure { margin: 1em 0; } figure svg, figure img { display: block; max-width: 100%; height: auto; }
    figcaption { color: var(--soft); font-size: 0.9rem; margin-top: 0.4em; }
    blockquote { margin: 1em 0; padding-left: 1em; border-left: 3px solid var(--line); color: var(--soft); }
    hr { border: 0; border-top: 1px solid var(--line); margin: 2em 0; }
    .compared { margin: 0.35em 0; border-left: 4px solid var(--good); padding: 0.3em 0.8em; } .compared table { margin: 0; font-size: 0.85rem; }
    .compared > summary { font-size: 0.92rem; }
    .compared td:first-child { color: var(--good); padding-left: 0; }
    .glossary dt { font-weight: 600; } .glossary dd { margin: 0 0 0.7em 1.5em; }
    .lessons li { margin: 0 0 1.2em; clear: both; min-height: 7rem; }
    .lessons img { float: right; width: 13rem; max-height: 8rem; object-fit: contain; margin-left: 1em; }
    .pages { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 1em; margin: 1em 0; font-size: 0.95rem; }
    @media screen and (min-width: 75rem) {
      body { max-width: 80rem; }
      header { float: left; width: 58%; } header + .contents { float: right; width: 38%; margin-top: 0.5em; }
      main, nav.pages, footer.pages { clear: both; }
      .formula.tall { display: inline-block; vertical-align: top; margin: 0.3em 1.5em 0.3em 0; background: none; }
      main > section, section.live { display: flow-root; }
      .row { display: grid; grid-template-columns: 1fr 1fr; gap: 0.4rem 2rem; align-items: start; clear: both; }
      .row > * { min-width: 0; margin-top: 0.4rem; margin-bottom: 0.4rem; } .row > div > :first-child { margin-top: 0; }
      h2, h3, section, details.folded, details.sources { clear: both; }
      .text { margin-right: calc(50% + 1rem); }
      .aside { float: right; clear: right; width: calc(50% - 1rem); margin: 0.4rem 0 0.8rem 2rem; }
      .aside > * { margin-top: 0; margin-bottom: 0; }
    }
    @media (max-width: 30rem) {
      body { padding: 1rem 0.9rem 3rem; font-size: 1rem; } h1 { font-size: 1.55rem; } h2 { font-size: 1.25rem; }
      th, td { padding: 0.25em 0.45em; } .formula { padding-left: 0; } math[display="block"] { font-size: 0.95em; }
    }
    @media (max-width: 40rem) {
      .pages { flex-direction: column; gap: 0.3em; } .lessons img { float: none; display: block; margin: 0 0 0.4em; width: 100%; }
    }
    @media print {
      html { font-size: 9.5pt; }
      body { max-width: none; padding: 0; font-size: 9.5pt; line-height: 1.4; } h1 { font-size: 18pt; } h2 { font-size: 13pt; margin-top: 1.2em; }
      p, ul, ol, table, .value, .formula { margin-top: 0.45em; margin-bottom: 0.45em; } th, td { padding: 0.12em 0.6em; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 8.5pt; }
      table, .compared table, .comparison table { font-size: 8.5pt; } td, td.right { white-space: normal; overflow-wrap: anywhere; }
      math[display="block"] { font-size: 0.95em; }
      @page { margin: 13mm 15mm; }
      pre, figure, .comparison, .formula, .value, tr, table.short { break-inside: avoid; } h2, h3, caption, .table-title { break-after: avoid; }
      figure svg { max-height: 5.6cm; width: auto; } figure.high svg { max-height: 11cm; } figure { margin: 0.5em 0; }
      .anchor, .pages, .contents, .skip, details.folded, details:not([open]) { display: none; }
      .scroll, .formula, .value, pre, figure { overflow: hidden; background: none; }
    }
    """
}
