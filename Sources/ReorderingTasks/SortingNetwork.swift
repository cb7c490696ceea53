/// The sorting network of MXNet's `example/bi-lstm-sort`, under the names that its weights have there.
///
/// | Name                                 | Shape         | What it is                                                 |
/// |--------------------------------------|---------------|------------------------------------------------------------|
/// | `embed_weight`                       | `[V, E]`      | one row for each symbol                                    |
/// | `l0_i2h_weight`, `l0_i2h_bias`       | `[4H, E]`, `[4H]` | forward LSTM, what meets the input; rows are outputs   |
/// | `l0_h2h_weight`, `l0_h2h_bias`       | `[4H, H]`, `[4H]` | forward LSTM, what meets the state                     |
/// | `l1_…`                               |               | the same of the backward LSTM                              |
/// | `cls_weight`, `cls_bias`             | `[V, 2H]`, `[V]` | dense layer on both directions side by side             |
///
/// Gate order is i, g, f, o.
///
/// Source: MXNet, `example/bi-lstm-sort/lstm.py`.
public struct SortingNetwork<Scalar: RealScalar>: Sendable {
  public typealias Cell = LSTMCell<Scalar>

  public var embedding: Embedding<Scalar>
  public var recurrent: Bidirectional<Cell, Cell>
  public var dense: Dense<Scalar>

  /// A network with weights that are found by their names.
  ///
  /// - Throws: `ConversionError` for a missing tensor, `ShapeError` for one that does not fit.
  public init(_ tensor: (String) throws -> Tensor<Scalar>?) throws {
    func required(_ name: String) throws -> Tensor<Scalar> {
      guard let found = try tensor(name) else { throw ConversionError("the tensor \(name) is missing") }
      return found
    }
    func cell(_ side: String) throws -> Cell { try LSTMCell(.biLSTMSort) { try tensor(side + $0) } }
    embedding = try Embedding(embeddings: required("embed_weight"))
    recurrent = Bidirectional(forward: try cell("l0_"), backward: try cell("l1_"), returnSequences: true)
    dense = try Dense(kernel: required("cls_weight").transposed, bias: required("cls_bias"))
  }

  /// The network as layers on top of each other: numbers `[B, T]` in, logits `[B, T, V]` out.
  public var stack: Stack<Scalar> { Stack([embedding, recurrent, dense]) }

  /// The weights of such a stack, or gradients of them, under MXNet's names and in its order.
  public static func named(_ tensors: NamedTensors<Scalar>) throws -> [(name: String, tensor: Tensor<Scalar>)] {
    var all = [("embed_weight", tensors["0/embeddings"])]
    for (side, own) in [("l0_", "1/forward/"), ("l1_", "1/backward/")] {
      let weights = RecurrentWeights(
        kernel: tensors[own + "kernel"], recurrentKernel: tensors[own + "recurrent_kernel"],
        bias: tensors[own + "bias"], recurrentBias: tensors[own + "recurrent_bias"])
      let encoded = try WeightLayout.biLSTMSort.encode(CellWeights(.lstm, weights))
      for name in ["i2h_weight", "i2h_bias", "h2h_weight", "h2h_bias"] {
        if let tensor = encoded.first(where: { $0.0 == name })?.1 { all.append((side + name, tensor)) }
      }
    }
    return all + [("cls_weight", tensors["2/kernel"].transposed), ("cls_bias", tensors["2/bias"])]
  }
}
