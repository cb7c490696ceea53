@_exported import Tensors

/// The weights of a layer; a gradient has the same type as the weights it belongs to.
public protocol ParameterGroup<Scalar>: Equatable, Sendable {
  associatedtype Scalar: RealScalar

  /// Calls `body` once for every tensor, in a fixed order, with its name. `body` may change the tensor.
  ///
  /// Names are those of Keras (`kernel`, `recurrent_kernel`, `bias`). In a larger group the place of the part stands
  /// before a slash: `1/kernel`.
  mutating func update(_ body: (_ name: String, _ tensor: inout Tensor<Scalar>) throws -> Void) rethrows
}

extension ParameterGroup {
  /// All tensors with their names, in their fixed order.
  public var named: [(name: String, tensor: Tensor<Scalar>)] {
    var list: [(name: String, tensor: Tensor<Scalar>)] = []
    var copy = self
    copy.update { name, tensor in list.append((name, tensor)) }
    return list
  }

  /// The tensor of the given name, which must be one of the group's.
  public subscript(name: String) -> Tensor<Scalar> {
    guard let found = named.first(where: { $0.name == name }) else {
      preconditionFailure("no weight \(name); there are \(named.map(\.name))")
    }
    return found.tensor
  }

  /// How many numbers there are to train.
  public var parameterCount: Int { named.reduce(0) { $0 + $1.tensor.count } }

  /// The same tensors, all zero: where a gradient begins.
  public var zeros: Self {
    var copy = self
    copy.update { _, tensor in tensor = .zeros(tensor.shape) }
    return copy
  }

  /// Puts other tensors in the place of all, in the order of `named`.
  public mutating func replace(with tensors: [Tensor<Scalar>]) {
    var index = 0
    update { name, tensor in
      precondition(index < tensors.count, "no tensor for \(name): there are \(tensors.count)")
      tensor = tensors[index]
      index += 1
    }
    precondition(index == tensors.count, "\(index) weights take as many tensors, not \(tensors.count)")
  }

  /// `self += other`, tensor by tensor.
  public mutating func add(_ other: Self) {
    let others = other.named
    var index = 0
    update { _, tensor in
      tensor += others[index].tensor
      index += 1
    }
  }
}

/// A group of tensors that is known by its names alone: the weights of a stack of different layers.
public struct NamedTensors<Scalar: RealScalar>: ParameterGroup {
  public private(set) var names: [String]
  public private(set) var tensors: [Tensor<Scalar>]

  public init(_ list: [(name: String, tensor: Tensor<Scalar>)] = []) {
    // Closures, not key paths: a key path of a generic type is made at every call, which takes longer than a small
    // product.
    names = list.map { $0.name }
    tensors = list.map { $0.tensor }
  }

  public mutating func update(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
    for index in names.indices { try body(names[index], &tensors[index]) }
  }

  /// The tensor of the given name, or nil.
  public func tensor(named name: String) -> Tensor<Scalar>? {
    names.firstIndex(of: name).map { tensors[$0] }
  }

  /// The tensors whose name begins with `prefix`, in order.
  public func tensors(under prefix: String) -> [Tensor<Scalar>] {
    zip(names, tensors).filter { $0.0.hasPrefix(prefix) }.map(\.1)
  }
}

/// No weights at all.
public struct NoParameters<Scalar: RealScalar>: ParameterGroup {
  public init() {}
  public mutating func update(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {}
}
