import Foundation
import Training

/// A grammar as a Markov chain: a state is a place together with what is to be remembered, the subject and the country.
///
/// The words read so far always tell the state, so every entropy is exact: the expected visits of a state in a
/// sentence, from linear equations, times the entropy of what is drawn there.
public struct GrammarChain: Sendable {
  struct State: Hashable, Sendable {
    var place: Int
    /// Words of the vocabulary; −1 for none.
    var subject = -1
    var country = -1
  }

  struct Move: Sendable {
    let probability: Double
    let word: Int
    /// The number of the next state.
    let next: Int
  }

  public let grammar: Grammar
  let states: [State]
  /// The moves of each state.
  let moves: [[Move]]
  /// How often a sentence visits each state, on average.
  let visits: [Double]

  public init(_ grammar: Grammar) {
    self.grammar = grammar
    let names = grammar.places.map(\.name)
    let places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    var (states, numbers, moves) = ([State(place: 0)], [State(place: 0): 0], [[Move]]())
    while moves.count < states.count {
      let state = states[moves.count]
      moves.append(
        grammar.places[state.place].choices.map { choice in
          let word = grammar.word(choice.word, in: state)
          let place = places[choice.next] ?? 0
          var next = State(place: place, subject: state.subject, country: state.country)
          if names[state.place] == "subj" { next.subject = word }
          if names[state.place] == "country" { next.country = word }
          if place == 0 { next = State(place: 0) }
          if numbers[next] == nil {
            numbers[next] = states.count
            states.append(next)
          }
          return Move(probability: choice.probability, word: word, next: numbers[next] ?? 0)
        })
    }
    (self.states, self.moves) = (states, moves)
    visits = Self.visits(moves)
  }

  /// v = e + Mᵀv with M without the moves that end a sentence, by elimination.
  private static func visits(_ moves: [[Move]]) -> [Double] {
    let n = moves.count
    var a = [[Double]](repeating: [Double](repeating: 0, count: n + 1), count: n)
    for k in 0..<n {
      a[k][k] = 1
      for move in moves[k] where move.next != 0 { a[move.next][k] -= move.probability }
    }
    a[0][n] = 1
    for k in 0..<n {
      let pivot = (k..<n).max { abs(a[$0][k]) < abs(a[$1][k]) } ?? k
      a.swapAt(k, pivot)
      let row = a[k]
      for below in k + 1..<max(n, k + 1) where a[below][k] != 0 {
        let factor = a[below][k] / row[k]
        for j in k...n where row[j] != 0 { a[below][j] -= factor * row[j] }
      }
    }
    var v = [Double](repeating: 0, count: n)
    for k in (0..<n).reversed() {
      var sum = a[k][n]
      for j in k + 1..<max(n, k + 1) { sum -= a[k][j] * v[j] }
      v[k] = sum / a[k][k]
    }
    return v
  }
}

extension Grammar {
  /// The number of the word that a choice says in a state.
  fileprivate func word(_ text: String, in state: GrammarChain.State) -> Int {
    switch text {
    case Self.sameSubject: return state.subject
    case Self.language:
      let country = countries.firstIndex { vocabulary[$0] == state.country }
      return country.flatMap { vocabulary[languages[$0]] } ?? -1
    default: return vocabulary[text] ?? -1
    }
  }
}

// MARK: Entropies

extension GrammarChain {
  /// The mean number of words of a sentence.
  public var meanLength: Double { visits.reduce(0, +) }

  /// The entropy of a word for one who knows the grammar and all words before, in bits: no model does better.
  public var bits: Double { bitsByPlace.reduce(0) { $0 + $1.bits } }

  /// The entropy of a whole sentence.
  public var bitsOfSentence: Double { bits * meanLength }

  /// The part of each place in ``bits``, in the order of the places; places at which nothing is open are left out.
  public var bitsByPlace: [(place: String, bits: Double)] {
    var sums = [Double](repeating: 0, count: grammar.places.count)
    let length = meanLength
    for (state, visit) in zip(states.indices, visits) {
      sums[states[state].place] += visit / length * Self.bits(moves[state].map(\.probability))
    }
    return zip(grammar.places, sums).filter { $0.1 > 0 }.map { ($0.0.name, $0.1) }
  }

  /// The entropy of a word for one who knows the place in the sentence, but has forgotten the subject, the country, or
  /// both.
  public func bits(knowingSubject: Bool, knowingCountry: Bool) -> Double {
    func bits(at place: String) -> Double {
      Self.bits(grammar.places.first { $0.name == place }?.choices.map(\.probability) ?? [])
    }
    let forgotten = (knowingSubject ? 0 : bits(at: "subj")) + (knowingCountry ? 0 : bits(at: "country"))
    return self.bits + forgotten / meanLength
  }

  /// The entropy of a word for one who knows the `order` − 1 words before it and nothing else: 1 is a unigram, 2 a
  /// bigram, 3 a trigram.
  public func bits(ofOrder order: Int) -> Double {
    contexts(order - 1).reduce(0) { sum, context in
      let mass = context.reduce(0) { $0 + $1.weight }
      var following = [Double](repeating: 0, count: grammar.vocabulary.count)
      for (state, weight) in context {
        for move in moves[state] { following[move.word] += weight * move.probability / mass }
      }
      return sum + mass * Self.bits(following)
    }
  }

  /// For every sequence of `count` words in the stream of sentences: the states after it, with their probabilities.
  private func contexts(_ count: Int) -> [[(state: Int, weight: Double)]] {
    let length = meanLength
    var known: [(words: [Int], states: [(state: Int, weight: Double)])] = [
      ([], zip(states.indices, visits).map { ($0, $1 / length) })
    ]
    for _ in 0..<count {
      // A dictionary finds a context; the order of all sums is that of the contexts' first appearance.
      var (places, longer) = ([[Int]: Int](), [(words: [Int], states: [(state: Int, weight: Double)])]())
      for (words, states) in known {
        for (state, weight) in states {
          for move in moves[state] {
            let key = words + [move.word]
            let place = places[key] ?? longer.count
            if place == longer.count {
              places[key] = place
              longer.append((key, []))
            }
            let added = weight * move.probability
            if let index = longer[place].states.firstIndex(where: { $0.state == move.next }) {
              longer[place].states[index].weight += added
            } else {
              longer[place].states.append((move.next, added))
            }
          }
        }
      }
      known = longer
    }
    return known.map(\.states)
  }

  /// The probabilities of all words for one who knows the given words before, and nothing else of the stream; nil where
  /// the grammar never says them.
  public func distribution(after words: [Int]) -> [Double]? {
    let length = meanLength
    var weights = visits.map { $0 / length }
    for word in words {
      var after = [Double](repeating: 0, count: states.count)
      for (state, weight) in weights.enumerated() where weight > 0 {
        for move in moves[state] where move.word == word { after[move.next] += weight * move.probability }
      }
      weights = after
    }
    let mass = weights.reduce(0, +)
    guard mass > 0 else { return nil }
    var p = [Double](repeating: 0, count: grammar.vocabulary.count)
    for (state, weight) in weights.enumerated() where weight > 0 {
      for move in moves[state] { p[move.word] += weight * move.probability / mass }
    }
    return p
  }

  static func bits(_ probabilities: [Double]) -> Double {
    probabilities.reduce(0) { $1 > 0 ? $0 - $1 * log2($1) : $0 }
  }
}

// MARK: Drawing

/// A drawn sentence.
public struct DrawnSentence: Equatable, Sendable {
  public var words: [Int] = []
  /// −log of the probability with which each word was drawn, in nats: what the best possible model pays.
  public var nats: [Double] = []
  /// The places of the first country and of the language among the words.
  public var countryPlace = 0
  public var languagePlace = 0

  public var country: Int { words[countryPlace] }
  /// How many words after its country the language stands.
  public var distance: Int { languagePlace - countryPlace }
}

extension GrammarChain {
  public func draw(using generator: inout RandomGenerator) -> DrawnSentence {
    var (sentence, state) = (DrawnSentence(), 0)
    repeat {
      let move = choose(state, using: &generator)
      switch grammar.places[states[state].place].name {
      case "country": sentence.countryPlace = sentence.words.count
      case "language": sentence.languagePlace = sentence.words.count
      default: break
      }
      sentence.words.append(move.word)
      sentence.nats.append(-log(move.probability))
      state = move.next
    } while state != 0
    return sentence
  }

  private func choose(_ state: Int, using generator: inout RandomGenerator) -> Move {
    let place = generator.uniform()
    var sum = 0.0
    for move in moves[state] {
      sum += move.probability
      if place < sum { return move }
    }
    return moves[state][moves[state].count - 1]
  }
}
