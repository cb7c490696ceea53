// Tensors: see CONTRIBUTING.md.
