/// One sequence into another: an encoder reads, a decoder writes, and with attention each written step may look back.
///
///     (h, s) = encoder(E_x[x])                     all outputs of an LSTM, and its last state
///     q_t    = decoder(E_y[y_{t−1}])               an LSTM that begins with s
///     a_t    = attention(q_t, h)
///     z_t    = [q_t, a_t]·W + b                    q_t·W + b without attention
///
/// | Tensor        | Shape       | What it is                                                              |
/// |---------------|-------------|-------------------------------------------------------------------------|
/// | `source` x    | `[B, T]`    | whole numbers: what is read                                             |
/// | `previous`    | `[B, Q]`    | whole numbers: what was written before each step, a start symbol first  |
/// | mask          | `[B, T]`    | steps of the source that count                                          |
/// | h             | `[B, T, H]` | the memory                                                              |
/// | logits z      | `[B, Q, C]` | the output                                                              |
///
/// In training `previous` holds the right answers (teacher forcing); `decode` feeds what the network wrote itself.
/// Weights are named `source/embeddings`, `target/embeddings`, `encoder/kernel`, `decoder/kernel`,
/// `attention/query_kernel`, `dense/kernel`, ….
///
/// Source: Sutskever, Vinyals & Le 2014; Bahdanau, Cho & Bengio 2015; Luong, Pham & Manning 2015.
public struct EncoderDecoder<Scalar: RealScalar>: Sendable {
  public var source, target: Embedding<Scalar>
  public var encoder, decoder: LSTM<Scalar>
  /// Nil: the last state of the encoder is all that the decoder gets.
  public var attention: Attention<Scalar>?
  public var dense: Dense<Scalar>

  /// A network of V source symbols, W target symbols to read, C to write, E features of an embedding and H units; all
  /// weights zero.
  public init(
    sourceSymbols V: Int, targetSymbols W: Int, outputs C: Int, embedding E: Int, units H: Int,
    attention score: AttentionScore? = nil
  ) {
    source = Embedding(words: V, size: E)
    target = Embedding(words: W, size: E)
    encoder = LSTM(LSTMCell(inputSize: E, units: H), returnSequences: true)
    decoder = LSTM(LSTMCell(inputSize: E, units: H), returnSequences: true)
    attention = score.map { Attention($0, querySize: H, memorySize: H) }
    dense = Dense(inputSize: score == nil ? H : 2 * H, units: C)
  }

  public struct Parameters: ParameterGroup {
    public var source, target: Embedding<Scalar>.Parameters
    public var encoder, decoder: RecurrentWeights<Scalar>
    public var attention: AttentionWeights<Scalar>
    public var dense: Dense<Scalar>.Parameters

    public mutating func update(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
      try source.update { try body("source/" + $0, &$1) }
      try target.update { try body("target/" + $0, &$1) }
      try encoder.update { try body("encoder/" + $0, &$1) }
      try decoder.update { try body("decoder/" + $0, &$1) }
      try attention.update { try body("attention/" + $0, &$1) }
      try dense.update { try body("dense/" + $0, &$1) }
    }
  }

  public var parameters: Parameters {
    get {
      Parameters(
        source: source.parameters, target: target.parameters, encoder: encoder.parameters,
        decoder: decoder.parameters, attention: attention?.parameters ?? AttentionWeights(),
        dense: dense.parameters)
    }
    set {
      (source.parameters, target.parameters) = (newValue.source, newValue.target)
      (encoder.parameters, decoder.parameters) = (newValue.encoder, newValue.decoder)
      attention?.parameters = newValue.attention
      dense.parameters = newValue.dense
    }
  }

  /// What a forward pass computed.
  public struct Cache: Sendable {
    let source, target: Embedding<Scalar>.Cache
    let encoder, decoder: SequenceRun<LSTMCell<Scalar>>
    public let attention: Attention<Scalar>.Cache?
    let dense: Dense<Scalar>.Cache
  }

  /// The logits of every step, from what was written before each.
  ///
  /// - Throws: `ShapeError` when a tensor does not fit; `IndexError` for a symbol without a vector.
  public func forward(
    source x: Tensor<Scalar>, previous y: Tensor<Scalar>, mask: SequenceMask? = nil
  ) throws -> Forward<Scalar, Cache> {
    let words = try source.forward(x)
    let read = try encoder.run(words.output, mask: mask)
    let answers = try target.forward(y)
    let written = try decoder.run(answers.output, initialState: read.finalState)
    let (features, looked) = try features(written.outputs, memory: read.outputs, mask)
    let z = try dense.forward(features)
    return Forward(
      output: z.output,
      cache: Cache(
        source: words.cache, target: answers.cache, encoder: read, decoder: written, attention: looked,
        dense: z.cache))
  }

  /// [q, a], and what the attention computed; q alone without attention.
  private func features(
    _ q: Tensor<Scalar>, memory: Tensor<Scalar>, _ mask: SequenceMask?
  ) throws -> (Tensor<Scalar>, Attention<Scalar>.Cache?) {
    guard let attention else { return (q, nil) }
    let looked = try attention.forward(query: q, memory: memory, mask: mask)
    return (.concatenated([q, looked.output]), looked.cache)
  }

  /// The gradient of the weights from that of the logits.
  public func backward(_ logitsGradient: Tensor<Scalar>, cache: Cache) throws -> Parameters {
    let dDense = try dense.backward(logitsGradient, cache: cache.dense)
    let H = decoder.cell.outputSize
    var dq = dDense.input.columns(0..<H)
    var dMemory = Tensor<Scalar>.zeros(cache.encoder.outputs.shape)
    var dAttention = AttentionWeights<Scalar>()
    if let attention, let looked = cache.attention {
      let gradient = try attention.backward(dDense.input.columns(H..<dDense.input.columns), cache: looked)
      dq = dq + gradient.query
      (dMemory, dAttention) = (gradient.memory, gradient.parameters)
    }
    let dDecoder = try decoder.backward(outputs: dq, run: cache.decoder)
    // The encoder is reached on two ways: through its last state, and through every output that was looked at.
    let dEncoder = try encoder.backward(
      outputs: dMemory, finalState: dDecoder.initialState, run: cache.encoder)
    return Parameters(
      source: try source.backward(dEncoder.x, cache: cache.source).parameters,
      target: try target.backward(dDecoder.x, cache: cache.target).parameters,
      encoder: dEncoder.parameters, decoder: dDecoder.parameters, attention: dAttention,
      dense: dDense.parameters)
  }

  /// What the network writes by itself: at each step the symbol with the greatest logit, which the next step reads.
  public struct Decoded: Sendable {
    /// `[B][Q]`
    public var symbols: [[Int]]
    /// α, `[B, Q, T]`; nil without attention.
    public var weights: Tensor<Scalar>?
  }

  /// Writes `steps` symbols for every sample of `source`; the first step reads `start`.
  ///
  /// - Throws: as `forward`.
  public func decode(
    source x: Tensor<Scalar>, steps: Int, start: Int, mask: SequenceMask? = nil
  ) throws -> Decoded {
    let read = try encoder.run(source(x), mask: mask)
    let B = x.shape[0]
    var state = read.finalState
    var previous = [Int](repeating: start, count: B)
    var symbols = [[Int]](repeating: [], count: B)
    var weights: [Tensor<Scalar>] = []
    for _ in 0..<steps {
      let y = Tensor(shape: [B, 1], scalars: previous.map { Scalar($0) })
      let run = try decoder.run(target(y), initialState: state)
      state = run.finalState
      let (features, looked) = try features(run.outputs, memory: read.outputs, mask)
      previous = try dense(features).argmaxOfRows()
      for b in 0..<B { symbols[b].append(previous[b]) }
      if let looked { weights.append(looked.weights.reshaped([B, x.shape[1]])) }
    }
    let all = weights.isEmpty ? nil : Tensor.sequence(weights, batchSize: B, features: x.shape[1])
    return Decoded(symbols: symbols, weights: all)
  }

  /// The same network with its numbers in another scalar type.
  public func converted<Other: RealScalar>(to type: Other.Type = Other.self) -> EncoderDecoder<Other> {
    var other = EncoderDecoder<Other>(
      sourceSymbols: 1, targetSymbols: 1, outputs: 1, embedding: 1, units: 1, attention: attention?.score)
    other.parameters.replace(with: parameters.named.map { $0.tensor.converted() })
    return other
  }
}
