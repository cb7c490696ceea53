extension StoredTensor {
  /// The elements of a floating-point tensor, each without loss; `nil` for whole numbers and truth values.
  ///
  /// | Type   | Exponent bits | Fraction bits |
  /// |--------|---------------|---------------|
  /// | `F16`  | 5             | 10            |
  /// | `BF16` | 8             | 7             |
  /// | `F32`  | 8             | 23            |
  /// | `F64`  | 11            | 52            |
  public var numbers: [Double]? {
    switch type {
    case .float64: doubles
    case .float32: floats?.map(Double.init)
    case .bfloat16: wholeNumbers(bytes, UInt16.self).map { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .float16: wholeNumbers(bytes, UInt16.self).map(number(ofHalf:))
    default: nil
    }
  }

  /// A tensor of `type` with each number rounded to the nearest, ties to even.
  ///
  /// - Throws: `SafetensorsError` where the type is no floating-point type, or its range does not hold a number.
  public init(rounding numbers: [Double], to type: ElementType, shape: [Int]) throws(SafetensorsError) {
    func refused(_ received: String) -> SafetensorsError {
      SafetensorsError(file: "tensor", expected: "numbers within the range of \(type.rawValue)", received: received)
    }
    switch type {
    case .float64: self.init(numbers, shape: shape)
    case .float32:
      let rounded = numbers.map { Float($0) }
      if let place = rounded.indices.first(where: { !rounded[$0].isFinite && numbers[$0].isFinite }) {
        throw refused("\(numbers[place])")
      }
      self.init(rounded, shape: shape)
    case .float16, .bfloat16:
      let (exponentBits, fractionBits) = type == .float16 ? (5, 10) : (8, 7)
      var bits: [UInt16] = []
      bits.reserveCapacity(numbers.count)
      for number in numbers {
        guard let rounded = roundedBits(number, exponentBits: exponentBits, fractionBits: fractionBits) else {
          throw refused("\(number)")
        }
        bits.append(rounded)
      }
      self.init(type: type, shape: shape, bytes: littleEndianBytes(bits))
    default:
      throw SafetensorsError(file: "tensor", expected: "F16, BF16, F32 or F64", received: type.rawValue)
    }
  }
}

/// The number that 16 bits hold in IEEE 754's half precision.
private func number(ofHalf bits: UInt16) -> Double {
  let exponent = Int(bits >> 10) & 0x1F
  let fraction = Double(bits & 0x3FF)
  let magnitude: Double =
    switch exponent {
    case 0: fraction / 0x1p24
    case 31: fraction == 0 ? .infinity : .nan
    default: Double(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
    }
  return bits >> 15 == 1 ? -magnitude : magnitude
}

/// The bits of the nearest number with so many bits of exponent and fraction, or `nil` beyond its range.
private func roundedBits(_ number: Double, exponentBits: Int, fractionBits: Int) -> UInt16? {
  let sign: UInt16 = number.sign == .minus ? 0x8000 : 0
  guard number != 0 else { return sign }
  guard number.isFinite else { return nil }
  let bias = 1 << (exponentBits - 1) - 1
  // Below the smallest exponent the fraction has no leading one, and the steps stay equal.
  let exponent = max(Int(number.exponent), 1 - bias)
  let steps = Double(sign: .plus, exponent: fractionBits - exponent, significand: number.magnitude)
    .rounded(.toNearestOrEven)
  // A fraction that rounds up to two raises the exponent by itself.
  let bits = (exponent + bias - 1) << fractionBits + Int(steps)
  return bits < (1 << exponentBits - 1) << fractionBits ? sign | UInt16(bits) : nil
}
