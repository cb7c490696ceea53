// Layers: see CONTRIBUTING.md.
