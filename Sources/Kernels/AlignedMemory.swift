import Foundation

/// Uninitialised memory that begins on a cache line; freed with its owner.
///
/// A vector that lies across two cache lines is read twice, so the panels of matrices begin on one. Large memory asks for large
/// pages: the system clears and maps 2 MiB at once instead of 4 KiB 512 times.
final class AlignedMemory<Scalar: RealScalar>: @unchecked Sendable {
  // Sendable: written by its maker alone, before it is shared.
  let start: UnsafeMutablePointer<Scalar>

  static var alignment: Int { 64 }
  private static var largePage: Int { 2 << 20 }

  init(count: Int) {
    let bytes = max(count, 1) * MemoryLayout<Scalar>.stride
    let isLarge = bytes >= 2 * Self.largePage
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: bytes, alignment: isLarge ? Self.largePage : Self.alignment)
    #if os(Linux)
      // A wish: without it everything works as well, only slower.
      if isLarge { madvise(memory, bytes, MADV_HUGEPAGE) }
    #endif
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
