// Digits: see CONTRIBUTING.md.
