"""The lesson on sorting: padding, training, and the best that a one-directional model can do.

    python gen_lessons_sort.py [--check | --write] [--only TEXT]

Weights, inputs and labels come from the files. torch.nn.LSTM runs the network, its gate blocks put from the example's
i, g, f, o into torch's i, f, g, o. The updates of the training are MXNet's own where mxnet is installed (it needs numpy
1.23); where torch is, it follows MXNet's rule with the settings rounded to single precision, as MXNet has them.
The bounds are exact for 10 and 30 numbers; for 100 and 900 the file holds means over draws, which another draw must
reach within five standard errors.
"""

import itertools
import math

import numpy as np
from lessons import bounds, run, tensors

try:
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
except ImportError:
    torch = None
try:
    import mxnet
except ImportError:
    mxnet = None
DIRECTIONS = (("l0", ""), ("l1", "_reverse"))


def in_order(rows):
    """Gate blocks i, g, f, o as i, f, g, o, and back: f and g change places."""
    i, g, f, o = np.split(rows, 4)
    return np.concatenate([i, f, g, o])


class Network:
    """Embedding, an LSTM in both directions, a dense layer: in torch, under the example's names."""

    def __init__(self, weights):
        """Take weights under the example's names."""
        embed, dense = weights["embed_weight"], weights["cls_weight"]
        self.embedding, self.dense = torch.nn.Embedding(*embed.shape), torch.nn.Linear(dense.shape[1], dense.shape[0])
        units = weights["l0_h2h_weight"].shape[1]
        self.lstm = torch.nn.LSTM(embed.shape[1], units, batch_first=True, bidirectional=True)
        self.parameters = {"embed_weight": self.embedding.weight}
        for name, end in DIRECTIONS:
            for part, torch_part in (("i2h", "ih"), ("h2h", "hh")):
                for kind in ("weight", "bias"):
                    self.parameters[f"{name}_{part}_{kind}"] = getattr(self.lstm, f"{kind}_{torch_part}_l0{end}")
        self.parameters |= {"cls_weight": self.dense.weight, "cls_bias": self.dense.bias}
        with torch.no_grad():
            for name, parameter in self.parameters.items():
                parameter.copy_(torch.tensor(in_order(weights[name]) if "2h" in name else weights[name]))

    def logits(self, x, lengths=None):
        """[N, T, V]; with lengths both directions see the valid steps only."""
        words = self.embedding(torch.tensor(x))
        if lengths is None:
            return self.dense(self.lstm(words)[0])
        utils = torch.nn.utils.rnn
        packed = utils.pack_padded_sequence(words, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
        return self.dense(utils.pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=len(x[0]))[0])

    def table(self, values):
        """Weights or gradients under the example's names, in its order of gates."""
        return {n: in_order(v.numpy()) if "2h" in n else v.numpy().copy() for n, v in values.items()}

    def weights(self):
        """The weights under the example's names."""
        return self.table({name: parameter.detach() for name, parameter in self.parameters.items()})

    def gradients(self, loss):
        """The gradients of a loss under the example's names."""
        return self.table(dict(zip(self.parameters, torch.autograd.grad(loss, list(self.parameters.values())))))


def loss_of(logits, label, mask=None):
    """The sum of -log softmax[label] over the steps where mask is 1."""
    each = torch.nn.functional.cross_entropy(logits.flatten(0, -2), torch.tensor(label).flatten(), reduction="none")
    return each.sum() if mask is None else (each * torch.tensor(mask).flatten()).sum()


def padding(document):
    """One bucket of unequal lengths: each alone, masked, not masked."""
    network, bound = Network(tensors(document["weights"])), bounds(document["tolerance"])
    x, label, mask, lengths = (document[key] for key in ("x", "label", "mask", "lengths"))
    alone = [network.logits([sequence])[0] for sequence in document["sequences"]]
    losses = [loss_of(logits, label[n][: lengths[n]]) for n, logits in enumerate(alone)]
    masked, plain = network.logits(x, lengths), network.logits(x)
    loss = loss_of(masked, label, mask)
    gradients, gradients_alone = network.gradients(loss), network.gradients(sum(losses))
    for n, logits in enumerate(alone):
        yield ("logits_alone", n), logits.detach().numpy(), bound
    made = {
        "logits_masked": masked.detach().numpy(),
        "logits_not_masked": plain.detach().numpy(),
        "loss_of_each_alone": [value.item() for value in losses],
        "loss_masked": loss.item(),
        "loss_not_masked_counting_valid_steps": loss_of(plain, label, mask).item(),
        "largest_difference_masked_to_alone": max(far_from_alone(masked, alone)),
        "largest_gradient_difference_masked_to_sum_of_alone": max(
            np.abs(gradients[name] - gradients_alone[name]).max() for name in gradients
        ),
        "largest_difference_not_masked_to_alone_by_sequence": far_from_alone(plain, alone),
        "loss_of_the_original": loss_of(plain, document["label_of_the_original"]).item(),
    }
    for key, value in made.items():
        yield (key,), value, bound
    for name, gradient in gradients.items():
        yield ("gradients_masked", name), gradient, bound


def far_from_alone(logits, alone):
    """The largest difference at valid steps, by sequence."""
    return [(logits[n, : len(row)] - row).abs().max().item() for n, row in enumerate(alone)]


def training(document):
    """The losses, perplexities and final weights of a few updates."""
    weights = tensors(document["weights"])
    makers = [maker for library, maker in ((torch, by_torch), (mxnet, by_mxnet)) if library]
    for maker in makers:
        losses, final = maker(document, weights)
        length = document["sizes"]["length"]
        loss_bound, weight_bound = ((document["tolerance"][key], 0) for key in ("loss_abs", "weights_abs"))
        worst = max(
            np.abs(final[n] - np.reshape(v["data"], v["shape"])).max() for n, v in document["final_weights"].items()
        )
        print(f"  {maker.__name__}: final weights within {worst:.1g}")
        yield ("loss_per_update",), losses, loss_bound
        yield ("perplexity_per_update",), [math.exp(loss / length) for loss in losses], (loss_bound[0], 1e-8)
        for name in document["final_weights"]:
            yield ("final_weights", name), final[name], weight_bound


def by_torch(document, weights):
    """M = momentum m - rate (g + decay w), w = w + m, with the three settings rounded to single precision."""
    network, batch = Network(weights), document["sizes"]["batch"]
    rate, momentum, decay = (float(np.float32(document[k])) for k in ("learning_rate", "momentum", "weight_decay"))
    memory, losses = {name: torch.zeros_like(p) for name, p in network.parameters.items()}, []
    for x, label in zip(document["x"], document["label"]):
        loss = loss_of(network.logits(x), label) / batch
        gradients = torch.autograd.grad(loss, list(network.parameters.values()))
        losses.append(loss.item())
        with torch.no_grad():
            for (name, parameter), gradient in zip(network.parameters.items(), gradients):
                own = decay * document["weight_decay_multipliers"][name]
                memory[name] = momentum * memory[name] - rate * (gradient + own * parameter)
                parameter += memory[name]
    return losses, network.weights()


def by_mxnet(document, weights):
    """The network as the example unrolls it, with MXNet's own SGD."""
    symbols, sizes = mxnet.symbol, document["sizes"]
    shared = {name: symbols.Variable(name) for name in weights}
    words = symbols.Embedding(
        symbols.Variable("data"), shared["embed_weight"], input_dim=sizes["vocabulary"], output_dim=sizes["embedding"]
    )
    words = symbols.SliceChannel(words, num_outputs=sizes["length"], squeeze_axis=1)
    hidden = {}
    for (name, _), steps in zip(DIRECTIONS, (range(sizes["length"]), reversed(range(sizes["length"])))):
        state = tuple(symbols.Variable(f"{name}_init_{part}") for part in "hc")
        for t in steps:
            state = mxnet_step(symbols, shared, name, sizes["units"], words[t], state)
            hidden[name, t] = state[0]
    rows = [symbols.Concat(hidden["l0", t], hidden["l1", t], dim=1) for t in range(sizes["length"])]
    logits = symbols.FullyConnected(
        symbols.Concat(*rows, dim=0), shared["cls_weight"], shared["cls_bias"], num_hidden=sizes["vocabulary"]
    )
    label = symbols.Reshape(symbols.transpose(symbols.Variable("label")), shape=(-1,))
    output = symbols.SoftmaxOutput(logits, label)
    arguments = {name: mxnet.nd.array(value, dtype="float64") for name, value in weights.items()}
    for name in ("data", "label"):
        arguments[name] = mxnet.nd.zeros((sizes["batch"], sizes["length"]), dtype="float64")
    for name in (f"{direction}_init_{part}" for direction, _ in DIRECTIONS for part in "hc"):
        arguments[name] = mxnet.nd.zeros((sizes["batch"], sizes["units"]), dtype="float64")
    gradients = {name: mxnet.nd.zeros(value.shape, dtype="float64") for name, value in weights.items()}
    executor = output.bind(
        mxnet.cpu(), arguments, gradients, {name: "write" if name in weights else "null" for name in arguments}
    )
    optimizer = mxnet.optimizer.SGD(
        learning_rate=document["learning_rate"],
        momentum=document["momentum"],
        wd=document["weight_decay"],
        rescale_grad=1 / sizes["batch"],
        param_idx2name=dict(enumerate(weights)),
    )
    optimizer.set_wd_mult({name: float(value) for name, value in document["weight_decay_multipliers"].items()})
    update, losses = mxnet.optimizer.get_updater(optimizer), []
    for x, y in zip(document["x"], document["label"]):
        arguments["data"][:], arguments["label"][:] = np.array(x), np.array(y)
        probabilities = executor.forward(is_train=True)[0].asnumpy()
        right = probabilities[np.arange(len(probabilities)), np.array(y).T.reshape(-1)]
        losses.append(-np.log(right).sum() / sizes["batch"])
        executor.backward()
        for k, name in enumerate(weights):
            update(k, gradients[name], arguments[name])
    return losses, {name: arguments[name].asnumpy() for name in weights}


def mxnet_step(symbols, shared, name, units, x, state):
    """One step of the example's LSTM: gate blocks i, g, f, o."""
    h, c = state
    gates = symbols.FullyConnected(x, shared[name + "_i2h_weight"], shared[name + "_i2h_bias"], num_hidden=4 * units)
    gates = gates + symbols.FullyConnected(
        h, shared[name + "_h2h_weight"], shared[name + "_h2h_bias"], num_hidden=4 * units
    )
    i, g, f, o = symbols.SliceChannel(gates, num_outputs=4)
    i, f, o = (symbols.Activation(gate, act_type="sigmoid") for gate in (i, f, o))
    c = f * c + i * symbols.Activation(g, act_type="tanh")
    return o * symbols.Activation(c, act_type="tanh"), c


def posterior(seen, position, length, numbers):
    """[rows, V]: how likely each number is the `position`-th smallest of `length`, given the numbers seen."""
    rest, values = length - seen.shape[1], np.arange(1, numbers + 1)
    below = (seen[:, :, None] < values).sum(1)  # how many of the seen are < v + 1, that is at most v
    share, at_most = values / numbers, np.zeros((len(seen), numbers))
    for more in range(rest + 1):
        chance = math.comb(rest, more) * share**more * (1 - share) ** (rest - more)
        at_most += chance * (below + more > position)
    return np.diff(at_most, axis=1, prepend=0)


def best_possible(seen, weights, position, length, numbers):
    """(accuracy, cross-entropy in nats) of the best guess, and both of every row, in pieces that fit in memory."""
    accuracy, entropy = [], []
    for rows in np.array_split(seen, max(1, seen.shape[0] * numbers // 2_000_000)):
        p = posterior(rows, position, length, numbers)
        accuracy.append(p.max(1))
        entropy.append(-(p * np.log(np.where(p > 1e-300, p, 1))).sum(1))
    accuracy, entropy = np.concatenate(accuracy), np.concatenate(entropy)
    return weights @ accuracy, weights @ entropy, accuracy, entropy


def multisets(numbers, size):
    """All multisets of numbers 0 .. V-1, each with its probability."""
    rows = np.array(list(itertools.combinations_with_replacement(range(numbers), size)))
    new = np.concatenate([np.ones((len(rows), 1), bool), rows[:, 1:] != rows[:, :-1]], 1)
    ways, run_length = np.full(len(rows), float(math.factorial(size))), np.zeros(len(rows))
    for k in range(size):  # divide by the factorial of every run of equal numbers
        run_length = np.where(new[:, k], 1, run_length + 1)
        ways /= run_length
    return rows, ways / float(numbers) ** size


def causal_bounds(document):
    """The least error at every position for a model that saw the numbers up to there, and for one that saw none."""
    generator = np.random.default_rng(1)
    for k, wanted in enumerate(document["bounds"]):
        numbers, length, place = wanted["numbers"], wanted["length"], ("bounds", k)
        nothing, one = np.zeros((1, 0), int), np.ones(1)
        blind = [best_possible(nothing, one, position, length, numbers)[:2] for position in range(length)]
        exact = (wanted.get("tolerance", 1e-10), 0)
        yield (*place, "seen_nothing", "accuracy_by_position"), [a for a, _ in blind], exact
        yield (*place, "seen_nothing", "nll_by_position"), [e for _, e in blind], exact
        yield (*place, "seen_nothing", "perplexity"), math.exp(np.mean([e for _, e in blind])), (0, 1e-10)
        if "standard_error" in wanted:
            check_drawn(wanted, generator)
            continue
        accuracy, entropy = [], []
        for position in range(length):
            seen, chance = multisets(numbers, position + 1)
            a, e, _, _ = best_possible(seen, chance, position, length, numbers)
            accuracy.append(a)
            entropy.append(e)
        yield (*place, "accuracy_by_position"), accuracy, exact
        yield (*place, "nll_by_position"), entropy, exact
        yield (*place, "mean_accuracy"), np.mean(accuracy), exact
        yield (*place, "perplexity"), math.exp(np.mean(entropy)), exact


def check_drawn(wanted, generator):
    """Another draw of the numbers seen gives the same means within five standard errors."""
    numbers, length, count = wanted["numbers"], wanted["length"], 3000
    for position in range(length):
        seen = generator.integers(0, numbers, (count, position + 1))
        _, _, accuracy, _ = best_possible(seen, np.full(count, 1 / count), position, length, numbers)
        error = math.hypot(accuracy.std() / math.sqrt(count), wanted["standard_error"][position])
        there = wanted["accuracy_by_position"][position]
        print(
            f"  {numbers} numbers, position {position}: {accuracy.mean():.4f} in another draw, {there:.4f} in the file"
        )
        assert abs(accuracy.mean() - there) <= 5 * error + 1e-9, "the file's bound is another"


if __name__ == "__main__":
    run(
        __doc__,
        {
            "lessons/sort_padding.json": padding if torch else lambda document: iter(()),
            "lessons/sort_training.json": training,
            "lessons/sort_causal_bounds.json": causal_bounds,
        },
    )
