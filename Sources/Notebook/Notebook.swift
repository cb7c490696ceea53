// Notebook: see CONTRIBUTING.md.
