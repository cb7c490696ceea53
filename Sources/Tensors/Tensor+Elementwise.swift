// Every operation here is specialised for both scalar types: a generic caller in another module then pays one indirect
// call for a tensor, not one for each element.

extension Tensor {
  @inline(__always)
  func mapped(_ transform: (Scalar) -> Scalar) -> Tensor {
    Tensor(shape: shape) { y in
      scalars.withUnsafeBufferPointer { x in
        for i in 0..<x.count { y[i] = transform(x[i]) }
      }
    }
  }

  /// Combines two tensors of one shape, or a tensor with a vector that is repeated for each of its rows (a bias).
  @inline(__always)
  func combined(with other: Tensor, _ combine: (Scalar, Scalar) -> Scalar) -> Tensor {
    if shape == other.shape {
      return Tensor(shape: shape) { y in
        scalars.withUnsafeBufferPointer { a in
          other.scalars.withUnsafeBufferPointer { b in
            for i in 0..<a.count { y[i] = combine(a[i], b[i]) }
          }
        }
      }
    }
    precondition(
      other.rank <= 1 && (other.count == columns || other.rank == 0),
      "shapes \(shape) and \(other.shape) do not combine")
    let width = other.rank == 0 ? 1 : columns
    return Tensor(shape: shape) { y in
      scalars.withUnsafeBufferPointer { a in
        other.scalars.withUnsafeBufferPointer { b in
          for row in 0..<(width == 0 ? 0 : a.count / width) {
            for j in 0..<width { y[row * width + j] = combine(a[row * width + j], b[j]) }
          }
        }
      }
    }
  }

  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public static func + (a: Tensor, b: Tensor) -> Tensor { a.combined(with: b) { $0 + $1 } }

  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public static func - (a: Tensor, b: Tensor) -> Tensor { a.combined(with: b) { $0 - $1 } }

  /// The product element by element, written ⊙ in formulas.
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public static func * (a: Tensor, b: Tensor) -> Tensor { a.combined(with: b) { $0 * $1 } }

  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public static func / (a: Tensor, b: Tensor) -> Tensor { a.combined(with: b) { $0 / $1 } }

  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public static func + (a: Tensor, b: Scalar) -> Tensor { a.mapped { $0 + b } }

  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public static func - (a: Tensor, b: Scalar) -> Tensor { a.mapped { $0 - b } }

  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public static func * (a: Tensor, b: Scalar) -> Tensor { a.mapped { $0 * b } }

  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public static func - (a: Scalar, b: Tensor) -> Tensor { b.mapped { a - $0 } }

  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public static func * (a: Scalar, b: Tensor) -> Tensor { b.mapped { a * $0 } }

  public static func += (a: inout Tensor, b: Tensor) {
    if a.shape == b.shape { a.addScaled(1, b) } else { a = a + b }
  }
  public static prefix func - (a: Tensor) -> Tensor { 0 - a }

  /// `self += factor · other`, in place.
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public mutating func addScaled(_ factor: Scalar, _ other: Tensor) {
    precondition(shape == other.shape, "shapes \(shape) and \(other.shape) do not combine")
    scalars.withUnsafeMutableBufferPointer { a in
      other.scalars.withUnsafeBufferPointer { b in
        for i in 0..<a.count { a[i] += factor * b[i] }
      }
    }
  }

  /// Every element limited to `−bound … bound`.
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public func clamped(to bound: Scalar) -> Tensor { mapped { $0 > bound ? bound : $0 < -bound ? -bound : $0 } }

  /// 1 where the element lies inside `−bound … bound`, else 0: the derivative of `clamped`.
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public func isInside(_ bound: Scalar) -> Tensor { mapped { $0 <= bound && $0 >= -bound ? 1 : 0 } }

  /// `transform` of every element. Slower than the operators.
  public func map(_ transform: (Scalar) -> Scalar) -> Tensor { Tensor(shape: shape, scalars: scalars.map(transform)) }

  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public func squared() -> Tensor { mapped { $0 * $0 } }

  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public func squareRoot() -> Tensor { mapped { $0.squareRoot() } }

  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public func absolute() -> Tensor { mapped { abs($0) } }
}

/// `eˣ`, element by element.
public func exp<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  Tensor(shape: x.shape) { y in
    x.scalars.withUnsafeBufferPointer { Scalar.kernels.exp($0.baseAddress!, into: y, count: x.count) }
  }
}

/// The hyperbolic tangent, element by element.
public func tanh<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  Tensor(shape: x.shape) { y in
    x.scalars.withUnsafeBufferPointer { Scalar.kernels.tanh($0.baseAddress!, into: y, count: x.count) }
  }
}

/// The logistic function `1 / (1 + e⁻ˣ)`, element by element.
public func sigmoid<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  Tensor(shape: x.shape) { y in
    x.scalars.withUnsafeBufferPointer { Scalar.kernels.sigmoid($0.baseAddress!, into: y, count: x.count) }
  }
}
