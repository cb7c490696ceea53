import Layers
import TextLayout

extension FoundNetwork {
  /// Sets what the weights do not show, and notes what was assumed.
  ///
  /// - Throws: `ConversionError` where a convention makes the usual answer unlikely, or an option contradicts the
  ///   framework.
  func complete(_ network: inout RecurrentNetwork, _ told: NetworkSettings) throws {
    try completeActivations(&network, told)
    try completeDirections(&network, told)
    network.clip = told.clip
    network.inputForget = told.inputForget ?? false
    if framework == .tensorflow1, network.kind == .lstm {
      let isCuDNN = cellWord.contains("cudnn_compatible")
      let forgetBias = told.forgetBias ?? (isCuDNN ? 0 : 1)
      if told.forgetBias == nil, !isCuDNN {
        network.assumptions.append("assumes forget_bias 1; --forget-bias says otherwise")
      }
      network.cells = network.cells.map { $0.map { $0.addingForgetBias(forgetBias) } }
      if cellWord == "lstm_cell" {
        network.assumptions.append("assumes no cell_clip and no proj_clip: no layout has them")
      }
    } else if told.forgetBias != nil, framework != .tensorflow1 {
      throw ConversionError("--forget-bias: expected TensorFlow 1, received --from \(framework.rawValue)")
    }
  }

  private func completeActivations(_ network: inout RecurrentNetwork, _ told: NetworkSettings) throws {
    let usual = network.kind.usualActivations
    let words = usual.map(\.word).joined(separator: ", ")
    if let activations = told.activations {
      network.activations = activations
      let isFree = framework == .keras || framework == .onnx || framework == .tensorflow1 || network.kind == .simpleRNN
      guard isFree || activations == usual else {
        throw ConversionError(
          "--activations: expected \(words), which \(framework.title)'s \(network.kind.title) always has, "
            + "received \(activations.map(\.word).joined(separator: ", "))")
      }
      return
    }
    switch framework {
    case .pytorch where network.kind != .simpleRNN, .mxnet where network.kind != .simpleRNN: return
    case .keras where network.kind != .simpleRNN && cells.values.contains { CuDNNWeights($0, network.kind) != nil }:
      return
    default: break
    }
    func refused(_ why: String, _ options: String) -> ConversionError {
      ConversionError("\(quoted(title)): no tensor shows the activations, and \(why): say --activations \(options)")
    }
    if network.kind == .simpleRNN, mentions("relu") {
      throw refused("its name says relu", "relu or --activations tanh")
    }
    if network.kind == .simpleRNN, framework == .mxnet,
      cells.values.contains(where: { !$0.example.directionWord.isEmpty })
    {
      throw refused("gluon.rnn.RNN has relu unless told otherwise", "relu or --activations tanh")
    }
    // Keras before TensorFlow 2 wrote `lstm_1/kernel:0`; the gates of its LSTM and GRU were hard sigmoids.
    let isOld = cells.values.contains { $0.example.cellWord.isEmpty && $0.example.suffix == ":0" }
    if framework == .keras, network.kind != .simpleRNN, isOld {
      throw refused(
        "names such as \(quoted(names.first ?? title)) are those of Keras 1 and 2, whose gates are hard sigmoids unless "
          + "told otherwise", "keras2_hard_sigmoid,tanh or --activations sigmoid,tanh")
    }
    let example = network.kind == .simpleRNN ? "relu" : "keras2_hard_sigmoid,tanh"
    network.assumptions.append("assumes \(words); --activations says otherwise, as in --activations \(example)")
  }

  private func completeDirections(_ network: inout RecurrentNetwork, _ told: NetworkSettings) throws {
    if network.isBidirectional {
      network.merge = told.merge ?? .concat
      if told.isReversed == true {
        throw ConversionError("--direction: expected one direction, and \(quoted(title)) has both")
      }
      if told.merge == nil, framework == .keras {
        network.assumptions.append("assumes merge_mode concat; --merge says otherwise")
      }
      if framework == .pytorch || framework == .mxnet, network.merge != .concat {
        throw ConversionError(
          "--merge: expected concat, which \(framework.title) always has, received \(network.merge.rawValue)")
      }
    } else {
      network.isReversed = told.isReversed ?? false
      if let word = path.first(where: { $0.hasPrefix("backward") || $0 == "bw" }), told.isReversed == nil {
        guard framework == .tensorflow1 else {
          throw ConversionError(
            "\(quoted(title)): no tensor shows the direction, and its name says \(quoted(word)): "
              + "say --direction reverse or --direction forward")
        }
        network.assumptions.append("assumes that the sequence is reversed before it, as bidirectional_dynamic_rnn does")
      }
      if told.isReversed == nil, framework == .keras || framework == .onnx {
        network.assumptions.append("assumes the forward direction; --direction reverse says otherwise")
      }
      if network.isReversed, network.cells.count > 1, framework == .keras {
        throw ConversionError("--direction: several layers of Keras that run backward are no stack in other layouts")
      }
      if network.isReversed, framework != .keras, framework != .onnx {
        throw ConversionError("--direction: \(framework.title) has no layer that runs backward alone")
      }
    }
  }
}
