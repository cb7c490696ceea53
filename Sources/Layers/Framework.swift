/// The five frameworks whose conventions this project knows. The raw value is the word for golden files and command
/// lines.
public enum Framework: String, Sendable, CaseIterable {
  case keras, tensorflow1, pytorch, onnx, mxnet

  /// The name in a sentence.
  public var title: String {
    switch self {
    case .keras: "Keras"
    case .tensorflow1: "TensorFlow 1"
    case .pytorch: "PyTorch"
    case .onnx: "ONNX"
    case .mxnet: "MXNet"
    }
  }
}
