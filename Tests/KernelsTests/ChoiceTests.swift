import Foundation
import Support
import Testing

@testable import Kernels

/// What activations and clips are made of, number by number, and the bits of the short and the long forms.
@Suite struct ChoiceTests {
  @Test func choicesOfFloats() { check(Float.self) }
  @Test func choicesOfDoubles() { check(Double.self) }

  private func check<Scalar: ElementaryScalar>(_: Scalar.Type) {
    typealias Vector = Scalar.Vector
    let x = vector([-3, -2, -1, -0.0, 0, 1, 2, 3], Scalar.self)
    func numbers(_ y: Vector) -> [Scalar] { (0..<8).map { y[$0] } }
    expect(numbers(Scalar.absolute(x)) == [3, 2, 1, 0, 0, 1, 2, 3] && Scalar.absolute(x)[3].sign == .plus)
    let chosen = Scalar.choose(Vector(repeating: 7), over: Vector(repeating: 9), wherePositive: x)
    expectEqual(numbers(chosen), [9, 9, 9, 9, 9, 7, 7, 7])
    expectEqual(numbers(Scalar.clipped(x, to: 2)), [-2, -2, -1, 0, 0, 1, 2, 2])
    expectEqual(numbers(Scalar.insideUnitInterval(x * 0.5)), [0, 0, 0, 0, 0, 0.5, 1, 1])
    let odd = vector([.nan, .infinity, -.infinity, 0.25, -.nan, 2.5, -2.5, 1], Scalar.self)
    let clipped = numbers(Scalar.clipped(odd, to: 2))
    expect(clipped[0].isNaN && clipped[4].isNaN && clipped[1] == 2 && clipped[2] == -2 && clipped[3] == 0.25)
    expect(clipped[5] == 2 && clipped[6] == -2 && clipped[7] == 1)
    for bit in [0, 1, 4] {
      let inside = Scalar.inside(x, 2, bit: bit)
      let expected: [Scalar.Integers.Scalar] = [0, 1, 1, 1, 1, 1, 1, 0].map { $0 << Scalar.Integers.Scalar(bit) }
      expectEqual((0..<8).map { inside[$0] }, expected)
      // Only the bit that is asked for counts.
      let gradient = Scalar.passed(
        x + 10, inside | Scalar.Integers(repeating: 1 << Scalar.Integers.Scalar(bit + 1)), bit: bit)
      expectEqual(numbers(gradient), [0, 8, 9, 10, 10, 11, 12, 0])
      expect(
        numbers(Scalar.passed(x, Scalar.Integers(repeating: 2 << Scalar.Integers.Scalar(bit)), bit: bit)).allSatisfy {
          $0 == 0
        })
    }
    let unbounded = Scalar.inside(odd, nil, bit: 0)
    expectEqual((0..<8).map { unbounded[$0] }, [0, 1, 1, 1, 0, 1, 1, 1])
    for count in 0...8 {
      let mask = Pack.mask(count, Scalar.self)
      expect((0..<Vector.scalarCount).map { mask[$0] } == (0..<Vector.scalarCount).map { $0 < count ? -1 : 0 })
      expect(numbers(Scalar.kept(x + 5, mask)) == (0..<8).map { $0 < count ? x[$0] + 5 : 0 })
    }
    let soft = numbers(Scalar.softplus(x * 300))
    for (y, z) in zip(soft, numbers(x)) {
      let z = 300 * Double(z)
      expect(abs(Double(y) - (z > 0 ? z + log1p(exp(-z)) : log1p(exp(z)))) < 1e-7)
    }
  }

  private func vector<Scalar: ElementaryScalar>(_ numbers: [Scalar], _: Scalar.Type) -> Scalar.Vector {
    var vector = Scalar.Vector(repeating: 1)
    for (lane, number) in numbers.enumerated() { vector[lane] = number }
    return vector
  }

  /// One number in a vector that is not moderate, at each place: the others keep their bits. Both sides of the bound.
  @Test func theFormDoesNotChangeTheBits() {
    checkForms(Float.self)
    checkForms(Double.self)
  }

  private func checkForms<Scalar: ElementaryScalar>(_: Scalar.Type) {
    let width = Scalar.Vector.scalarCount
    let bound = Scalar.moderateBound
    let moderate = numbers(Scalar.self, width, seed: 3)
    for (lane, large) in zip(
      0..<width,
      [bound, -bound, bound * 2, -bound * 2, .infinity, bound.nextDown] + Array(repeating: -bound * 3, count: width))
    {
      var x = Scalar.Vector()
      for place in 0..<width { x[place] = place == lane ? large : moderate[place] * 3 }
      let functions: [((Scalar.Vector) -> Scalar.Vector, (Double) -> Double)] = [
        (Scalar.exponential, { exp($0) }), (Scalar.hyperbolicTangent, { tanh($0) }),
        (Scalar.logistic, { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) }),
      ]
      for (function, reference) in functions {
        let y = function(x)
        for place in 0..<width {
          let alone = function(Scalar.Vector(repeating: x[place]))
          expectEqual(y[place], alone[place])
          let expected = Scalar(reference(Double(x[place])))
          expect(y[place] == expected || abs(y[place] - expected) <= 4 * expected.ulp, "\(x[place])")
        }
      }
      // All gates take the long form where one number of one gate needs it.
      let plain = Scalar.Vector(repeating: 0.75)
      for gate in 0..<4 {
        let z = (0..<4).map { $0 == gate ? x : plain }
        let own = Scalar.gates(z[0], z[1], z[2], z[3])
        let expected = (
          Scalar.logistic(z[0]), Scalar.logistic(z[1]), Scalar.hyperbolicTangent(z[2]), Scalar.logistic(z[3])
        )
        for place in 0..<width {
          expect(own.i[place] == expected.0[place] && own.f[place] == expected.1[place])
          expect(own.g[place] == expected.2[place] && own.o[place] == expected.3[place])
        }
      }
    }
  }

  /// The greatest logit at every place of a row: whoever misses it computes an infinite power.
  @Test func theGreatestLogitIsFoundWhereverItStands() {
    for place in 0..<150 {
      var z = numbers(Float.self, 150, seed: 4)
      z[place] = 800
      var gradient = z
      let loss = Float.kernels.softmaxCrossEntropy(z, label: place, scale: 2, into: &gradient, count: 150)
      expect(loss == 0 && gradient.allSatisfy { $0 == 0 })
    }
    var nothing: [Float] = [5]
    expect(Float.kernels.softmaxCrossEntropy([1], label: 0, scale: 1, into: &nothing, count: 0) == 0 && nothing == [5])
  }
}

/// Memory for panels: where it begins, and which block comes again.
@Suite struct MemoryBlockTests {
  @Test func largeBlocksBeginOnALargePage() {
    func place(_ bytes: Int) -> UInt { UInt(bitPattern: AlignedMemory<Float>(count: bytes / 4).start) }
    expect(AlignedMemory<Float>.alignment == 64 && AlignedMemory<Double>.alignment == 64)
    expect(place(4 << 20) % (2 << 20) == 0 && place(5 << 20) % (2 << 20) == 0 && place(100) % 64 == 0)
  }

  /// A block of 88 MB, more than any test needs, comes again for what needs as much, or up to a fifth less.
  @Test func aBlockComesAgain() {
    let size = 22_000_000
    func place(_ count: Int) -> UnsafeMutablePointer<Float> { AlignedMemory<Float>(count: count).start }
    let first = place(size)
    expect(place(size) == first && place(size / 5 * 4) == first)
    let both = (AlignedMemory<Float>(count: size), AlignedMemory<Float>(count: size))
    expect(both.0.start != both.1.start)
  }
}
