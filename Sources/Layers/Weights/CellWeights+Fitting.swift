extension CellWeights {
  /// The same function with exactly the tensors that `layout` stores, ready for its `encode`.
  ///
  /// | These weights have      | the layout has | result                                                          |
  /// |-------------------------|----------------|-----------------------------------------------------------------|
  /// | one bias                | two            | the second is zero                                              |
  /// | two biases              | one            | their sum; a GRU with `resetAfter` only if b′g = 0: r scales it |
  /// | no bias                 | one or two     | zeros                                                           |
  /// | peepholes, a projection | none           | refused, unless all peepholes are zero                          |
  ///
  /// - Throws: `ConversionError` saying why the layout cannot express the same function.
  public func fitted(to layout: WeightLayout) throws -> CellWeights {
    let target = layout.framework.rawValue
    guard layout.kind == kind else {
      throw ConversionError("\(kind.titleWithArticle) cannot be stored as \(layout.kind.titleWithArticle)")
    }
    guard kind != .gru || layout.resetAfter == resetAfter else {
      let (mine, other) = resetAfter ? ("after", "before") : ("before", "after")
      throw ConversionError(
        "the reset gate of these GRU weights acts \(mine) the recurrent product, in the \(target) layout \(other) it: "
          + "the two compute different functions")
    }
    guard layout.has(.projection) == (projection != nil) else {
      throw ConversionError(
        projection == nil
          ? "the \(target) layout has a projection, these weights have none"
          : "these weights have a projection, the \(target) layout has none")
    }
    var result = self
    try result.fitPeepholes(to: layout)
    try result.fitBiases(to: layout)
    return result
  }

  private mutating func fitPeepholes(to layout: WeightLayout) throws {
    if layout.has(.peepholes) {
      peepholes = peepholes ?? .zeros([3, units])
    } else if let own = peepholes {
      guard own.scalars.allSatisfy({ $0 == 0 }) else {
        throw ConversionError("these weights have peepholes, the \(layout.framework.rawValue) layout has none")
      }
      peepholes = nil
    }
  }

  private mutating func fitBiases(to layout: WeightLayout) throws {
    let none = Tensor<Scalar>.zeros([kernel.columns])
    guard layout.has(.bias) else {
      guard (bias ?? none) == none, (recurrentBias ?? none) == none else {
        throw ConversionError("these weights have a bias, the \(layout.framework.rawValue) layout has none")
      }
      (bias, recurrentBias) = (nil, nil)
      return
    }
    if layout.has(.recurrentBias) {
      bias = bias ?? none
      recurrentBias = recurrentBias ?? none
      return
    }
    if let second = recurrentBias {
      if kind == .gru, resetAfter, second.split(into: 3)[2].scalars.contains(where: { $0 != 0 }) {
        throw ConversionError(
          "the recurrent bias of the candidate is not zero; the reset gate scales it, and the "
            + "\(layout.framework.rawValue) layout with one bias has no place for it")
      }
      // Adding zeros would turn −0 into 0, and a conversion there and back must keep every bit.
      if second.scalars.contains(where: { $0 != 0 }) { bias = (bias ?? none) + second }
      recurrentBias = nil
    }
    bias = bias ?? none
  }

  /// The forget bias of TensorFlow 1, which is added at every call, moved into the bias, or out of it with a negative
  /// number.
  public func addingForgetBias(_ forgetBias: Scalar) -> CellWeights {
    guard kind == .lstm, forgetBias != 0 else { return self }
    var result = self
    var own = bias ?? .zeros([kernel.columns])
    for unit in units..<2 * units { own.scalars[unit] += forgetBias }
    result.bias = own
    return result
  }
}
