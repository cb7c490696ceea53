/// What a file of weights is, by its first bytes.
///
/// | Format                | First bytes                                          |
/// |-----------------------|------------------------------------------------------|
/// | safetensors           | a length of eight bytes, then `{`                    |
/// | JSON                  | `{` or `[`                                           |
/// | NumPy `.npz`, PyTorch `.pt`, Keras `.keras` | `PK`: a zip archive, told apart by its members |
/// | NumPy `.npy`          | `\x93NUMPY`                                          |
/// | ONNX                  | a protobuf message whose fields are those of a model |
/// | HDF5 (`.h5`)          | `\x89HDF`                                            |
/// | PyTorch before 1.6    | `\x80` and a version of pickle                       |
/// | Git LFS pointer       | `version https://git-lfs`                            |
/// | web page              | `<!DOCTYPE` or `<html`                               |
public enum FileFormat: String, Sendable {
  case safetensors, json, npz, npy, onnx, hdf5, torchZip, pickle, keras, zip, gzip, gitLFS, webPage, tensorFlow
  case unknown
}

extension FileFormat {
  /// - Parameter name: the file's name, which alone tells the shards of a TensorFlow checkpoint.
  public init(of bytes: [UInt8], name: String = "") {
    func begins(_ text: String) -> Bool { bytes.starts(with: Array(text.utf8)) }
    let start = String(decoding: bytes.prefix(256), as: UTF8.self).lowercased()
    let text = start.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    let isTensorFlow = name.contains(".ckpt") || name.contains(".data-0000") || name.hasSuffix(".index")
    if bytes.starts(with: [0x89, 0x48, 0x44, 0x46]) {
      self = .hdf5
    } else if begins("PK\u{3}\u{4}") || begins("PK\u{5}\u{6}") {
      self = Self.zip(bytes)
    } else if bytes.starts(with: [0x93] + Array("NUMPY".utf8)) {
      self = .npy
    } else if begins("version https://git-lfs") {
      self = .gitLFS
    } else if text.hasPrefix("<!doctype") || text.hasPrefix("<html") || text.hasPrefix("<?xml")
      || text.hasPrefix("<head")
    {
      self = .webPage
    } else if bytes.starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else if bytes.count >= 2, bytes[0] == 0x80, (2...5).contains(bytes[1]) {
      self = .pickle
    } else if bytes.count > 8, bytes[8] == UInt8(ascii: "{"), bytes[4..<8].allSatisfy({ $0 == 0 }) {
      self = .safetensors
    } else if isTensorFlow || Self.isTensorFlowIndex(bytes) {
      self = .tensorFlow
    } else if text.hasPrefix("{") || text.hasPrefix("[") {
      self = .json
    } else {
      self = ONNXModel.isModel(bytes) ? .onnx : .unknown
    }
  }

  private static func zip(_ bytes: [UInt8]) -> FileFormat {
    guard let names = try? ZipArchive(bytes, file: "").members.map(\.name) else { return .zip }
    if names.contains(where: { $0.hasSuffix("data.pkl") }) { return .torchZip }
    if names.contains("config.json") || names.contains("model.weights.h5") { return .keras }
    return names.contains { $0.hasSuffix(".npy") } ? .npz : .zip
  }

  /// The index of a checkpoint ends, as tables of LevelDB do, with a fixed number.
  private static func isTensorFlowIndex(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 48 && Array(bytes.suffix(8)) == [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]
  }

  /// What a message calls the file.
  public var title: String {
    switch self {
    case .safetensors: "a safetensors file"
    case .json: "JSON"
    case .npz: "a NumPy archive (.npz)"
    case .npy: "one NumPy array (.npy)"
    case .onnx: "an ONNX model"
    case .hdf5: "an HDF5 file (.h5, .weights.h5)"
    case .torchZip: "a PyTorch checkpoint (.pt, .pth)"
    case .pickle: "a pickle, as PyTorch wrote before 1.6"
    case .keras: "a Keras model (.keras)"
    case .zip: "a zip archive"
    case .gzip: "gzip data"
    case .gitLFS: "a Git LFS pointer, not the file itself"
    case .webPage: "a web page"
    case .tensorFlow: "a part of a TensorFlow checkpoint"
    case .unknown: "something else"
    }
  }

  /// What to do to get a file that can be read; one line.
  ///
  /// - Parameter path: the file, as the line is to name it. A name that a shell could take for more than a name is
  ///   written as FILE.
  public func advice(_ path: String) -> String? {
    let isPlain = path.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || Array("/._-+ ".utf8).contains(byte)
    }
    let name = isPlain && !path.hasPrefix("-") ? path : "FILE"
    let quoted = "'\(name)'"
    switch self {
    case .hdf5:
      return python(
        "import h5py, numpy as n", "t = {}",
        "h5py.File(\(quoted)).visititems(lambda k, v: t.update({k: n.array(v)}) if hasattr(v, 'dtype') "
          + "and v.dtype.kind in 'fiu' else None)", saving: "t", from: "numpy")
    case .keras:
      return python(
        "import keras", "m = keras.models.load_model(\(quoted))",
        saving: "{w.path: w.numpy() for w in m.weights}", from: "numpy")
    case .torchZip, .pickle:
      return python(
        "import torch", "s = torch.load(\(quoted), map_location='cpu', weights_only=True)",
        "s = s.get('state_dict', s)",
        saving: "{k: v.clone().contiguous() for k, v in s.items() if hasattr(v, 'clone')}", from: "torch")
    case .tensorFlow:
      let base = name.firstRange(of: ".data-").map { String(name[..<$0.lowerBound]) } ?? name
      let stem = base.replacing(".index", with: "").replacing(".meta", with: "")
      return python(
        "import numpy as n, tensorflow as tf", "r = tf.train.load_checkpoint('\(stem)')",
        saving: "{k: n.array(r.get_tensor(k)) for k, d in r.get_variable_to_dtype_map().items() if d != tf.string}",
        from: "numpy")
    case .gitLFS: return "git lfs pull --include \(quoted)"
    case .webPage: return "load the file itself, not the page about it"
    case .gzip: return "gunzip it first"
    case .npy:
      return "python -c \"import numpy as n; n.savez('weights.npz', NAME=n.load(\(quoted)))\", with the tensor's name"
    case .zip, .unknown, .safetensors, .json, .npz, .onnx: return nil
    }
  }

  private func python(_ steps: String..., saving tensors: String, from package: String) -> String {
    let lines =
      steps + [
        "from safetensors.\(package) import save_file", "save_file(\(tensors), 'weights.safetensors')",
      ]
    return "python -c \"\(lines.joined(separator: "; "))\""
  }
}
