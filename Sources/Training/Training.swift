// Training: see CONTRIBUTING.md.
