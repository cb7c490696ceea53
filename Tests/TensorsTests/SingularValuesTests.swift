import Support
import Testing

@testable import Tensors

@Suite struct SingularValuesTests {
  /// AᵀA of [[3, 0], [4, 5]] has the eigenvalues 45 and 5.
  @Test func ofAMatrixOnPaper() {
    let matrix = Tensor<Double>([[3, 0], [4, 5]])
    let expected: [Double] = [45, 5]
    for (found, square) in zip(matrix.singularValues, expected) { expect(abs(found * found - square) < 1e-13) }
    expect(abs(matrix.spectralNorm * matrix.spectralNorm - 45) < 1e-13)
    // A triangular matrix has its eigenvalues on the diagonal.
    expect(abs(matrix.spectralRadius - 5) < 1e-13)
  }

  @Test(arguments: [[2, 3], [3, 2]]) func asManyAsTheShorterSide(shape: [Int]) {
    let matrix = Tensor<Double>(shape: shape, scalars: [1, 2, 3, 4, 5, 6])
    let values = matrix.singularValues
    expect(values.count == 2 && values[0] > values[1])
    // The sum of their squares is that of all numbers.
    expect(abs(values[0] * values[0] + values[1] * values[1] - 91) < 1e-12)
  }

  /// It turns, stretches one axis to 2 and the other to 1/2: two steps give back the length.
  @Test func aStepMayStretchWhereManyDoNot() {
    let matrix = Tensor<Double>([[0, 2], [-0.5, 0]])
    expectEqual(matrix.singularValues, [2, 0.5])
    expect(abs(matrix.spectralRadius - 1) < 1e-13)
  }

  @Test func aPairOfComplexEigenvalues() {
    // 0.3 ± 0.4i, of size 0.5.
    expect(abs(Tensor<Double>([[0.3, -0.4], [0.4, 0.3]]).spectralRadius - 0.5) < 1e-14)
  }

  @Test func zeroAndOneNumber() {
    expectEqual(Tensor<Double>.zeros([3, 3]).spectralRadius, 0)
    expectEqual(Tensor<Double>.zeros([3, 3]).singularValues, [0, 0, 0])
    expect(abs(Tensor<Double>([[-1.7]]).spectralRadius - 1.7) < 1e-14)
    // Nothing is left of a push after two steps.
    expectEqual(Tensor<Double>([[0, 3], [0, 0]]).spectralRadius, 0)
  }
}
