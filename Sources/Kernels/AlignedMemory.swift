/// Uninitialised memory that begins on a cache line; freed with its owner.
///
/// A vector that lies across two cache lines is read twice, so the panels of matrices begin on one.
final class AlignedMemory<Scalar: RealScalar>: @unchecked Sendable {
  // Sendable: written by its maker alone, before it is shared.
  let start: UnsafeMutablePointer<Scalar>

  static var alignment: Int { 64 }

  init(count: Int) {
    let bytes = max(count, 1) * MemoryLayout<Scalar>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Self.alignment)
    start = memory.bindMemory(to: Scalar.self, capacity: max(count, 1))
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }
}

/// Memory for the time of a call, beginning on a cache line; its numbers may be anything.
@inline(__always)
func withCacheAlignedMemory<Scalar: VectorScalar>(_ count: Int, _ body: (UnsafeMutablePointer<Scalar>) -> Void) {
  let count = max(count, 1)
  withUnsafeTemporaryAllocation(
    byteCount: count * MemoryLayout<Scalar>.stride, alignment: AlignedMemory<Scalar>.alignment
  ) { memory in
    body(memory.baseAddress!.bindMemory(to: Scalar.self, capacity: count))  // Not empty.
  }
}
