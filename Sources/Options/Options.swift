// Options: see CONTRIBUTING.md.
