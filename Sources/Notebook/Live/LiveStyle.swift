/// The look of live places: controls that were used stay in sight while a reader scrolls through what they change.
enum LiveStyle {
  static let sheet = """
    :root { --moved: #fdeeb5; }
    @media screen and (prefers-color-scheme: dark) { :root { --moved: #574708; } }
    .controls {
      margin: 1.5em 0 1em; padding: 0.6em 1em; max-height: 48vh; overflow-y: auto;
      background: var(--panel); border: 1px solid var(--line); border-radius: 6px; font-size: 0.95rem;
    }
    .controls.used { position: sticky; top: 0; z-index: 1; }
    .controls[hidden] { display: none; }
    .controls p { margin: 0.2em 0; }
    .live-title { font-weight: 600; }
    .controls .proof { float: none; margin: 0; font-size: 0.85rem; font-weight: normal; }
    .held:empty, .spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    .held { font-size: 0.9rem; }
    .held.line { min-height: 1.6em; position: static; width: auto; height: auto; clip-path: none; }
    .held.answer { font-size: 1rem; font-weight: 600; font-variant-numeric: tabular-nums; }
    .moved { background: var(--moved); border-radius: 3px; }
    text.moved { fill: var(--link) !important; }
    .presets { display: flex; flex-wrap: wrap; gap: 0.4em; margin: 0.4em 0; }
    .presets button {
      min-height: 44px; padding: 0.3em 0.9em; font: inherit; color: var(--text); background: var(--page);
      border: 1px solid var(--soft); border-radius: 6px; cursor: pointer;
    }
    .presets button:hover { border-color: var(--link); }
    .sliders fieldset {
      display: grid; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); gap: 0 1.5em;
      border: 0; margin: 0; padding: 0; min-width: 0;
    }
    .sliders legend { padding: 0; }
    .control { display: grid; grid-template-columns: 3.2em 1fr 6.5em; align-items: center; gap: 0.5em; min-height: 44px; }
    .control input { min-width: 0; width: 100%; min-height: 44px; font: inherit; accent-color: var(--link); }
    .control input[type="number"] {
      color: var(--text); background: var(--page); border: 1px solid var(--soft); border-radius: 4px; padding: 0 0.4em;
      font-variant-numeric: tabular-nums;
    }
    .controls.drawing { max-height: none; } .controls.drawing:not([hidden]) { display: flow-root; }
    .pad {
      float: left; margin: 0.3em 1.2em 0 0; width: min(240px, 45vw); height: auto; touch-action: none;
      border: 1px solid var(--soft); cursor: crosshair;
    }
    .choices { display: flex; flex-wrap: wrap; gap: 0.4em 1.2em; }
    .choices.sentence { column-gap: 0.5em; }
    .choices select {
      min-height: 44px; padding: 0 0.4em; font: inherit; color: var(--text); background: var(--page);
      border: 1px solid var(--soft); border-radius: 6px;
    }
    .controls :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
    @media (max-width: 30rem) {
      .controls { padding: 0.5em 0.7em; }
      .presets { flex-wrap: nowrap; overflow-x: auto; } .presets button { flex: none; }
      .held.answer { min-height: 3.2em; font-size: 0.9rem; }
      .drawing .presets { flex-wrap: wrap; } .drawing .held.answer { clear: left; }
    }
    @media (min-width: 48rem) {
      .live-title, .controls .proof { display: inline-block; margin-right: 1em; }
    }
    @media (min-width: 75rem) { .live .formula.tall { min-width: var(--width, 0); } }
    @media (min-width: 48rem) and (not (pointer: coarse)) {
      .controls .control, .controls .control input, .controls button, .controls select { min-height: 2.2rem; }
    }
    @media print { .controls { display: none !important; } }
    """
}
