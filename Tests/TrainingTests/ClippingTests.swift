import PrintedNumbers
import Support
import Testing

@testable import Training

/// Clipping as PyTorch and Keras do it, number for number.
@Suite struct ClippingTests {
  private func gradients(_ list: [(String, Tensor<Double>)]) -> NamedTensors<Double> {
    NamedTensors(list.map { (name: $0.0, tensor: $0.1) })
  }

  private static let rules: [(torch: String, keras: String, rule: @Sendable (Double) -> GradientClipping)] = [
    ("clip_grad_value_", "clipvalue", { .value($0) }), ("clip_grad_norm_each", "clipnorm", { .norm($0) }),
    ("clip_grad_norm_", "global_clipnorm", { .globalNorm($0) }),
  ]

  @Test func asTheFrameworksDoIt() throws {
    let numbers = try #require(try LessonNumbers.load("gradients_clipping"))
    let bound = try numbers.tolerance()
    let cases = try numbers["cases"].list()
    expect(cases.count >= 2)
    for one in cases {
      let names = try one["gradients"].keys()
      let given = gradients(try names.map { ($0, try one["gradients"][$0].tensor()) })
      expect(
        abs(given.globalNorm - (try one["global_norm"].number())) <= bound.absolute + bound.relative * given.globalNorm)
      let limit = try one["limit"].number()
      for (torch, keras, rule) in Self.rules {
        for (framework, key, convention) in [
          ("torch", torch, GradientClipping.Convention.pytorch), ("keras", keras, .keras),
        ] {
          let clipped = rule(limit)(given, as: convention)
          for name in names {
            let expected = try one[framework][key][name].tensor()
            for (a, b) in zip(clipped[name].scalars, expected.scalars) {
              expect(abs(a - b) <= bound.absolute + bound.relative * abs(b), "\(key) \(name)")
            }
          }
        }
      }
    }
  }

  /// The two conventions differ by more than the tolerance of the test above, so that it can tell them apart.
  @Test func theConventionsDiffer() {
    let given = gradients([("a", Tensor([3, 4]))])
    let difference = GradientClipping.norm(1)(given)["a"][0] - GradientClipping.norm(1)(given, as: .pytorch)["a"][0]
    expect(difference > 1e-7 && difference < 2e-7)
  }

  @Test(arguments: ["inf", "nan"]) func whatIsNotFinite(kind: String) throws {
    let stored = try #require(try LessonNumbers.load("gradients_clipping"))["not_finite"][kind]
    let bad = kind == "inf" ? Double.infinity : .nan
    let given = gradients([("a", Tensor([bad, 1])), ("b", Tensor([2]))])
    for (key, rule) in [
      ("clip_grad_norm_", GradientClipping.globalNorm(1)), ("clip_grad_value_", .value(1)),
    ] {
      let clipped = rule(given, as: .pytorch)
      for name in ["a", "b"] {
        let expected = try stored[key][name].list().map { Double(try $0.text()) ?? 0 }
        for (a, b) in zip(clipped[name].scalars, expected) { expect(a == b || a.isNaN && b.isNaN, "\(key) \(name)") }
      }
    }
    // Keras makes the whole step NaN.
    expect(GradientClipping.globalNorm(1)(given).tensors.allSatisfy { $0.scalars.allSatisfy(\.isNaN) })
  }
}
