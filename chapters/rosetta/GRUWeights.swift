import ChapterSupport

// The two cells that are called GRU, in terms of the names of their weights.

/// The weights of the three parts as symbols.
func three(_ weights: [Tensor<Double>], _ name: (String) -> String) -> (Formula, Formula, Formula) {
  let all = zip(["z", "r", "g"], weights).map { symbol(name($0), .weight, $1) }
  return (all[0], all[1], all[2])
}

let (A_zx, A_rx, A_gx) = three(after.W) { "W_{\($0)x}" }
let (A_zh, A_rh, A_gh) = three(after.U) { "W_{\($0)h}" }
let (a_z, a_r, a_g) = three(after.b) { "b_\($0)" }
let (aʹ_z, aʹ_r, aʹ_g) = three(after.bʹ) { "b'_\($0)" }
let namedAfter = GRUEquations(
  z: x • A_zx + onEveryRow(a_z) + (h₋ • A_zh + onEveryRow(aʹ_z)),
  r: x • A_rx + onEveryRow(a_r) + (h₋ • A_rh + onEveryRow(aʹ_r))
) { r in x • A_gx + onEveryRow(a_g) + r ⊙ (h₋ • A_gh + onEveryRow(aʹ_g)) }

let (V_zx, V_rx, V_gx) = three(before.W) { "W_{\($0)x}" }
let (V_zh, V_rh, V_gh) = three(before.U) { "W_{\($0)h}" }
let (v_z, v_r, v_g) = three(before.b) { "b_\($0)" }
let namedBefore = GRUEquations(
  z: x • V_zx + h₋ • V_zh + onEveryRow(v_z), r: x • V_rx + h₋ • V_rh + onEveryRow(v_r)
) { r in x • V_gx + (r ⊙ h₋) • V_gh + onEveryRow(v_g) }

let noBias = symbol("0", .weight, Tensor<Double>.zeros([3 * H]))
