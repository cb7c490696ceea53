import Foundation
import Synchronization

/// Uninitialised memory that begins on a cache line; given back with its owner.
///
/// A vector that lies across two cache lines is read twice, so the panels of matrices begin on one.
final class AlignedMemory<Scalar: RealScalar>: @unchecked Sendable {
  // Sendable: written by its maker alone, before it is shared.
  let start: UnsafeMutablePointer<Scalar>
  private let block: MemoryBlock

  static var alignment: Int { MemoryBlock.alignment }

  init(count: Int) {
    block = MemoryBlock.take(max(count, 1) * MemoryLayout<Scalar>.stride)
    start = block.start.bindMemory(to: Scalar.self, capacity: max(count, 1))
  }

  deinit { block.giveBack() }
}

/// Bytes from the system, and those that wait to be used again.
///
/// The system clears the pages of fresh memory, which for the record of a training step takes longer than to fill it. So large
/// blocks are kept when they are given back; the same step asks for the same sizes again.
private struct MemoryBlock: @unchecked Sendable {
  let start: UnsafeMutableRawPointer
  let size: Int

  static let alignment = 64
  private static let largePage = 2 << 20
  /// A block below this is not worth keeping.
  private static let leastKept = 256 << 10
  /// Bytes that may wait, the blocks longest unused going first.
  private static let greatestWaiting = 192 << 20
  private static let waiting = Mutex<[MemoryBlock]>([])

  /// A block of at least `size` bytes.
  static func take(_ size: Int) -> MemoryBlock {
    guard size >= leastKept else { return MemoryBlock(size) }
    let kept = waiting.withLock { blocks in
      // Not one of which most would be unused.
      let place = blocks.lastIndex { (size...size + size / 4).contains($0.size) }
      return place.map { blocks.remove(at: $0) }
    }
    return kept ?? MemoryBlock(size)
  }

  func giveBack() {
    guard size >= Self.leastKept else { return start.deallocate() }
    let surplus = Self.waiting.withLock { blocks in
      blocks.append(self)
      var bytes = blocks.reduce(0) { $0 + $1.size }
      var surplus: [MemoryBlock] = []
      while bytes > Self.greatestWaiting {
        surplus.append(blocks.removeFirst())
        bytes -= surplus[surplus.count - 1].size
      }
      return surplus
    }
    for block in surplus { block.start.deallocate() }
  }

  /// Fresh memory. A large block asks for large pages: the system maps 2 MiB at once instead of 4 KiB 512 times.
  private init(_ size: Int) {
    let isLarge = size >= 2 * Self.largePage
    self.size = size
    start = .allocate(byteCount: size, alignment: isLarge ? Self.largePage : Self.alignment)
    #if os(Linux)
      // A wish: without it everything works as well, only slower.
      if isLarge { madvise(start, size, MADV_HUGEPAGE) }
    #endif
  }
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
