@_exported import Safetensors
@_exported import Training

// What every training keeps in its file: weights, what the optimiser remembers, and what fixes the training.
//
// | Tensor                      | Type | What it is            |
// |-----------------------------|------|-----------------------|
// | `weights/0/kernel`, …       | F32  | the weights           |
// | `adam/0/kernel/momentum`, … | F32  | what Adam remembers   |
//
// The settings stand in the metadata, by the names of the options that change them.

extension SafetensorsFile {
  /// Puts the weights and the state of Adam into the file.
  public mutating func store<Weights: ParameterGroup>(_ weights: Weights, _ adam: OptimizerState<Float>)
  where Weights.Scalar == Float {
    for (name, tensor) in weights.named {
      tensors["weights/" + name] = StoredTensor(tensor.scalars, shape: tensor.shape)
    }
    for (name, tensor) in adam.named { tensors["adam/" + name] = StoredTensor(tensor.scalars, shape: tensor.shape) }
  }

  /// Reads weights and the state of Adam in the shapes that `weights` and `adam` have.
  ///
  /// - Parameter step: how many steps Adam has made.
  /// - Throws: `SafetensorsError` for missing tensors, other shapes, and means of squares below zero. Nothing is
  ///   changed then.
  public func restore<Weights: ParameterGroup>(
    _ weights: inout Weights, _ adam: inout OptimizerState<Float>, step: Int
  ) throws(SafetensorsError) where Weights.Scalar == Float {
    var found: [Tensor<Float>] = []
    for (name, tensor) in weights.named {
      found.append(Tensor(shape: tensor.shape, scalars: try floats("weights/" + name, shape: tensor.shape.map { $0 })))
    }
    var slots: [(name: String, tensor: Tensor<Float>)] = []
    for (name, tensor) in adam.named {
      let numbers = try floats("adam/" + name, shape: tensor.shape.map { $0 })
      if name.hasSuffix("/velocity"), let number = numbers.first(where: { $0 < 0 }) {
        throw SafetensorsError(file: file, tensor: "adam/" + name, expected: "means of squares", received: "\(number)")
      }
      slots.append((name, Tensor(shape: tensor.shape, scalars: numbers)))
    }
    do {
      try adam.restore(step: step, named: slots)
    } catch {
      throw SafetensorsError(file: file, expected: "the state of this optimiser", received: "\(error)")
    }
    weights.replace(with: found)
  }

  /// Compares what fixes a training with the file's metadata.
  ///
  /// - Throws: `SafetensorsError` with the first name whose text is another one.
  public func require(_ settings: [String: String]) throws(SafetensorsError) {
    for (name, wanted) in settings.sorted(by: { $0.key < $1.key }) {
      let found = try text(name)
      guard found == wanted else {
        throw SafetensorsError(
          file: file, expected: "a training with \(name) \(wanted)", received: "\(name) \(found.prefix(60))")
      }
    }
  }
}

/// Tells data from other data: FNV-1a of its bytes.
public struct Fingerprint: Equatable, Sendable {
  public private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325

  public init() {}

  public mutating func add(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { bytes in
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
  }

  /// The bytes of a text and an end, so that two texts are not one.
  public mutating func add(_ text: String) {
    add(Array(text.utf8))
    add([0])
  }

  /// Sixteen digits, or fewer.
  public var text: String { String(hash, radix: 16) }
}
