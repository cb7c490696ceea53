// Safetensors: see CONTRIBUTING.md.
