import Dispatch

/// The highest speed of this machine's cores: a loop of multiply-adds alone, on vectors that stay in registers.
public enum PeakSpeed {
  /// Billions of `Float` operations a second on `Threads.count` threads, a multiply-add counted as two; the best of
  /// some short runs.
  public static func gigaflops() -> Double {
    let threads = Threads.count
    let rounds = 200_000
    let flops = Double(threads * rounds * chains * SIMD16<Float>.scalarCount * 2)
    let times = (0..<20).map { _ in
      let start = DispatchTime.now().uptimeNanoseconds
      Threads.share(threads, unit: 1, work: .max) { part in
        for _ in part { keep(multiplyAdds(rounds)) }
      }
      return DispatchTime.now().uptimeNanoseconds - start
    }
    return flops / Double(max(times.min() ?? 1, 1))
  }

  /// Independent sums: as many as hide the latency of a multiply-add.
  private static var chains: Int { Tile.height * min(Tile.width, 2) }

  @inline(never)
  private static func multiplyAdds(_ rounds: Int) -> SIMD16<Float> {
    let (a, b) = (SIMD16<Float>(repeating: 0.999), SIMD16<Float>(repeating: 0.001))
    var (s0, s1, s2, s3, s4, s5) = (a, b, a, b, a, b)
    var (t0, t1, t2, t3, t4, t5) = (b, a, b, a, b, a)
    for _ in 0..<rounds {
      s0 = b.addingProduct(s0, a)
      s1 = b.addingProduct(s1, a)
      s2 = b.addingProduct(s2, a)
      s3 = b.addingProduct(s3, a)
      s4 = b.addingProduct(s4, a)
      s5 = b.addingProduct(s5, a)
      guard Tile.width > 1 else { continue }
      t0 = b.addingProduct(t0, a)
      t1 = b.addingProduct(t1, a)
      t2 = b.addingProduct(t2, a)
      t3 = b.addingProduct(t3, a)
      t4 = b.addingProduct(t4, a)
      t5 = b.addingProduct(t5, a)
    }
    return s0 + s1 + s2 + s3 + s4 + s5 + t0 + t1 + t2 + t3 + t4 + t5
  }

  /// Uses a result, so that the compiler does not remove the loop that computed it.
  @inline(never)
  private static func keep(_ result: SIMD16<Float>) { precondition(!(result.min() > 1e30)) }
}
