import ChapterSupport
import Foundation

let quick = Option.flag(
  "quick", "short experiments: 10 and 20 steps, and those of --longest where you name it; two runs of each")
let radius = Option.number(
  "radius", default: 1.3, in: 0...3, "spectral radius of one more network among those that are followed back")
let longest = Option.integer("longest", default: 100, in: 20...200, "steps of the experiments' longest sequences")
let seed = Option.integer(
  "seed", default: 0, in: 0...1_000_000,
  "seed of the networks that are followed back; 0 takes those that PyTorch ran")

let page = Notebook(
  "Where gradients go", number: 8, question: "Where does the gradient go?", minutes: 50,
  goals: [
    "multiply the Jacobians of two steps by hand, and say what a factor a step does in thirty",
    "say why gates keep a gradient that tanh and relu do not keep, and which gradient it is",
    "clip a gradient by value, by norm and by global norm, and say when you need to",
  ],
  requires: ["simple-rnn", "lstm", "gru"],
  summary: "The gradient followed back through thirty steps, what shrinks it, what blows it up, and what helps.",
  parameters: [quick, radius, longest, seed])

func number(_ value: Double, _ decimals: Int = 3) -> String { page.text(value, decimals: decimals) }
func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

//: A network reads a sentence of thirty words and makes a mistake at the last one. The cause is the first word. Training can mend it
//: only if the first step hears of the mistake. So the [gradient](glossary:gradient) must walk back, from step to step, thirty times. Does it arrive?

page.picture(
  .unrolledNetwork(
    title: "The mistake is at the end, the cause at the beginning", steps: 6, inputShape: "",
    layers: [UnrolledLayer("h", name: "recurrent layer", shape: "", hue: .sky)],
    dense: UnrolledDense(#"\hat{y}"#, shape: "")))

//: ## A first look
//:
//: Take one unit and a pencil. Its state is $h_t = w h_{t-1} + x_t$, with one weight $w$ and nothing else. Push $h_0$ a little. The push arrives
//: at $h_1$ times $w$, at $h_2$ times $w^2$, and at $h_n$ times $w^n$. The way back is the same road: what $h_n$ wants, $h_0$ hears times $w^n$.

let weights = [0.5, 0.9, 1, 1.1, 1.5]
page.picture(
  .lineChart(
    title: "What is left of a push after n steps: wⁿ",
    series: weights.map { w in
      Picture.Series("w = \(number(w, 1))", (0...30).map { pow(w, Double($0)) }, first: 0)
    }, x: Picture.Axis("steps n"), y: Picture.Axis("wⁿ", isLogarithmic: true)))
page.table(
  "A factor a step, many steps", columns: ["w"] + [1, 5, 10, 30].map { "n = \($0)" },
  rows: weights.map { w in [number(w, 1)] + [1, 5, 10, 30].map { number(pow(w, Double($0)), 2) } })

//: There is one weight with which a push stays: 1. A little below it vanishes, a little above it explodes. This is the
//: [vanishing gradient](glossary:vanishing-gradient) and the [exploding gradient](glossary:exploding-gradient)
//: ([@hochreiter1991], [@bengio1994]). Remember this: **what counts is the factor a step, and the number of steps is its exponent.**
//:
//: Now put tanh around it, as every simple network has: $h_t = \tanh(w h_{t-1} + x_t)$. The slope of tanh is $1 - h_t^2$, so the factor of a step
//: becomes $w (1 - h_t^2)$. Begin at $h_0 = 1$, let the unit run without input until it rests, and look at the factor there.

/// Where a unit rests that begins at 1, without input.
func resting(_ w: Double) -> Double { (0..<5000).reduce(1.0) { h, _ in tanh(w * h) } }
func factorAtRest(_ w: Double) -> Double { w * (1 - resting(w) * resting(w)) }

page.picture(
  .lineChart(
    title: "The factor of a step, when the unit rests",
    series: [
      Picture.Series("without tanh: w", function: { $0 }, over: 0...3, samples: 61, isDashed: true),
      Picture.Series("with tanh: w (1 − h²)", function: factorAtRest, over: 0...3, samples: 61),
    ], x: Picture.Axis("w"), y: Picture.Axis("factor a step", range: 0...1.5)))
page.table(
  columns: ["w", "rests at h", "factor", "factor in 30 steps"],
  rows: [0.5, 0.9, 1.1, 1.5, 2].map { w in
    [
      number(w, 1), number(abs(resting(w)) < 0.001 ? 0 : resting(w)), number(factorAtRest(w)),
      number(pow(factorAtRest(w), 30), 2),
    ]
  })

page.prose(
  """
  Here is the first surprise of this lesson. Where the unit rests, the factor is never above 1, however large $w$ is. A weight of 1.5 does not explode there. It
  pushes the unit to \(number(resting(1.5), 2)), where tanh is flat, and the factor is \(number(factorAtRest(1.5), 2)): less than
  with a weight of \(number(0.5, 1)). (With a weight below −1 the unit does not rest. It jumps from one end to the other at every step, and tanh is as flat there.) **On the way there it may be above 1.** Near $h = 0$ tanh is steep, and the factor is nearly $w$ itself. With $w$ above 1 the unit does not
  stay there: it would stay at exactly 0, but any small push drives it away, to one of its two ends. A unit that is pressed to its end is called *saturated*. It still knows one thing, on which side it is,
  and it is deaf to small changes.
  """)

//: ## The idea
//:
//: 1. **A gradient is a product.** On the way back it is multiplied by one factor a step. The [weights](glossary:weight) are the same at all steps, so
//:    the factors resemble each other, and their product runs off to 0 or to infinity.
//: 2. **With many units the factor is a matrix**, the [Jacobian](glossary:jacobian) of the step: row $j$ says what unit $j$ of the old state
//:    does to each unit of the new one. (Many books write the transpose of it.) A matrix stretches some directions and shrinks others. By how much, its
//:    [singular values](glossary:singular-value) say, from the strongest direction to the weakest.
//: 3. **Many steps go by the eigenvalues.** What is stretched by one step need not be stretched by the next, which
//:    may turn it away. There may be directions that a matrix does not turn: a vector along one of them comes out as the same vector times a number $\lambda$, an
//:    [eigenvalue](glossary:eigenvalue), and after $n$ times the same matrix times $\lambda^n$. (A rotation of the plane turns every direction. Its two eigenvalues are complex numbers, both of absolute value 1: nothing gets longer or shorter.)
//:    In the long run the largest absolute value wins: the [spectral radius](glossary:spectral-radius) $\rho$.
//: 4. **Two cures.** Against vanishing: a road on which the factor is near 1. Gates make one. Against exploding: a
//:    limit on the length of the gradient, [clipping](glossary:clipping).

//: ## The formula and its numbers
//:
//: A simple network of two units and one input, three steps. The numbers are round, and no two are alike:

let W_x = symbol("W_x", .weight, Tensor([[0.6, -0.8]]))
let W_h = symbol("W_h", .weight, Tensor([[0.5, -0.9], [0.7, 0.4]]))
let b = symbol("b", .weight, Tensor([0.1, -0.2]))
let readout = symbol("v", .loss, Tensor([1.0, 0.3]))

let x = symbol("x_t", .input)
let h₋ = symbol("h_{t-1}", .state)
let h = define("h_t", tanh(x • W_x + h₋ • W_h + b), .state)
let network = Recurrence(input: x, states: [(h₋, h)])

page.formula(h)
for weight in [W_x, W_h, b] { page.show(weight == W_x ? "W_x" : weight == W_h ? "W_h" : "b", page.value(weight)) }

let inputs: [[Double]] = [[1], [-0.5], [0.8]]
let three = network.unrolled(over: inputs.map { MathValue($0) }, from: [.zeros(2)], firstStep: 1)
let forward = page.evaluation(of: three.map { $0[h] })
for step in three { page.worked(step[h], in: forward) }

//: ### One factor
//:
//: How does $h_3$ change with $h_2$? Inside tanh stands $h_2 W_h$, whose derivative is $W_h$. Around it stands tanh, which multiplies each column by
//: its own slope $1 - h_3^2$. That is the Jacobian $J_t = \partial h_t / \partial h_{t-1}$. (The sign 𝟏 is a column of ones. It writes the slopes into every row, so that
//: they can be multiplied element by element.)

func jacobian(_ t: Int) -> Formula {
  define("J_\(t)", W_h ⊙ onEveryRow(1 - squared(three[t - 1][h])))
}
let (J_2, J_3) = (jacobian(2), jacobian(3))
let factors = page.evaluation(of: [J_2, J_3])
page.worked(J_2, in: factors)
page.worked(J_3, in: factors)

//: ### The product
//:
//: From $h_1$ to $h_3$ it is two steps, so two factors:

let both = define(#"\frac{\partial h_3}{\partial h_1}"#, J_2 • J_3)
let product = page.evaluation(of: [both])
page.worked(both, in: product)

func stretches(_ matrix: Tensor<Double>) -> String {
  matrix.singularValues.map { number($0) }.joined(separator: " and ")
}
page.table(
  "By what factors lengths change: strongest and weakest direction", columns: ["matrix", "factors"],
  rows: [
    ["$W_h$", stretches(page.value(W_h))], ["$J_2$", stretches(page.value(J_2, in: factors))],
    ["$J_3$", stretches(page.value(J_3, in: factors))], ["$J_2 J_3$", stretches(page.value(both, in: product))],
  ])

let strongest = [J_2, J_3].map { page.value($0, in: factors).spectralNorm }
page.prose(
  """
  Two things can be read there. tanh makes each factor smaller than $W_h$ itself. And the product stretches by less than the two factors together: \(number(strongest[0])) times
  \(number(strongest[1])) is \(number(strongest[0] * strongest[1])), but the strongest direction of the product has \(number(page.value(both, in: product).spectralNorm)). The direction that one step stretches
  most is turned away before the next.
  """)

//: ### The gradient
//:
//: Take a loss that looks at the last state only, $L = v \cdot h_3$ with $v = (1, 0.3)$. Then $\partial L / \partial h_3 = v$, and each
//: step back multiplies by a Jacobian, which is transposed, because the way goes from the new state to the old one:

let back₂ = define(#"\frac{\partial L}{\partial h_2}"#, readout • transpose(J_3), .loss)
let back₁ = define(#"\frac{\partial L}{\partial h_1}"#, back₂ • transpose(J_2), .loss)
let way = page.evaluation(of: [back₁])
page.worked(back₂, in: way)
page.worked(back₁, in: way)

//: That was **by hand**. **The layer** of this library gets the same weights and goes back with code of its own. Central differences push
//: $h_1$ by 0.00001 and look at the loss:

let layer = page.must(
  try ThreeSteps(
    RecurrentWeights(kernel: page.value(W_x), recurrentKernel: page.value(W_h), bias: page.value(b)), inputs,
    readout: page.value(readout)))
page.compare(
  "∂L/∂h at three steps",
  hand: Tensor.stacked([back₁, back₂].map { page.value($0, in: way) } + [page.value(readout)]), layer: layer.slopes,
  tolerance: 1e-15, axes: ["step", "unit"], because: "sums of two products of numbers below 1")
page.compare(
  "J₂ and J₃", hand: Tensor.stacked([J_2, J_3].map { page.value($0, in: factors) }),
  layer: layer.jacobians, tolerance: 1e-15, axes: ["step", "old unit", "new unit"],
  because: "products of two numbers below 1")
let pushed = centralDifferences(page.value(three[0][h], in: forward)) { start in
  let later = network.unrolled(over: inputs[1...].map { MathValue($0) }, from: [MathValue(start)])
  return page.value(sum(later[1][h] ⊙ readout)).scalars[0]
}
page.compare(
  "∂L/∂h₁, and central differences", ("by hand", page.value(back₁, in: way)), ("central differences", pushed),
  tolerance: 1e-10, axes: ["unit"], because: "a central difference is right to about 1e-11 here")

//: ### The same for gates
//:
//: In an [LSTM](chapter:lstm) the memory goes its own way: $c_t = f_t \odot c_{t-1} + i_t \odot \tilde{c}_t$. Push $c_{t-1}$, and $c_t$ moves by $f_t$
//: times that, each unit by itself:

page.formula(
  latex:
    #"\frac{\partial c_t}{\partial c_{t-1}} = f_t \qquad \frac{\partial c_T}{\partial c_t} = f_T \odot f_{T-1} \odot \dots \odot f_{t+1}"#
)

//: As a matrix it has the numbers $f_t$ on its diagonal, and zeros everywhere else. So there is no product with $W_h$ on this road, and no slope of tanh: only numbers between 0 and 1, which the network chooses itself.
//:
//: This is **one** road. There are others, too, since $c$ shows itself in $h$, and $h$ goes into all gates and the candidate of the next step. On those the gradient passes a matrix and a slope, as before. The tables below count
//: all roads together. In a [GRU](chapter:gru) it is the same with $h$ itself: on the straight road its number is $z_t$, and the other roads lead through the two gates and the candidate.

//: ## The experiment
//:
//: ### Thirty steps back
//:
//: Now thirty steps, three inputs, five units, and a loss $L = v \cdot h_{30}$. All simple networks have the *same* random matrix, scaled to another spectral
//: radius, so you can see what the radius does. For each network the gradient is followed back, and its length drawn at every step. The dashed line is *yours*: one more network, whose radius you may
//: choose with `--radius`; it begins with 1.3.

//-
let known = page[seed] == 0 ? page.must(try StepNetwork.ofPyTorch()) : nil
if page[seed] == 0, known == nil {
  page.note("The networks that PyTorch ran (golden/reference) are not at hand, so others are drawn.")
}
let all = known ?? StepNetwork.drawn(seed: UInt64(max(page[seed], 1)))
let walks = all.map { $0.layerFlow() }

func place(_ name: String) -> Int {
  guard let place = all.firstIndex(where: { $0.name == name }) else { page.reject(NoNetwork(name: name)) }
  return place
}
func flow(_ name: String) -> Flow { walks[place(name)].flow }
let T = all[0].steps
func line(_ label: String, _ lengths: [Double], isDashed: Bool = false) -> Picture.Series {
  Picture.Series(label, lengths, first: 1, isDashed: isDashed)
}
func backwards(_ title: String, _ series: [Picture.Series]) -> Picture {
  .lineChart(
    title: title, series: series, x: Picture.Axis("step"),
    y: Picture.Axis("length of the gradient", isLogarithmic: true))
}

//-
var own = all[place("rnn_tanh_radius_1.0")]
own.weights.recurrentKernel = own.weights.recurrentKernel * (page[radius] / own.weights.recurrentKernel.spectralRadius)
let ownWalk = own.layerFlow()
let radii = ["0.5", "0.9", "1.0", "1.1", "1.5"]
page.picture(
  backwards(
    "With tanh: |∂L/∂h| at each step, by spectral radius",
    radii.map { line("radius \($0)", flow("rnn_tanh_radius_\($0)").h) }
      + [line("radius \(number(page[radius], 2)), yours", ownWalk.flow.h, isDashed: true)]))

//: Read from the right: the loss stands behind step 30, the past is to the left. On the whole every line falls, though the largest radii rise at first. Here are its ends, and the mean factor a step:

func row(_ label: String, _ lengths: [Double], hasFactor: Bool = true) -> [String] {
  let factor = pow(lengths[0] / lengths[T - 1], 1 / Double(T - 1))
  return [label] + [T - 1, T * 2 / 3 - 1, T / 3 - 1, 0].map { number(lengths[$0], 2) }
    + [hasFactor ? number(factor, 3) : "–"]
}
let head = ["step \(T)", "step \(T * 2 / 3)", "step \(T / 3)", "step 1", "factor a step"]
page.table(
  "Length of ∂L/∂h, tanh", columns: ["radius"] + head,
  rows: radii.map { row($0, flow("rnn_tanh_radius_\($0)").h) } + [
    row("\(number(page[radius], 2)), yours", ownWalk.flow.h)
  ])

let slopes = ["1.0", "1.1", "1.5"].map { flow("rnn_tanh_radius_\($0)").h }
page.prose(
  """
  **A radius of 1 does not save tanh.** The matrix alone would keep lengths on the whole, but each step also multiplies by slopes of tanh, which are below 1. After
  29 steps \(number(slopes[0][0] / slopes[0][T - 1], 4)) of the gradient is left. A radius of 1.1 makes up for some of that.

  **More is not better.** With a radius of 1.5 *less* arrives than with 1.1: \(number(slopes[2][0], 2)) against \(number(slopes[1][0], 3)). It is
  what you saw at one unit: large weights press the units to their ends, and there tanh is flat.
  """)

let stretch = walks[place("rnn_tanh_radius_0.9")].stretch
let linearStretch = walks[place("rnn_linear_radius_0.9")].stretch
page.prose(
  """
  **A single step may stretch although the whole shrinks.** The matrix of radius 0.9 has a largest singular value of \(number(linearStretch[0], 2)): there
  is a direction which it makes longer. With tanh, \(stretch.count { $0 > 1 }) of the 29 single steps can stretch something, the strongest by
  \(number(stretch.max() ?? 0, 2)). And still the gradient shrinks to \(number(flow("rnn_tanh_radius_0.9").h[0] / flow("rnn_tanh_radius_0.9").h[T - 1], 2)) of
  its length, because what one step stretches is turned, and the steps after it shrink it again. So do not judge by one step.
  """)

//: ### Without tanh
//:
//: Take the squashing away, $h_t = x_t W_x + h_{t-1} W_h + b$, and each step multiplies by the same matrix. Now the radius decides, in the long run. The
//: factors in the table are means over the 29 steps, and all five are 0.94 times the radius: the five matrices are one matrix, scaled, and in the first steps back, before its strongest direction has won, the slope loses
//: length in the others. From there on each step is the radius. One line is special: a *rotation*, a matrix that turns and never stretches. All its singular values are 1.

page.picture(
  backwards(
    "Without a function: |∂L/∂h| at each step",
    radii.map { line("radius \($0)", flow("rnn_linear_radius_\($0)").h) }
      + [line("rotation", flow("rnn_linear_orthogonal_1.0").h, isDashed: true)]))
page.table(
  "Length of ∂L/∂h, no function", columns: ["radius"] + head,
  rows: radii.map { row($0, flow("rnn_linear_radius_\($0)").h) }
    + ["0.9", "1.0", "1.1"].map { row("rotation times \($0)", flow("rnn_linear_orthogonal_\($0)").h) })

let exact = ["0.9", "1.0", "1.1"].map { name -> [Double] in
  let lengths = flow("rnn_linear_orthogonal_\(name)").h
  return lengths.indices.map { lengths[T - 1] * pow(Double(name) ?? 1, Double(T - 1 - $0)) }
}
page.compare(
  "a rotation times ρ: exactly ρ to the number of steps", hand: exact.flatMap(\.self),
  layer: ["0.9", "1.0", "1.1"].flatMap { flow("rnn_linear_orthogonal_\($0)").h },
  tolerance: Tolerance(absolute: 0, relative: 1e-13), because: "30 products, each right to about 1e-16 of its length")

//: With a rotation the factor is the same at every step and in every direction. That is why [orthogonal](glossary:orthogonal) matrices are a
//: good start ([@saxe2014]), and why Keras begins with one. With the other matrix of radius 1 the length wavers and then keeps its size.
//:
//: ### Why not relu?
//:
//: In deep networks for pictures another function took the place of tanh, [relu](glossary:relu): what is negative becomes 0, and all else stays as it is,
//:
//: $$\mathrm{relu}(a) = \max(0, a)$$
//:
//: So its slope is 1 where $a$ is positive and 0 where it is negative. A slope of 1 shrinks nothing. Why not here? (You may leave this part out at first. Nothing below needs it but a training that is built to explode.)

page.table(
  "Length of ∂L/∂h, relu", columns: ["radius"] + head,
  rows: radii.map { row($0, flow("rnn_relu_radius_\($0)").h) })
let lastStates = ["tanh", "relu", "linear"].map { walks[place("rnn_\($0)_radius_1.5")].last }
page.prose(
  """
  relu has two ends, and both are bad. At one end units are *off*: a slope of 0 lets nothing through. With a radius of
  0.5 all five units were off at once at some step, and the gradient before it is exactly \(number(flow("rnn_relu_radius_0.5").h[0])). At the other end nothing
  limits the state. With a radius of 1.5 the largest unit stands at \(number(lastStates[0], 3)) after thirty steps with tanh, at \(number(lastStates[1], 1)) with relu, and at
  \(number(lastStates[2], 0)) without a function. Where the state runs away, the gradient does: a training further below begins like that. With a good start relu can
  work ([@le2015]); tanh is the safe choice because it cannot run away.
  """)

//: ### Gates
//:
//: The same thirty steps with an LSTM. The lines are $|\partial L / \partial c_t|$, the gradient of the memory, for three
//: [forget biases](glossary:forget-bias), and with the gates held by force: $f = 1$, $i = 0$. For the GRU it is $|\partial L / \partial h_t|$, as it is and with 3 added to the bias of $z$.

page.picture(
  backwards(
    "Gates: the gradient of what is remembered",
    ["0", "1", "3"].map { line("LSTM, forget bias \($0)", flow("lstm_forget_bias_\($0)").c ?? []) } + [
      line("LSTM, f = 1, i = 0", flow("lstm_f1_i0").c ?? [], isDashed: true),
      line("GRU", flow("gru_after_z_bias_0").h), line("GRU, z bias 3", flow("gru_after_z_bias_3").h),
    ]))
page.table(
  "Length of the gradient", columns: ["network"] + head,
  rows: ["0", "1", "3"].map { row("LSTM, forget bias \($0): ∂L/∂c", flow("lstm_forget_bias_\($0)").c ?? []) } + [
    row("LSTM, f = 0.9: ∂L/∂c", flow("lstm_f_0.9").c ?? []),
    row("LSTM, f = 1, i = 0, o constant: ∂L/∂c", flow("lstm_f1_i0_o_constant").c ?? []),
    row("the same: ∂L/∂h", flow("lstm_f1_i0_o_constant").h, hasFactor: false),
    row("LSTM, f = 0, i = 1: ∂L/∂c", flow("lstm_f0_i1").c ?? []),
    row("GRU", flow("gru_after_z_bias_0").h), row("GRU, z bias 3", flow("gru_after_z_bias_3").h),
  ])

let (heldC, heldH) = (flow("lstm_f1_i0_o_constant").c ?? [0], flow("lstm_f1_i0_o_constant").h)
let constantSpread = (heldC.max() ?? 0) - (heldC.min() ?? 0)
page.prose(
  """
  **With f = 1 nothing is lost, on one road.** (Here $o$ is held, too, so that $h$ has no way into the memory.) The gradient of $c$ is \(number(heldC[0], 6)) at every step, to the last digit. But look at the line below it: the
  gradient of $h_1$ in the same network is \(number(heldH[0], 1)), nothing at all. (It falls to that in the first step back, so a mean factor would say nothing. It is not exactly 0 because $i$ is not: the gate is held by a bias of −60.)
  It is the *memory* that is kept. $h$ is what the network shows of it, and with $i = 0$ nobody writes down what was shown.

  **An LSTM by itself is no cure.** With a forget bias of 0 its gates stand half open, and the gradient vanishes as with tanh. The bias
  decides, not the gates: with 3, \(number((flow("lstm_forget_bias_3").c ?? [0])[0], 3)) is left at step 1, with 0 it is
  \(number((flow("lstm_forget_bias_0").c ?? [0])[0], 1)).
  """)

//: **What the other roads do.** In the row *f = 0.9* the gate is held at 0.9 at every step. On the memory's road alone a share of $0.9^{29} = 0.047$ would arrive, and more than that does. The rest comes through $h$: it
//: goes into the gates and the candidate of the next step, and from there into the memory again. We can close these roads on the way back, one kind after the other, and look at what is left at step 1:

let roads: [(name: String, open: Set<LiveGradient.Road>)] = [
  ("all roads", Set(LiveGradient.Road.allCases)), ("the memory alone", []),
  ("the memory and the candidate", [.candidate]), ("all but the candidate", [.inputGate, .forgetGate, .outputGate]),
]
let held = ["lstm_f_0.9", "lstm_forget_bias_3"]
let arrived = held.map { name in
  roads.map { page.value(LiveGradient.memoryLengths(of: all[place(name)], on: $0.open)[0]).scalars[0] }
}

//-
page.table(
  "Length of ∂L/∂c₁, with some roads closed on the way back", columns: ["open", "f = 0.9", "forget bias 3"],
  rows: roads.indices.map { row in [roads[row].name] + arrived.map { number($0[row], 3) } })
page.compare(
  "∂L/∂c₁ on all roads", hand: arrived.map { $0[0] }, layer: held.map { (flow($0).c ?? [0])[0] },
  tolerance: Tolerance(absolute: 0, relative: 1e-10), because: "thirty products of five numbers each")
page.prose(
  """
  With $f = 0.9$ the memory alone brings \(number(arrived[0][1], 3)), and together with the candidate \(number(arrived[0][2], 3)): most of it comes by that road. But the other roads may as well take away. With a forget bias of 3 the memory alone would bring \(number(arrived[1][1], 2)),
  and all roads together bring \(number(arrived[1][0], 3)), since lengths do not add: gradients from two roads can point against each other. **So only the memory's own road
  can be relied on.** Where it is closed, as in the row *f = 0, i = 1*, everything must pass the matrix and the slopes of the functions, as in a simple network: almost nothing arrives.
  """)

//: Both kinds of network once more, with a radius of 1 and a forget bias of 1. In a browser (in the page that `--html page.html` writes) you can change these numbers, and take the
//: function away. Which radius and which bias bring the gradient back to step 1?

page.showLiveGradient(
  all[place("rnn_tanh_radius_1.0")], all[place("lstm_forget_bias_0")],
  layer: (flow("rnn_tanh_radius_1.0"), flow("lstm_forget_bias_1")), line: #line)

//: **Why is a saturated gate harmless?** A gate near 1 is a [sigmoid](glossary:sigmoid) pressed to its end, and a saturated tanh was the culprit above.
//: The difference is where the gradient passes. In tanh it passes *through the function*, and is multiplied by its slope. In a gate the memory
//: passes *beside* the function, and is multiplied by its value:

func logistic(_ z: Double) -> Double { 1 / (1 + exp(-z)) }
page.table(
  "A gate that is more and more saturated", columns: ["sum before σ", "value f", "slope f (1 − f)", "f³⁰", "slope³⁰"],
  rows: [0.0, 1, 3, 6].map { z in
    let f = logistic(z)
    return [number(z, 0), number(f, 4), number(f * (1 - f), 4), number(pow(f, 30), 2), number(pow(f * (1 - f), 30), 1)]
  })

//: The more a forget gate is saturated, the better the memory's gradient arrives. What suffers is the gate itself: its own weights get the slope, so a gate
//: that is shut tight learns to open only slowly.

//: All these lengths were computed three times: from the formulas, differentiated by hand; by the layers, which go back in code of their own; and by PyTorch.

//-
let hands = all.map { $0.handFlow() }
let relative = Tolerance(absolute: 0, relative: 1e-8)
let whyRelative = "lengths from 1e-28 to 1e5: each must be right to 8 digits of its own"
let gated = all.indices.filter { all[$0].kind == .lstm }
func rows(_ lengths: [[Double]]) -> Tensor<Double> {
  Tensor(shape: [lengths.count, T], scalars: lengths.flatMap(\.self))
}
func axes(_ places: [Int]) -> [Axis] { [Axis("network", places.map { all[$0].name }), "step"] }
page.compare(
  "|∂L/∂h| of 30 steps, all networks", hand: rows(hands.map(\.h)), layer: rows(walks.map(\.flow.h)),
  tolerance: relative, axes: axes(Array(all.indices)), because: whyRelative)
page.compare(
  "|∂L/∂c| of 30 steps, every LSTM", hand: rows(gated.map { hands[$0].c ?? [] }),
  layer: rows(gated.map { walks[$0].flow.c ?? [] }), tolerance: relative, axes: axes(gated), because: whyRelative)
if known != nil, let torch = page.lessonNumbers("gradients_norms") {
  func stored(_ places: [Int], _ key: String) -> Tensor<Double> {
    rows(places.map { page.numbers(torch["cases"].named("gradients_\(all[$0].name)")[key]) })
  }
  page.compare(
    "|∂L/∂h| of 30 steps as PyTorch has it", ("PyTorch", stored(Array(all.indices), "h_gradient_norm")),
    ("layer", rows(walks.map(\.flow.h))), tolerance: relative, axes: axes(Array(all.indices)), because: whyRelative)
  page.compare(
    "|∂L/∂c| of 30 steps as PyTorch has it", ("PyTorch", stored(gated, "c_gradient_norm")),
    ("layer", rows(gated.map { walks[$0].flow.c ?? [] })), tolerance: relative, axes: axes(gated), because: whyRelative)
}

//: ### A limit for the gradient
//:
//: Gradients that explode are the smaller trouble: you see them, and you can cut them. [Clipping](glossary:clipping) limits a gradient before the
//: [optimiser](glossary:optimiser) takes its step ([@pascanu2013]). It does not help a gradient that vanishes: what has not arrived cannot be made longer afterwards. There are three ways. Take two weights with the gradients $(3, 4)$, of length 5, and one with the
//: gradient 12, and the limit 1:

let before = gradients([("a", Tensor([3, 4])), ("b", Tensor([12]))])
let rules: [(name: String, rule: GradientClipping, torch: String, keras: String)] = [
  ("by value", .value(1), "clip_grad_value_", "clipvalue"),
  ("by norm, each tensor", .norm(1), "clip_grad_norm_each", "clipnorm"),
  ("by global norm", .globalNorm(1), "clip_grad_norm_", "global_clipnorm"),
]
page.table(
  "The gradients (3, 4) and (12), limit 1", columns: ["way", "becomes", "length of all", "cosine with before"],
  rows: [["not clipped", list(before), number(before.globalNorm, 4), "1"]]
    + rules.map { name, rule, _, _ in
      let after = rule(before)
      return [name, list(after), number(after.globalNorm, 4), number(cosine(before, after), 4)]
    })

//: **By value**: each number is cut to the range from −1 to 1. The direction changes. **By norm**: each [tensor](glossary:tensor), such as a matrix or a bias, is made shorter by itself, until its
//: [norm](glossary:norm), the length, is 1. Within a tensor the direction stays, but the tensors' shares change. **By global norm**: all tensors are made
//: shorter by one factor, $1 / 13$. The direction stays: the cosine of the angle between the gradients before and after is 1. This is the way that is used most for recurrent networks. With $\theta$ for all weights together:

page.formula(
  latex:
    #"\frac{\partial L}{\partial \theta} \leftarrow \frac{\partial L}{\partial \theta} \cdot \min\left(1, \frac{\mathrm{limit}}{|\partial L / \partial \theta|}\right)"#
)

//: Keras calls the three `clipvalue`, `clipnorm` and `global_clipnorm`, as options of an optimiser. PyTorch has `clip_grad_value_` and `clip_grad_norm_`,
//: to be called between `backward()` and `step()`. The second is the *global* norm of whatever you hand to it. And the two do not give the same bits: Keras divides by
//: the larger of norm and limit, PyTorch by the norm plus $10^{-6}$.

let differences = rules.map { _, rule, _, _ in
  zip(rule(before).named, rule(before, as: .pytorch).named).map {
    ($0.tensor - $1.tensor).absolute().scalars.max() ?? 0
  }.max() ?? 0
}
page.table(
  "Keras minus PyTorch, the largest difference for the gradients above", columns: ["way", "difference"],
  rows: zip(rules, differences).map { [$0.name, number($1, 1)] })

//: No training notices that. A test that compares two frameworks to ten digits does.

//-
if let stored = page.lessonNumbers("gradients_clipping") { page.must(try compareClipping(stored)) }

//: ### A training that explodes
//:
//: Does it matter? Here is a network that is built to explode: relu, and a recurrent matrix that begins as 1.1 times the identity. It is to *add two numbers*: twenty
//: random numbers between 0 and 1 come in, a second feature is 1 at two of the steps and 0 at all others, and at the end the network must say the sum of the two numbers at the marks. Whoever always answers 1 has a mean squared error of
//: $1/6 = 0.167$. Training is gradient descent with [momentum](glossary:momentum) (each step is that of the gradient and 0.9 of the step before), once without a limit, once with the global norm clipped to 1.

let isQuick = page[quick]
let explosive = Experiment<Adding>.LayerChoice(.simpleRNN, units: 16, activation: .relu, recurrentScale: 1.1)
func exploding(_ clipping: GradientClipping) -> Experiment<Adding> {
  var experiment = Experiment(
    Adding(), layers: [explosive], steps: 20, updates: isQuick ? 200 : 800, learningRate: 0.01)
  experiment.rule = .sgd(momentum: 0.9)
  experiment.clipping = clipping
  return experiment
}

//-
page.progress("a training that explodes", 0, of: 2)
let wild = page.runs(of: exploding(.none), seeds: 1...(isQuick ? 2 : 4))
page.progress("a training that explodes", 1, of: 2)
let tame = page.runs(of: exploding(.globalNorm(1)), seeds: 1...(isQuick ? 2 : 4))
page.picture(
  .lineChart(
    title: "Mean squared error of four runs, with the gradient clipped and not",
    series: [
      Picture.Series("clipped to 1, mean", points: tame.lossCurve.map { (Double($0.update), $0.mean) })
    ]
      + wild.results.prefix(4).map { run in
        Picture.Series("not clipped, seed \(run.seed)", points: run.curve.map { (Double($0.update), $0.loss) })
      } + [
        Picture.Series(
          "always 1", points: [(0, 1 / 6.0), (Double(tame.lossCurve.last?.update ?? 0), 1 / 6.0)], isDashed: true)
      ], x: Picture.Axis("updates"), y: Picture.Axis("error", isLogarithmic: true)))
page.table(
  "Each run", columns: ["seed", "not clipped: greatest error", "not clipped: at the end", "clipped: at the end"],
  rows: zip(wild.results, tame.results).map { wild, tame in
    [
      "\(wild.seed)", number(wild.curve.map(\.loss).max() ?? .nan, 1),
      wild.failedAt.map { "no number at update \($0)" } ?? number(wild.loss, 3), number(tame.loss, 4),
    ]
  })

//: Without a limit the first gradients throw the network far away. One of the four runs has no numbers any more at its third update (seed 3: in the picture it is a dot at the left). The others land where all units of relu are off:
//: the error is 0.17, no gradient comes through any more, and they stay there. **With the limit the same networks, from the same starts, can learn to add.** Look at the last column: two of the four have come near 0.02, about a tenth of the error of the constant answer, and are still on their way. An error near 0.1 is
//: half-way, and one above 0.167 was thrown back. Four runs are few; that no run trains without the limit is what PyTorch's runs show as well.

if page.keepsDefaults {
  page.range(
    "error with clipping after 800 updates, mean of four runs", of: mean(tame.losses), in: 0.01...0.16,
    because:
      "PyTorch's ten runs lie between 0.02 and 0.09 then, and one of them is at 0.22 at the end; a constant answer has 0.167"
  )
  page.range(
    "without clipping no run trains: the error at the end, 1 where there is no number",
    of: wild.losses.map { $0.isFinite ? $0 : 1 }, in: 0.1...1, axes: ["run"],
    because: "of 10 runs of PyTorch 4 were not finite and 6 ended between 0.15 and 0.18")
}

//: ### Over a hundred steps
//:
//: Now the question of the lesson itself, as an experiment. **First symbol**: one of four symbols comes first, then only distractors come, and after the last step the network
//: must name the first. The gradient *must* walk all the way. Six hundred updates, 16 units, sequences of 10 to 100 steps.
//:
//: **Expectation.** Before any training a forget gate is about $\sigma(b_f)$, so of a memory $\sigma(b_f)^T$ is left. With the usual bias of 1 that is
//: $0.73^T$:

let asked = !isQuick || page.isNamed(longest) ? [page[longest]] : []
let lengths = Set((isQuick ? [10, 20] : [10, 20, 50]) + asked).filter { $0 <= page[longest] }.sorted()
page.table(
  "What is left of a memory before training", columns: ["forget bias", "gate"] + lengths.map { "T = \($0)" },
  rows: [0.0, 1].map { bias in
    [number(bias, 0), number(logistic(bias), 3)] + lengths.map { number(pow(logistic(bias), Double($0)), 1) }
  } + [
    ["ln(T − 1)", "1 − 1/T"] + lengths.map { number(pow(1 - 1 / Double($0), Double($0)), 2) }
  ])
page.prose(
  """
  After fifty steps $0.73^{50}$ is \(number(pow(logistic(1), 50), 1)): nothing. The last row is the cure: a bias of $\\ln(T - 1)$ makes the gate
  $1 - 1/T$, and a third of the memory is left however long the sequence is.
  """)

func remembering(_ network: Experiment<FirstSymbol>.LayerChoice, _ T: Int) -> Experiment<FirstSymbol> {
  Experiment(FirstSymbol(), layers: [network], steps: T, updates: 600, learningRate: 0.003)
}
/// Two biases, as PyTorch has them, whose runs these are compared with.
func choices(_ T: Int) -> [Experiment<FirstSymbol>.LayerChoice] {
  [
    .init(.simpleRNN, units: 16, hasTwoBiases: true), .init(.gru, units: 16),
    .init(.lstm, units: 16, forgetBias: 0, hasTwoBiases: true),
    .init(.lstm, units: 16, forgetBias: 1, hasTwoBiases: true),
    .init(.lstm, units: 16, forgetBias: log(Double(T) - 1), hasTwoBiases: true),
  ]
}

//-
let labels = ["simple network", "GRU", "LSTM, forget bias 0", "LSTM, forget bias 1", "LSTM, forget bias ln(T − 1)"]
let seeds: ClosedRange<UInt64> = 1...(isQuick ? 2 : 3)
var done = 0
func running<Task>(
  _ experiment: Experiment<Task>, seeds: ClosedRange<UInt64>, of total: Int, line: Int = #line
) -> ExperimentRuns<Task> {
  page.progress("experiments", done, of: total, line: line)
  done += 1
  return page.runs(of: experiment, seeds: seeds, line: line)
}
let sums = isQuick ? [20] : [20, 50].filter { $0 <= page[longest] }
let total = labels.count * lengths.count + 4 * sums.count
let learned = lengths.map { T in choices(T).map { running(remembering($0, T), seeds: seeds, of: total) } }
func shareAtStart(_ network: Experiment<FirstSymbol>.LayerChoice, _ T: Int) -> [Double] {
  page.must(
    try seeds.map { seed in
      let norms = try remembering(network, T).inputGradientNorms(seed: seed)
      return norms[0] / norms[T - 1]
    })
}
let ratios = lengths.map { T in choices(T).map { shareAtStart($0, T) } }
page.picture(
  .lineChart(
    title: "Before training: the gradient at the first input, as a share of that at the last",
    series: labels.indices.map { place in
      Picture.Series(labels[place], points: lengths.indices.map { (Double(lengths[$0]), mean(ratios[$0][place])) })
    }, x: Picture.Axis("steps T"), y: Picture.Axis("share", isLogarithmic: true)))

//: All but one fall, by orders of magnitude. The GRU and the LSTM of bias 0 fall fastest: $z$ and $f$ begin at one half. The last line does not fall, it
//: grows. (It need not be the third of the memory that the table above promised: the slope is taken along the input, on all roads through $h$ and $c$, and shown as a share of what arrives at the last input.) So we expect: what arrives is learned, what does not arrive is not.

page.picture(
  .lineChart(
    title: "First symbol named rightly, mean of \(seeds.count) runs",
    series: labels.indices.map { place in
      Picture.Series(
        labels[place], points: lengths.indices.map { (Double(lengths[$0]), mean(learned[$0][place].accuracies)) })
    }, x: Picture.Axis("steps T"), y: Picture.Axis("share that is right", range: 0...1)))

func torchLayer(_ place: Int, _ T: Int) -> String {
  ["rnn", "gru", "lstm_fb0", "lstm_fb1", "lstm_fb" + String(format: "%.4f", log(Double(T) - 1))][place]
}
func torch(_ place: Int, _ T: Int) -> ExperimentStatistics.Run? {
  page.keepsDefaults
    ? page.statistics("gradients_first_symbol", ["T": .number(Double(T)), "layer": .text(torchLayer(place, T))]) : nil
}
page.table(
  "Runs that learned it (right in 95 of 100): here, and of PyTorch's",
  columns: ["network"] + lengths.map { "T = \($0)" },
  rows: labels.indices.map { place in
    [labels[place]]
      + lengths.indices.map { index in
        let known = torch(place, lengths[index])
        let theirs = known.map { ", \(Int($0.number("seeds_that_learned") ?? 0)) of \($0.seeds)" } ?? ""
        return "\(learned[index][place].count(above: 0.95)) of \(seeds.count)\(theirs)"
      }
  })

//: Three runs are few: at 20 steps, where some learn late, how many do is a matter of luck. But at 50 steps there is no doubt.
//: So "an LSTM remembers" is a matter of one number. With the usual bias of 1 it is at its end somewhere between 20 and 50 steps, with $\ln(T - 1)$ a hundred steps are easy. And
//: the simple network does better at 20 steps than an LSTM with a bias of 0.

if page.keepsDefaults {
  // Where some runs learn and others do not, three of them say little: such means lie anywhere between.
  let ranges = labels.indices.flatMap { place in
    lengths.map { T -> ClosedRange<Double> in
      guard T != 20 || place == 4, let figure = torch(place, T)?.figure("accuracy_at_step", at: 600) else {
        return 0.2...1
      }
      return max(figure.least - 0.06, 0)...min(figure.greatest + 0.06, 1)
    }
  }
  page.range(
    "first symbol: share that is right, mean of three runs",
    of: labels.indices.flatMap { place in lengths.indices.map { mean(learned[$0][place].accuracies) } }, in: ranges,
    because:
      "least and greatest of PyTorch's runs, and 0.06 for 500 test sequences; at 20 steps some runs learn it and others do not"
  )
}

//: **The contrast: adding.** The same networks, and the task of adding two marked numbers. Here the forget bias of 0 does *not* stand in the way:

func adding(_ network: Experiment<Adding>.LayerChoice, _ T: Int) -> Experiment<Adding> {
  Experiment(Adding(), layers: [network], steps: T, updates: T == 20 ? 800 : 1200, learningRate: 0.01)
}

//-
let adders: [(label: String, key: String, choice: Experiment<Adding>.LayerChoice)] = [
  ("simple network", "rnn", .init(.simpleRNN, units: 16, hasTwoBiases: true)), ("GRU", "gru", .init(.gru, units: 16)),
  ("LSTM, forget bias 0", "lstm_fb0", .init(.lstm, units: 16, forgetBias: 0, hasTwoBiases: true)),
  ("LSTM, forget bias 1", "lstm_fb1", .init(.lstm, units: 16, forgetBias: 1, hasTwoBiases: true)),
]
let added = sums.map { T in adders.map { running(adding($0.choice, T), seeds: 1...2, of: total) } }
func torchSum(_ place: Int, _ T: Int) -> ExperimentStatistics.Run? {
  page.keepsDefaults
    ? page.statistics("gradients_adding", ["T": .number(Double(T)), "layer": .text(adders[place].key)]) : nil
}
page.table(
  "Mean squared error at the end (a constant answer has 0.167); runs below 0.01: here, and of PyTorch's",
  columns: ["network"] + sums.flatMap { ["T = \($0)", "below 0.01"] },
  rows: adders.indices.map { place in
    [adders[place].label]
      + sums.indices.flatMap { index in
        let known = torchSum(place, sums[index])
        let theirs = known.map { ", \(Int($0.number("seeds_that_learned") ?? 0)) of \($0.seeds)" } ?? ""
        let losses = added[index][place].losses
        return [number(mean(losses), 5), "\(losses.count { $0 < 0.01 }) of \(losses.count)\(theirs)"]
      }
  })
if page.keepsDefaults {
  let ranges = adders.indices.flatMap { place in
    sums.map { T -> ClosedRange<Double> in
      let known = torchSum(place, T)?.figure("loss_at_step", at: T == 20 ? 800 : 1200)
      return known?.range(runs: 2).clamped(to: 0...1) ?? 0...1
    }
  }
  page.range(
    "adding: error, mean of two runs",
    of: adders.indices.flatMap { place in sums.indices.map { mean(added[$0][place].losses) } }, in: ranges,
    because: "PyTorch's runs, and 4 standard deviations: other random numbers")
}

//: Why? The marks lie anywhere. In some sequences the second one is the last number but one, and its gradient arrives. From those, we think, the network learns to open its
//: gates, and with open gates it hears the marks further back. (This page has not looked at the gates of these networks.) The first symbol gives no such help: it is *always* $T$ steps away.
//: A task that is sometimes easy teaches what a task that is always hard cannot. The simple network has no gates to open, and at 50 steps it is where it
//: began.

//: ## What to remember
//:
//: - A gradient is multiplied by a factor a step; after thirty steps 0.8 is 0.001 and 1.2 is 237. With many units the factor is the Jacobian,
//:   $W_h$ times the slopes of tanh. These slopes only shrink it. A single step can still stretch, where units are near 0 and $W_h$ has a singular value above 1; a network whose units are pressed to their ends does not.
//: - On the memory's road an LSTM multiplies by $f$ alone; what comes on other roads may add to that or take from it. How near 1 that is, is at first a matter of the forget bias: $0.73^{50}$ is nothing.
//: - Exploding gradients are cut: all tensors by one factor, so that the direction stays.

//: ## Try
//:
//: - `swift run chapter-gradients --quick --radius 2.5`: your line in the first picture of the experiment. Which radius lets most arrive at step 1? It is not the largest.
//: - `swift run chapter-gradients --quick --seed 5`: another random matrix. The lines waver in other places, a rotation still keeps its length, and relu may be off sooner or
//:   never.
//: - `swift run chapter-gradients --longest 150`: the experiment with one more length. $\ln(T - 1)$ should still do.

//: ## Against the sources
//:
//: The questions of this lesson are those of [@rnnseries]: why do gradients vanish, why not relu, why does it not matter that gates are saturated, and what is to be done about
//: exploding. It asks some of them without an answer. Nothing in it is computed, so there is nothing to recompute; each statement is held against the numbers above.

page.sources([
  "D70": .shown(by: "a rotation times ρ: exactly ρ to the number of steps"),
  "D71": .shown(by: "J₂ and J₃", "|∂L/∂h| of 30 steps, all networks"),
  "D72": .shown(by: "by global norm, as PyTorch", "by global norm, as Keras"),
  "D73": .shown(by: "|∂L/∂c| of 30 steps, every LSTM"),
  "D74": .text("the table of saturated gates: the value of f, and not its slope, is what the memory is multiplied by"),
  "D75": .text("the table of relu, and the training that explodes"),
])

page.finish()
