import ChapterSupport

/// What the frameworks made of these weights; empty where `golden` is not beside the program.
let runs: [CellVariant: [FrameworkRun]] = page.must(
  try FrameworkRun.areAtHand
    ? Dictionary(uniqueKeysWithValues: CellVariant.all.map { ($0, try FrameworkRun.load($0)) }) : [:])

/// The frameworks ran weights of one size; with another size or seed this chapter draws its own.
let isGolden =
  page[seed] == 0 && !runs.isEmpty
  && runs.values.allSatisfy { $0[0].x.shape == [T, B, D] && $0[0].h0.shape == [B, H] }

/// The weights of one cell by name, and a sequence to run it on. Gates stand in the order of `CellKind.gates`.
struct NamedWeights {
  /// `[T, B, D]`, and the states before the first step, `[B, H]`.
  var x, h0, c0: Tensor<Double>
  /// W_gx `[D, H]`, W_gh `[H, H]`, b_g and b'_g `[H]` of every gate g.
  var W, U, b, bʹ: [Tensor<Double>]
}

/// The weights that all frameworks were given; they stand in Keras' file in the order of `CellKind.gates`.
func golden(_ keras: FrameworkRun, gates: Int) -> NamedWeights? {
  guard let kernel = keras["kernel"], let recurrent = keras["recurrent_kernel"], let bias = keras["bias"] else {
    return nil
  }
  let none = Tensor<Double>.zeros([gates * H])
  let (b, bʹ) = bias.rank == 2 ? (bias.slice(0), bias.slice(1)) : (bias, none)
  return NamedWeights(
    x: keras.x, h0: keras.h0, c0: keras.c0 ?? .zeros([B, H]), W: kernel.split(into: gates),
    U: recurrent.split(into: gates), b: b.split(into: gates), bʹ: bʹ.split(into: gates))
}

/// Multiples of 1/1024, which `Float` and `Double` hold and add without rounding.
func random(_ shape: Int..., within limit: Double) -> Tensor<Double> {
  Tensor<Double>.uniform(shape, -limit, limit, using: &generator).map { ($0 * 1024).rounded() / 1024 }
}

/// Weights that neither saturate a gate nor let a state explode, whatever the sizes.
func drawn(gates: Int, twoBiases: Bool) -> NamedWeights {
  let (forInput, forState) = (min(0.8, 1.4 / Double(D).squareRoot()), min(0.8, 1.2 / Double(H).squareRoot()))
  return NamedWeights(
    x: random(T, B, D, within: 0.8), h0: random(B, H, within: 0.8), c0: random(B, H, within: 0.8),
    W: (0..<gates).map { _ in random(D, H, within: forInput) },
    U: (0..<gates).map { _ in random(H, H, within: forState) }, b: (0..<gates).map { _ in random(H, within: 0.8) },
    bʹ: (0..<gates).map { _ in twoBiases ? random(H, within: 0.8) : .zeros([H]) })
}

func weights(_ variant: CellVariant, gates: Int) -> NamedWeights {
  let own = drawn(gates: gates, twoBiases: variant == .gruResetAfter)
  guard isGolden, let keras = runs[variant]?.first else { return own }
  return golden(keras, gates: gates) ?? own
}
