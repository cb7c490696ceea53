"""The experiments behind lessons/*_stats.json, run again in torch for a few seeds and held against the files' ranges.

    python gen_lessons_stats.py EXPERIMENT … [--runs TEXT] [--seeds N] [--first-seed N]

EXPERIMENT is one of: first_tasks first_symbol adding explosion language_model sort long_memory lagged reverse. A run is
the experiment's, under its name in the file; `--runs TEXT` takes those whose name contains TEXT.

The numbers hold in distribution: another generator of random numbers gives other runs. A value counts as inside when it
is no farther from the file's least and greatest value than the largest of three standard deviations, a tenth of the
mean and 0.002; a loss, within a factor of 4; the ratio of gradients, which spreads over orders of magnitude, within a
factor of 100. Exit code 1 when a value is outside. sort_original_stats.json is one long run: not repeated.
"""

import argparse
import math
import random
import sys

import numpy as np
import torch
from gen_lessons_language_model import Grammar
from lessons import load
from lessons_models import Readout, dense, recurrent, update

torch.set_default_dtype(torch.float32)  # the module above asks for double precision
functional = torch.nn.functional


def first_tasks(run, seed):
    """Bits: has a 1 come, running parity, the bit k steps ago."""
    task, units = run["task"], run["units"]

    def batch(count, steps):
        bits = (torch.rand(count, steps) < run["p"]).float()
        counts = bits.cumsum(1)
        if task == "seen":
            return bits[..., None], (counts > 0).float(), 0
        if task.startswith("parity"):
            parity = counts % 2
            return bits[..., None], parity.cumsum(1) % 2 if task == "parity2" else parity, 0
        back = int(task.removeprefix("echo"))
        return bits[..., None], functional.pad(bits, (back, 0))[:, :steps], back

    kind = run["layer"]
    model = Readout(None if kind == "dense" else recurrent(kind, 1, units, layers=run["layers"]), 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=run["lr"])
    for _ in range(run["updates"]):
        x, y, begin = batch(32, run["T"])
        loss = functional.binary_cross_entropy_with_logits(model(x)[:, begin:, 0], y[:, begin:])
        update(model, optimizer, loss)
    results = {}
    with torch.no_grad():
        for key, steps in (("accuracy", run["T"]), ("accuracy_3T", 3 * run["T"])):
            x, y, begin = batch(2000, steps)
            right = ((model(x)[..., 0] > 0) == (y > 0.5))[:, begin:].float()
            results[(key,)] = right.mean().item()
            if key == "accuracy":
                results[("whole_sequences",)] = right.min(1).values.mean().item()
    return results


def forget_bias_of(run):
    """The forget bias in a run's name, 1 without one."""
    return float(run["name"].split("_fb")[1]) if "_fb" in run["name"] else 1.0


def symbols(count, steps):
    """The first of 4 symbols, then distractors out of 4 others."""
    first = torch.randint(0, 4, (count,))
    return functional.one_hot(torch.cat([first[:, None], torch.randint(4, 8, (count, steps - 1))], 1), 8).float(), first


def marked(count, steps):
    """Numbers and two marks, one in each half; the sum of the marked numbers."""
    numbers, marks, rows = torch.rand(count, steps), torch.zeros(count, steps), torch.arange(count)
    marks[rows, torch.randint(0, steps // 2, (count,))] = 1
    marks[rows, torch.randint(steps // 2, steps, (count,))] = 1
    return torch.stack([numbers, marks], 2), (numbers * marks).sum(1, keepdim=True)


def long_gap(draw, features, outputs, loss_of, accuracy_of, rate):
    """An experiment with a long gap between what matters and the answer."""

    def experiment(run, seed):
        kind = run["layer"].split("_")[0]
        model = Readout(recurrent(kind, features, 16, forget_bias_of(run)), outputs, last=True)
        optimizer = torch.optim.Adam(model.parameters(), lr=rate)
        x, y = draw(32, run["T"])
        x.requires_grad_()
        loss_of(model(x), y).backward()
        norms = x.grad.norm(dim=(0, 2))
        results = {("gradient_x0_over_gradient_xlast_at_start",): (norms[0] / norms[-1]).item()}
        for _ in range(run["steps"]):
            x, y = draw(32, run["T"])
            update(model, optimizer, loss_of(model(x), y))
        with torch.no_grad():
            x, y = draw(500, run["T"])
            answer = model(x)
        end = str(run["steps"])
        results[("loss_at_step", end)] = loss_of(answer, y).item()
        results[("accuracy_at_step", end)] = accuracy_of(answer, y).float().mean().item()
        return results

    return experiment


first_symbol = long_gap(symbols, 8, 4, functional.cross_entropy, lambda a, y: a.argmax(1) == y, 0.003)
adding = long_gap(marked, 2, 1, functional.mse_loss, lambda a, y: (a - y).abs() < 0.04, 0.01)


def explosion(run, seed):
    """A relu RNN whose recurrent matrix begins as 1.1 times the identity, with and without clipping."""
    net = torch.nn.RNN(2, 16, batch_first=True, nonlinearity="relu")
    torch.nn.init.xavier_uniform_(net.weight_ih_l0)
    net.weight_hh_l0.data.copy_(1.1 * torch.eye(16))
    torch.nn.init.zeros_(net.bias_ih_l0)
    torch.nn.init.zeros_(net.bias_hh_l0)
    model = Readout(net, 1, last=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for _ in range(1500):
        x, y = marked(32, 20)
        loss = functional.mse_loss(model(x), y)
        norm = update(model, optimizer, loss, run["clip_norm"])
        if not (math.isfinite(loss.item()) and math.isfinite(norm)):
            print(f"    seed {seed}: not finite (the file has {run['runs_not_finite']} such runs)")
            return {}
    with torch.no_grad():
        x, y = marked(500, 20)
        return {("final_test_error",): functional.mse_loss(model(x), y).item()}


class LanguageModel(torch.nn.Module):
    """Embedding, recurrent layer, dense layer."""

    def __init__(self, kind, words):
        """Draw initial values."""
        super().__init__()
        self.embedding = torch.nn.Embedding(words, 32)
        torch.nn.init.uniform_(self.embedding.weight, -0.1, 0.1)
        self.net, self.dense = recurrent(kind, 32, 64), dense(64, words)

    def forward(self, words, state):
        """Logits of the next words, and the state."""
        hidden, state = self.net(self.embedding(words), state)
        return self.dense(hidden), state


def language_model(run, seed):
    """The language model over blocks, the state carried or not."""
    document = load("lessons/language_model_grammar.json")["grammars"][run["grammar"]]
    index, grammar, generator = (
        {w: k for k, w in enumerate(document["vocabulary"])},
        Grammar(document),
        random.Random(seed),
    )

    def rows_of(sentences):
        stream = [index[word] for _ in range(sentences) for word in grammar.draw(generator)[0]]
        return torch.tensor(stream[: len(stream) // 20 * 20]).reshape(20, -1)

    def detached(state):
        return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()

    training, test = rows_of(4000), rows_of(1500)
    model, size = LanguageModel(run["layer"], len(index)), run["num_steps"]
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    results = {}
    for epoch in range(1, 16):
        for group in optimizer.param_groups:
            group["lr"] = 0.01 * 0.8 ** max(0, epoch - 9)
        state = None
        for begin in range(0, training.shape[1] - size, size):
            words = training[:, begin : begin + size + 1]
            logits, state = model(words[:, :-1], state if run["carry"] else None)
            state = detached(state)
            update(model, optimizer, functional.cross_entropy(logits.flatten(0, 1), words[:, 1:].flatten()))
        if epoch in (1, 5, 10, 15):
            with torch.no_grad():
                logits, _ = model(test[:, :-1], None)
            targets = test[:, 1:]
            loss = functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
            results[("test_perplexity_at_epoch", str(epoch))] = math.exp(loss.item())
            languages = torch.isin(targets, torch.tensor([index[word] for word in document["languages"]]))
            right = (logits.argmax(2) == targets)[languages].float().mean().item()
            results[("language_accuracy_at_epoch", str(epoch))] = right
    return results


def sort(run, seed):
    """Sorting with one direction or two, with the settings of MXNet's example."""
    numbers, length = run["numbers"], run["length"]
    embedding = torch.nn.Embedding(numbers + 1, run["embedding"])
    two = run["directions"] == 2
    net = torch.nn.LSTM(run["embedding"], run["units"], batch_first=True, bidirectional=two)
    head = torch.nn.Linear(run["units"] * run["directions"], numbers + 1)
    model = torch.nn.ModuleList([embedding, net, head])
    for parameter in model.parameters():
        bound = math.sqrt(2.34 / parameter.shape[-1]) if parameter.dim() == 2 else 0.0
        torch.nn.init.uniform_(parameter, -bound, bound)
    weights = [p for p in model.parameters() if p.dim() == 2]
    biases = [p for p in model.parameters() if p.dim() == 1]
    groups = [{"params": weights, "weight_decay": 1e-5}, {"params": biases}]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=0.9)

    def logits(x):
        return head(net(embedding(x))[0])

    for _ in range(run["batches"]):
        x = torch.randint(1, numbers + 1, (100, length))
        loss = functional.cross_entropy(logits(x).flatten(0, 1), x.sort(1).values.flatten(), reduction="sum") / 100
        update(model, optimizer, loss, None)
    with torch.no_grad():
        x = torch.randint(1, numbers + 1, (2000, length))
        answer, y = logits(x), x.sort(1).values
    right, end = (answer.argmax(2) == y).float(), str(run["batches"] // 100)
    return {
        ("nll_at_epoch", end): functional.cross_entropy(answer.flatten(0, 1), y.flatten()).item(),
        ("accuracy_at_epoch", end): right.mean().item(),
        ("sequences_right_at_epoch", end): right.min(1).values.mean().item(),
        **{("accuracy_by_position_at_end", k): right[:, k].mean().item() for k in range(length)},
    }


def long_memory(run, seed):
    """y[t] = x[0] over 140 steps in pieces of 14: stateful, stateless, never reset, rows in the wrong order."""
    count, steps, batch, piece = 75, 140, 15, 14
    ones = torch.zeros(2 * count)
    ones[torch.randperm(2 * count)[:count]] = 1
    x = torch.zeros(2 * count, steps, 1)
    x[:, 0, 0] = ones
    y = ones[:, None, None].expand(-1, steps, 1)

    def batches(begin):
        """Batches of pieces in feeding order."""
        parts = [v[begin : begin + count].reshape(count, steps // piece, piece, 1) for v in (x, y)]
        if run["name"] == "plain_reshape":
            return list(zip(*(part.reshape(-1, batch, piece, 1) for part in parts)))
        groups = [part.reshape(count // batch, batch, steps // piece, piece, 1).transpose(1, 2) for part in parts]
        return list(zip(*(group.reshape(-1, batch, piece, 1) for group in groups)))

    model = Readout(recurrent("lstm", 1, 10), 1)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.001, alpha=0.9, eps=1e-7)
    results, state = {}, None
    for epoch in range(1, 101):
        losses = []
        for k, (inputs, targets) in enumerate(batches(0)):
            if run["name"] == "stateless" or (run["name"] != "never_reset" and k % (steps // piece) == 0):
                state = None
            hidden, state = model.net(inputs, state)
            state = tuple(part.detach() for part in state)
            loss = functional.mse_loss(model.dense(hidden), targets)
            losses.append(loss.item())
            update(model, optimizer, loss, None)
        if epoch in (1, 10, 30, 100):
            results[("loss_at_epoch", str(epoch))] = float(np.mean(losses))
    return results


def lagged_series(run):
    """x1 … x4 uniform; y1[t] = x1[t-2], y2[t] = x2[t-1] x3[t-2], y3[t] = x4[t-3], over the joined series of a set.

    As in the source, which rolls without an axis: what a series cannot know comes from the end of the one before.
    """
    count, steps, generator = run["N"], run["T"], np.random.RandomState(1337)
    x1, x2, x3, x4 = (generator.uniform(size=(2 * count, steps)) for _ in range(4))
    y1, y2, y3 = np.roll(x1, 2), np.roll(x2, 1) * np.roll(x3, 2), np.roll(x4, 3)
    all_series = run["outputs"] == 3
    x, y = (np.stack(v, 2) for v in (([x1, x2, x3, x4], [y1, y2, y3]) if all_series else ([x1], [y1])))
    return [torch.tensor(v, dtype=torch.float32) for v in (x[:count], y[:count], x[count:], y[count:])]


def lagged(run, seed):
    """Parts A, B and D of the article's companion file 4: lagged series, whole or in pieces with the state kept."""
    x, y, x_test, y_test = lagged_series(run)
    count, batch, piece = run["N"], run["B"], run["L"]
    model = Readout(recurrent("lstm", x.shape[2], 10), y.shape[2])
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.001, alpha=0.9, eps=1e-7)
    state = None

    def step(rows, begin, end, state):
        hidden, state = model.net(x[rows, begin:end], state)
        loss = functional.mse_loss(model.dense(hidden), y[rows, begin:end])
        update(model, optimizer, loss, None)
        return loss.item() * len(hidden), tuple(part.detach() for part in state)

    for _ in range(run["epochs"]):
        total = fed = 0
        order = torch.randperm(count) if piece == run["T"] else torch.arange(count)
        for first in range(0, count, batch):
            rows = order[first : first + batch]
            for begin in range(0, run["T"], piece):
                if begin == 0 and run["reset"]:
                    state = None
                loss, state = step(rows, begin, begin + piece, state)
                total, fed = total + loss, fed + len(rows)
    with torch.no_grad():
        test = functional.mse_loss(model.dense(model.net(x_test)[0]), y_test).item()
    return {("loss",): total / fed, ("test_loss",): test}


class Reverser(torch.nn.Module):
    """Encoder and decoder, with dot-product, additive or no attention."""

    def __init__(self, attention):
        """Draw initial values."""
        super().__init__()
        self.attention = attention
        self.words, self.answers = torch.nn.Embedding(10, 16), torch.nn.Embedding(11, 16)
        self.encoder, self.decoder = (torch.nn.LSTM(16, 32, batch_first=True) for _ in range(2))
        for net in (self.encoder, self.decoder):
            torch.nn.init.zeros_(net.bias_hh_l0)
            torch.nn.init.zeros_(net.bias_ih_l0)
            net.bias_ih_l0.data[32:64] = 1
        self.query, self.key, self.v = (torch.nn.Linear(32, n, bias=False) for n in (32, 32, 1))
        self.head = torch.nn.Linear(32 if attention == "none" else 64, 10)

    def decode(self, read, state, memory):
        """Logits, and the decoder's state."""
        hidden, state = self.decoder(self.answers(read), state)
        if self.attention == "none":
            return self.head(hidden), state
        if self.attention == "dot":
            scores = hidden @ memory.mT
        else:
            scores = self.v(torch.tanh(self.query(hidden)[:, :, None] + self.key(memory)[:, None]))[..., 0]
        return self.head(torch.cat([hidden, scores.softmax(2) @ memory], 2)), state


def reverse(run, seed):
    """Reversing a sequence of symbols with and without attention."""
    model, steps, begin = Reverser(run["attention"]), run["T"], 10
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(run["steps"]):
        x = torch.randint(0, 10, (32, steps))
        y = x.flip(1)
        memory, state = model.encoder(model.words(x))
        logits, _ = model.decode(functional.pad(y[:, :-1], (1, 0), value=begin), state, memory)
        update(model, optimizer, functional.cross_entropy(logits.flatten(0, 1), y.flatten()))
    x = torch.randint(0, 10, (300, steps))
    answers, read = [], torch.full((300, 1), begin)
    with torch.no_grad():
        memory, state = model.encoder(model.words(x))
        for _ in range(steps):
            logits, state = model.decode(read, state, memory)
            read = logits.argmax(2)
            answers.append(read)
    right, end = (torch.cat(answers, 1) == x.flip(1)).float(), str(run["steps"])
    return {
        ("greedy_accuracy_at_step", end): right.mean().item(),
        ("sequences_right_at_step", end): right.min(1).values.mean().item(),
    }


# Below this number of seeds a file's smallest and largest value say nothing of the next seed.
FEWEST_SEEDS = 3

EXPERIMENTS = {
    "first_tasks": (first_tasks, "first_tasks_stats"),
    "first_symbol": (first_symbol, "gradients_first_symbol_stats"),
    "adding": (adding, "gradients_adding_stats"),
    "explosion": (explosion, "gradients_explosion_stats"),
    "language_model": (language_model, "language_model_stats"),
    "sort": (sort, "sort_stats"),
    "long_memory": (long_memory, "stateful_long_memory_stats"),
    "lagged": (lagged, "stateful_lagged_stats"),
    "reverse": (reverse, "attention_reverse_stats"),
}


def name_of(run):
    """The name of a run in its file."""
    return run.get("name") or "_".join(str(run[key]) for key in ("task", "layer", "units", "layers"))


def is_inside(name, value, stored):
    """Whether a single run's value lies in the range of the file's runs, with room for one more run."""
    if name.startswith("gradient_x0"):  # a ratio that spreads over orders of magnitude, and underflows
        return stored["min"] / 100 <= max(value, 1e-19) and value <= max(stored["max"], 1e-19) * 100
    if name.startswith(("loss", "nll", "final_test_error")):
        return stored["min"] / 4 <= value <= stored["max"] * 4
    room = max(3 * stored.get("std", 0.0), 0.1 * abs(stored["mean"]), 0.002)
    return stored["min"] - room <= value <= stored["max"] + room


def held_against(run, results):
    """Print every value beside the file's range; how many are outside. Too few seeds make no range."""
    seeds = run.get("seeds", FEWEST_SEEDS)
    judged = (seeds if isinstance(seeds, int) else len(seeds)) >= FEWEST_SEEDS
    outside = 0
    for path, value in results.items():
        stored = run
        for key in path:
            stored = stored[key]
        inside = is_inside(path[0], value, stored)
        outside += judged and not inside
        place = " ".join(str(key) for key in path)
        spread = f"mean {stored['mean']:.4g} [{stored['min']:.4g}, {stored['max']:.4g}]"
        verdict = "" if inside else "   OUTSIDE" if judged else "   outside, of too few seeds"
        print(f"    {place:48s} {value:10.4g}   file: {spread}{verdict}")
    return outside


def main():
    """Run the experiments that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment", nargs="+", choices=EXPERIMENTS)
    parser.add_argument("--runs", default="", metavar="TEXT")
    parser.add_argument("--seeds", type=int, default=2, metavar="N")
    parser.add_argument("--first-seed", type=int, default=101, metavar="N", help="other seeds than the files' own")
    arguments = parser.parse_args()
    outside = values = 0
    for experiment in arguments.experiment:
        function, file = EXPERIMENTS[experiment]
        chosen = [run for run in load(f"lessons/{file}.json")["runs"] if arguments.runs in name_of(run)]
        if not chosen:
            parser.error(f"no run of {experiment} contains {arguments.runs!r}")
        for run in chosen:
            for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds):
                print(f"{experiment} {name_of(run)} seed {seed}", flush=True)
                torch.manual_seed(seed)
                results = function(run, seed)
                outside += held_against(run, results)
                values += len(results)
    print(f"{values} values, {outside} outside the range of the files")
    sys.exit(1 if outside else 0)


if __name__ == "__main__":
    main()
