// Golden: see CONTRIBUTING.md.
