import Foundation

@testable import GoldenCases
@testable import GoldenConformance

/// One case written by hand: an LSTM of 1 sample, 2 steps, 2 features and 1 unit. Its expected numbers are not right.
let smallCase = #"""
  {"name": "small", "kind": "documented", "source": {"title": "a book", "file": "p. 12"},
   "layout": "keras", "dtype": "float32", "layer": "lstm",
   "config": {"units": 1, "return_sequences": true, "gate_order": ["i", "f", "g", "o"]},
   "weights": {"kernel": {"shape": [2, 4], "data": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]},
               "recurrent_kernel": {"shape": [1, 4], "data": [0.1, -0.2, 0.3, -0.4]},
               "bias": {"shape": [4], "data": [1, 2, 3, 4]}},
   "inputs": {"x": {"shape": [1, 2, 2], "data": [1, 2, 3, 4]}, "h0": {"shape": [1, 1], "data": [0.5]}},
   "cotangents": {"outputs": {"shape": [1, 2, 1], "data": [1, -1]}, "h": {"shape": [1, 1], "data": [2]}},
   "expected": {"outputs": {"shape": [1, 2, 1], "data": [0.5, 0.25]}, "h": {"shape": [1, 1], "data": [0.25]},
                "c": {"shape": [1, 1], "data": [0.75]}},
   "expected_gradients": {"weights": {"bias": {"shape": [4], "data": [1, 2, 3, 4]}},
                          "inputs": {"h0": {"shape": [1, 1], "data": [0.125]}}},
   "tolerance": {"abs": 1e-6, "rel": 0, "grad_abs": 1e-6, "grad_rel": 1e-4}}
  """#

/// A fit of one dense layer.
let smallTraining = #"""
  {"name": "fit", "kind": "reference", "source": {"framework": "keras", "version": "3", "how": "fit"},
   "layout": "keras", "dtype": "float64", "layer": "dense", "config": {"units": 1},
   "weights": {"kernel": {"shape": [2, 1], "data": [0.1, 0.2]}, "bias": {"shape": [1], "data": [0]}},
   "training": {"x": {"shape": [3, 2], "tile": 3, "data": [1, 2]}, "y": {"shape": [3, 1], "data": [1, 2, 3]},
     "loss": "mse", "optimizer": {"name": "sgd", "momentum": 0.5}, "epochs": 2, "batch_size": 2, "shuffle": false,
     "predict": {"shape": [1, 2], "data": [1, 1]}},
   "expected_training": {"loss_per_epoch": [0.5, 0.25], "prediction": {"shape": [1, 1], "data": [1]}},
   "tolerance": {"loss_abs": 1e-12, "prediction_abs": 1e-10}}
  """#

/// A file that holds these cases.
func fileText(_ cases: String...) -> String {
  #"{"schema": "rnn-golden/1", "family": "hand", "cases": ["# + cases.joined(separator: ",\n") + "]}"
}

func read(_ text: String) throws(CaseErrors) -> CaseFile { try CaseFile(Array(text.utf8), file: "hand.json") }

/// The small case with one piece of its text exchanged; nil when the piece is not there exactly once.
func changed(_ text: String, _ old: String, _ new: String) -> String? {
  let parts = text.components(separatedBy: old)
  return parts.count == 2 ? parts.joined(separator: new) : nil
}

extension URL {
  func hasFile(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: appending(path: path).path(percentEncoded: false))
  }
}

/// What was found is not what is looked at.
struct Problem: Error {
  let what: String
  init(_ what: String) { self.what = what }
}
