// Drawing: see CONTRIBUTING.md.
