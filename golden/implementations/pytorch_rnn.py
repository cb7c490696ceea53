"""PyTorch's own layers, forward and backward, for the cases of layout pytorch."""
import json, sys
import torch
torch.set_num_threads(1)


def tensor(t, dtype): return torch.tensor(t["data"], dtype=dtype).reshape(t["shape"])


def run(case):
    if case["layout"] != "pytorch": return {"skip": "other layouts"}
    c, layer, dtype = case["config"], case["layer"], getattr(torch, case["dtype"])
    x = tensor(case["inputs"]["x"], dtype).requires_grad_()
    states = {k: tensor(case["inputs"][k], dtype).requires_grad_() for k in ("h0", "c0") if k in case["inputs"]}
    kw = dict(bias=c.get("bias", True), dtype=dtype)
    if "nonlinearity" in c: kw["nonlinearity"] = c["nonlinearity"]
    is_cell, is_lstm = layer.endswith("_cell"), layer.startswith("lstm")
    if is_cell:
        net = {"rnn_cell": torch.nn.RNNCell, "lstm_cell": torch.nn.LSTMCell, "gru_cell": torch.nn.GRUCell}[layer](x.shape[2], c["units"], **kw)
    else:
        kw.update(num_layers=c.get("num_layers", 1), bidirectional=c.get("bidirectional", False), batch_first=True)
        if c.get("proj_size"): kw["proj_size"] = c["proj_size"]
        net = {"simple_rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[layer](x.shape[2], c["units"], **kw)
    with torch.no_grad():
        for k, p in net.named_parameters(): p.copy_(tensor(case["weights"][k], dtype))
    r = {}
    if is_cell:
        zero = torch.zeros(x.shape[0], c["units"], dtype=dtype)
        h, cell, outs, cells = states.get("h0", zero), states.get("c0", zero), [], []
        for t in range(x.shape[1]):
            if is_lstm: h, cell = net(x[:, t], (h, cell)); cells.append(cell)
            else: h = net(x[:, t], h)
            outs.append(h)
        r["outputs"], r["h"] = torch.stack(outs, 1), h
        if is_lstm: r["c"], r["gates.c"], r["gates.h"] = cell, torch.stack(cells, 1), torch.stack(outs, 1)
    else:
        lengths, data = case["inputs"].get("lengths"), x
        if lengths: data = torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
        start = None if not states else ((states["h0"], states["c0"]) if is_lstm else states["h0"])
        out, s = net(data, start)
        if lengths: out = torch.nn.utils.rnn.pad_packed_sequence(out, batch_first=True, total_length=x.shape[1])[0]
        r["outputs"] = out
        r["h"] = s[0] if is_lstm else s
        if is_lstm: r["c"] = s[1]
    if any(w.startswith("gradients") for w in case["wants"]):
        sum((r[k] * tensor(v, dtype)).sum() for k, v in case["cotangents"].items()).backward()
        for k, p in net.named_parameters(): r["gradients.weights." + k] = p.grad
        for k, v in dict(states, x=x).items(): r["gradients.inputs." + k] = v.grad
    return {"results": {k: {"shape": list(v.shape), "data": v.detach().double().reshape(-1).tolist()} for k, v in r.items() if k in case["wants"]}, "no_steps": True}


for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"name": case["name"], **run(case)}), flush=True)
