import Layers
import Safetensors

@testable import Conversion

/// Networks and checkpoints that the tests convert.
enum Samples {
  /// A network whose weights are pairwise distinct.
  static func network(
    _ kind: CellKind, layers: Int = 1, bidirectional: Bool = false, biases: Int = 1, resetAfter: Bool = true,
    D: Int = 3, H: Int = 4, path: [String] = [], seed: UInt64 = 77
  ) -> RecurrentNetwork {
    var generator = RandomGenerator(seed: seed)
    let GH = kind.gates.count * H
    func tensor(_ shape: Int...) -> Tensor<Double> { .uniform(shape, -1, 1, using: &generator) }
    let cells = (0..<layers).map { layer in
      (0..<(bidirectional ? 2 : 1)).map { _ in
        CellWeights<Double>(
          kind: kind, resetAfter: resetAfter, kernel: tensor(layer == 0 ? D : H * (bidirectional ? 2 : 1), GH),
          recurrentKernel: tensor(H, GH), bias: biases > 0 ? tensor(GH) : nil,
          recurrentBias: biases > 1 ? tensor(GH) : nil)
      }
    }
    return RecurrentNetwork(path: path, kind: kind, cells: cells)
  }

  /// The tensors of a network as a file of a framework has them.
  static func entries(_ network: RecurrentNetwork, _ framework: Framework) throws -> [Checkpoint.Entry] {
    try network.tensors(in: framework).map { .init($0.name, StoredTensor($0.tensor.scalars, shape: $0.tensor.shape)) }
  }

  /// A tensor of distinct numbers.
  static func entry(_ name: String, _ shape: Int...) -> Checkpoint.Entry {
    let count = shape.reduce(1, *)
    let numbers: [Double] = (0..<count).map { place in
      let step = Double(place * 37 % 101)
      return step / 101 - 0.4
    }
    return .init(name, StoredTensor(numbers, shape: shape))
  }

  /// The same tensors under other names.
  static func renamed(_ entries: [Checkpoint.Entry], _ name: (String) -> String) -> [Checkpoint.Entry] {
    entries.map { .init(name($0.name), $0.tensor) }
  }
}
