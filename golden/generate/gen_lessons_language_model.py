"""The language model's lesson: blocks of a sequence, truncated back-propagation, the grammar and its entropies.

    python gen_lessons_language_model.py [--check | --write] [--only TEXT]

Weights, inputs and the grammar's table come from the files; torch.nn runs the layers, the entropies are computed from
the table. The numbers of `from_20000_drawn_sentences` are those of one draw: a new draw is compared to 0.02 bits.
"""

import math
import random

import numpy as np
import torch
from lessons import bounds, load, run, tensor, tensors

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
BLOCKS = "reference/language_model_blocks.json"
LAYERS = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "simple_rnn": torch.nn.RNN}


def run_layer(case):
    """A case of PyTorch's layout: values by name, gradients by weight, gradients by input, loss."""
    config = case["config"]
    inputs = {k: torch.tensor(v, requires_grad=True) for k, v in tensors(case["inputs"]).items()}
    options = {"nonlinearity": config["nonlinearity"]} if "nonlinearity" in config else {}
    net = LAYERS[case["layer"]](inputs["x"].shape[2], config["units"], batch_first=True, **options)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.copy_(torch.tensor(tensor(case["weights"][name])))
    start = (inputs["h0"], inputs["c0"]) if "c0" in inputs else inputs["h0"]
    outputs, state = net(inputs["x"], start)
    values = {"outputs": outputs, **dict(zip("hc", state if case["layer"] == "lstm" else (state,)))}
    loss = sum((values[k] * torch.tensor(v)).sum() for k, v in tensors(case["cotangents"]).items())
    loss.backward()
    weights = {name: parameter.grad.numpy() for name, parameter in net.named_parameters()}
    return (
        {name: value.detach().numpy() for name, value in values.items()},
        weights,
        {name: value.grad.numpy() for name, value in inputs.items()},
        loss.item(),
    )


def blocks(document):
    """Every case, and that a block begins where the one before it ended and gets the gradient from the next."""
    ended = None
    for k, case in enumerate(document["cases"]):
        values, weights, inputs, _ = run_layer(case)
        bound, grads, place = bounds(case["tolerance"]), bounds(case["tolerance"], "grad_abs", "grad_rel"), ("cases", k)
        for name in case["expected"]:
            yield (*place, "expected", name), values[name], bound
        for kind, made in (("weights", weights), ("inputs", inputs)):
            for name in case["expected_gradients"][kind]:
                yield (*place, "expected_gradients", kind, name), made[name], grads
        if case["name"].endswith("_block1"):
            ended = values
        elif case["name"].endswith("_block2"):
            from_next = inputs
            for name in "hc":
                if name in ended:
                    yield (*place, "inputs", name + "0"), ended[name], bound
        elif case["name"].endswith("_with_gradient_from_next"):
            for name in "hc":
                if name in case["cotangents"]:
                    yield (*place, "cotangents", name), from_next[name + "0"], grads


def truncation(document):
    """The blocks' gradients added, against the whole; and a tiny language model over a few updates."""
    cases, bound = {case["name"]: case for case in load(BLOCKS)["cases"]}, bounds(document["tolerance"])
    for k, wanted in enumerate(document["sums"]):
        whole, first, second, handed = (
            run_layer(cases[wanted["name"] + part])
            for part in ("_whole", "_block1", "_block2", "_block1_with_gradient_from_next")
        )
        sums = {name: first[1][name] + second[1][name] for name in whole[1]}
        exact = {name: handed[1][name] + second[1][name] for name in whole[1]}
        flat, flat_sums = (np.concatenate([g[n].reshape(-1) for n in whole[1]]) for g in (whole[1], sums))
        outputs = np.concatenate([first[0]["outputs"], second[0]["outputs"]], 1)
        made = {
            "loss_whole": whole[3],
            "loss_of_blocks": [first[3], second[3]],
            "outputs_largest_difference": np.abs(outputs - whole[0]["outputs"]).max(),
            "gradient_norm_whole": np.linalg.norm(flat),
            "gradient_norm_truncated": np.linalg.norm(flat_sums),
            "norm_of_difference": np.linalg.norm(flat - flat_sums),
            "cosine": flat @ flat_sums / np.linalg.norm(flat) / np.linalg.norm(flat_sums),
            "largest_difference_when_state_gradient_is_handed_back": max(
                np.abs(exact[name] - whole[1][name]).max() for name in exact
            ),
        }
        for key, numbers in made.items():
            yield ("sums", k, key), numbers, bound
        for key, gradients in (("whole", whole[1]), ("truncated", sums)):
            for name, gradient in gradients.items():
                yield ("sums", k, key, name), gradient, bound
    model = document["language_model"]
    for k, wanted in enumerate(model["runs"]):
        for path, numbers in train(model, wanted["num_steps"], wanted["carry"]).items():
            yield ("language_model", "runs", k, *path), numbers, bound


def train(model, num_steps, carry):
    """The updates of the tiny language model: losses, norms before clipping, final weights."""
    weights = tensors(model["weights"])
    embedding = torch.nn.Embedding(*weights["embedding"].shape)
    net = torch.nn.LSTM(weights["embedding"].shape[1], weights["weight_hh_l0"].shape[1], batch_first=True)
    dense = torch.nn.Linear(weights["dense_weight"].shape[1], weights["dense_weight"].shape[0])
    parameters = {"embedding": embedding.weight, **dict(net.named_parameters())}
    parameters |= {"dense_weight": dense.weight, "dense_bias": dense.bias}
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(torch.tensor(weights[name]))
    optimizer = torch.optim.SGD(parameters.values(), lr=model["learning_rate"])
    ids, state, losses, norms = torch.tensor(model["ids"]), None, [], []
    for begin in range(0, ids.shape[1] - 1, num_steps):
        words, targets = ids[:, begin : begin + num_steps], ids[:, begin + 1 : begin + num_steps + 1]
        outputs, after = net(embedding(words), state)
        state = tuple(part.detach() for part in after) if carry else None
        loss = torch.nn.functional.cross_entropy(
            dense(outputs).reshape(-1, len(weights["dense_bias"])), targets.reshape(-1)
        )
        optimizer.zero_grad()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(parameters.values(), model["clip_norm"]).item())
        optimizer.step()
        losses.append(loss.item())
    made = {("loss_per_update",): losses, ("perplexity",): math.exp(np.mean(losses))}
    made[("gradient_norm_per_update_before_clipping",)] = norms
    return made | {("final_weights", name): p.detach().numpy() for name, p in parameters.items()}


class Grammar:
    """The Markov chain of the table: a state is (place, subject, country), a move is (probability, word, state)."""

    def __init__(self, document):
        """Find every state that can be reached from the beginning of a sentence."""
        self.places, self.countries = dict(document["places"]), document["countries"]
        self.languages = dict(zip(document["countries"], document["languages"]))
        self.begin = (document["places"][0][0], None, None)
        self.states, waiting = {}, [self.begin]
        while waiting:
            state = waiting.pop()
            if state not in self.states:
                self.states[state] = list(self.moves(state))
                waiting += [after for _, _, after in self.states[state]]

    def moves(self, state):
        """Yield (probability, word said, next state)."""
        place, subject, country = state
        for word, probability, after in self.places[place]:
            if place == "subj":
                subject = word
            if place == "country":
                country = word
            said = {"same subject": subject, "language of the first country": self.languages.get(country)}.get(
                word, word
            )
            yield probability, said, (after, None, None) if after == self.begin[0] else (after, subject, country)

    def visits(self):
        """Expected visits of every state in a sentence, from linear equations."""
        index = {state: k for k, state in enumerate(self.states)}
        move = np.zeros((len(index), len(index)))
        for state, moves in self.states.items():
            for probability, _, after in moves:
                if after != self.begin:
                    move[index[after], index[state]] += probability
        start = np.zeros(len(index))
        start[index[self.begin]] = 1
        return dict(zip(self.states, np.linalg.solve(np.eye(len(index)) - move, start)))

    def draw(self, generator):
        """One sentence: its words, and how far the language stands from the country."""
        state, words, born = self.begin, [], None
        while True:
            moves = self.states[state]
            _, word, after = generator.choices(moves, [p for p, _, _ in moves])[0]
            if state[0] == "country":
                born = len(words)
            if state[0] == "language":
                distance = len(words) - born
            words.append(word)
            if after == self.begin:
                return words, distance
            state = after


def bits(probabilities):
    """The entropy of a distribution in bits."""
    return -math.fsum(p * math.log2(p) for p in probabilities if p > 0)


def conditional_bits(chain, visits, order):
    """The entropy of a word given the `order` - 1 words before it, over the stationary stream of sentences."""
    length = math.fsum(visits.values())
    known = {(): {state: count / length for state, count in visits.items()}}
    for _ in range(order - 1):
        longer = {}
        for words, states in known.items():
            for state, weight in states.items():
                for probability, word, after in chain.states[state]:
                    ends = longer.setdefault((*words, word), {})
                    ends[after] = ends.get(after, 0.0) + weight * probability
        known = longer
    total = []
    for states in known.values():
        following, mass = {}, math.fsum(states.values())
        for state, weight in states.items():
            for probability, word, _ in chain.states[state]:
                following[word] = following.get(word, 0.0) + weight * probability / mass
        total.append(mass * bits(following.values()))
    return math.fsum(total)


def grammar(document):
    """The exact entropies; a new draw of sentences beside those of the drawn ones."""
    bound = bounds(document["tolerance"])
    for name, wanted in document["grammars"].items():
        chain = Grammar(wanted)
        visits = chain.visits()
        length = math.fsum(visits.values())
        by_place = {}
        for state, count in visits.items():
            by_place[state[0]] = (
                by_place.get(state[0], 0.0) + count * bits(p for p, _, _ in chain.states[state]) / length
            )
        subject, country = (bits(p for _, p, _ in chain.places[place]) for place in ("subj", "country"))
        best = math.fsum(by_place.values())
        levels = {
            "bits_per_word_without_long_memory": best + (subject + country) / length,
            "bits_per_word_knowing_subject_but_not_country": best + country / length,
            "uniform_bits": math.log2(len(wanted["vocabulary"])),
            **{f"{gram}_bits": conditional_bits(chain, visits, k + 1) for k, gram in enumerate(GRAMS)},
        }
        made = {"mean_words_per_sentence": length, "bits_per_word": best, "best_perplexity": 2**best}
        made |= {"nats_per_word": best * math.log(2), "bits_per_sentence": best * length, **levels}
        for key, value in levels.items():
            made[key.replace("bits_per_word", "perplexity").replace("_bits", "_perplexity")] = 2**value
        assert set(made) == set(wanted["exact"]) - {"bits_per_word_by_place"}, set(made) ^ set(wanted["exact"])
        for key, value in made.items():
            yield ("grammars", name, "exact", key), value, bound
        for place in wanted["exact"]["bits_per_word_by_place"]:
            yield ("grammars", name, "exact", "bits_per_word_by_place", place), by_place[place], bound
        compare_drawn(chain, wanted["from_20000_drawn_sentences"])


GRAMS = ("unigram", "bigram", "trigram", "fourgram")


def compare_drawn(chain, stored):
    """Another draw of 20000 sentences: the numbers of the file hold in distribution."""
    generator = random.Random(1)
    drawn = [chain.draw(generator) for _ in range(20000)]
    mean = np.mean([len(words) for words, _ in drawn])
    distance = np.mean([d for _, d in drawn])
    stream = [word for words, _ in drawn for word in words]
    print(f"  another draw: {mean:.3f} words a sentence (file {stored['mean_words_per_sentence']:.3f}), ", end="")
    print(f"language {distance:.3f} after the country (file {stored['distance_of_language_from_country']['mean']:.3f})")
    assert abs(mean - stored["mean_words_per_sentence"]) < 0.6, "the file's sentences have another length"
    for order, gram in enumerate(GRAMS[:3], 1):
        long, short = {}, {}
        for k in range(len(stream) - order + 1):
            words = tuple(stream[k : k + order])
            long[words], short[words[:-1]] = long.get(words, 0) + 1, short.get(words[:-1], 0) + 1
        count = sum(long.values())
        entropy = -math.fsum(n / count * math.log2(n / short[words[:-1]]) for words, n in long.items())
        print(f"  another draw: {gram} {entropy:.4f} bits (file {stored[gram + '_bits']:.4f})")
        assert abs(entropy - stored[gram + "_bits"]) < 0.02, f"the file's {gram} entropy is another"


if __name__ == "__main__":
    run(
        __doc__,
        {
            BLOCKS: blocks,
            "lessons/language_model_truncation.json": truncation,
            "lessons/language_model_grammar.json": grammar,
        },
    )
