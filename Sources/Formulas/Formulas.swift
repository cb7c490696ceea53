// Formulas: see CONTRIBUTING.md.
