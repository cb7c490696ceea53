import ChapterSupport

/// A framework's tensors made of the named weights by hand, and its rule for the sums before the gates' functions.
struct Stored {
  var name: String
  /// The framework's layout as the library knows it; the hand does not use it.
  var layout: WeightLayout
  /// Under the names of the framework, in its order.
  var tensors: [(name: String, formula: Formula)]
  /// Side by side, `[B, 4H]`.
  var sums: Formula
  var order: [Gate]
  var forgetBias = 0.0

  var cell: LSTMEquations { LSTMEquations(sums.split(into: 4), order, forgetBias: forgetBias) }
}

/// The tensors of a layout as the hand stores them, under the framework's names.
func tensors(_ stored: [(name: String, formula: Formula)]) -> [(name: String, tensor: Tensor<Double>)] {
  let values = page.evaluation(of: stored.map(\.formula))
  return stored.map { ($0.name, page.value($0.formula, in: values)) }
}

/// All numbers of some tensors, one after the other.
func flat(_ tensors: [(name: String, tensor: Tensor<Double>)]) -> [Double] { tensors.flatMap(\.tensor.scalars) }

func run(_ name: String?, _ variant: CellVariant) -> FrameworkRun? {
  runs[variant]?.first { $0.name == name }
}

/// Row or column, counted from 0, where the block of a gate begins.
func start(of gate: Gate, in layout: Stored) -> Int { (layout.order.firstIndex(of: gate) ?? 0) * H }

/// A column of units, or a row, of the tensor at `index` of a layout.
func strip(_ place: Int, of tensor: Tensor<Double>, in layout: Stored) -> Tensor<Double> {
  layout.layout.entries[0].isTransposed ? tensor.slice(place) : tensor.transposed.slice(place)
}

func place(_ place: Int, _ file: (name: String, tensor: Tensor<Double>), rows: Range<Int>, in layout: Stored) -> String
{
  if layout.layout.entries[0].isTransposed {
    return layout.name == "ONNX" ? "`\(file.name)[0, \(place), :]`" : "`\(file.name)[\(place), :]`"
  }
  let isWhole = rows.count == file.tensor.rows
  return "`\(file.name)[\(isWhole ? ":" : "\(rows.lowerBound):\(rows.upperBound)"), \(place)]`"
}

/// The file, the tensor and the rows where the weights for x or for h stand; TensorFlow 1 has both in one.
func side(_ isState: Bool, _ layout: Stored, _ file: [(name: String, tensor: Tensor<Double>)]) -> (
  tensor: (name: String, tensor: Tensor<Double>), rows: Range<Int>
) {
  let size = isState ? H : D
  guard layout.name == "TensorFlow 1" else { return (file[isState ? 1 : 0], 0..<size) }
  return (file[0], isState ? D..<D + H : 0..<D)
}

func found(_ gate: Gate, isState: Bool, _ layout: Stored, _ file: [(name: String, tensor: Tensor<Double>)]) -> (
  place: String, numbers: Tensor<Double>
) {
  let (tensor, rows) = side(isState, layout, file)
  let at = start(of: gate, in: layout)
  return (place(at, tensor, rows: rows, in: layout), strip(at, of: tensor.tensor, in: layout).slices(rows))
}

/// The first numbers of a vector.
func digits(_ vector: Tensor<Double>, most: Int = 4, decimals: Int = 6) -> String {
  let shown = vector.scalars.prefix(most).map { page.text($0, decimals: decimals) }.joined(separator: " ")
  return vector.count > most ? shown + " …" : shown
}

/// The shapes of a file, with ONNX' axis of directions.
func shapes(_ layout: Stored, _ file: [(name: String, tensor: Tensor<Double>)]) -> [[Int]] {
  file.map { (layout.name == "ONNX" ? [1] : []) + $0.tensor.shape }
}

func sameRule(_ a: Stored, _ b: Stored) -> Bool { a.order == b.order && a.forgetBias == b.forgetBias }

let fileOf = [
  "Keras": "keras_f64", "PyTorch": "torch_cell_f64", "TensorFlow 1": "tf1_basic_fb1", "ONNX": "onnxruntime",
  "MXNet": "mxnet_cell",
]
