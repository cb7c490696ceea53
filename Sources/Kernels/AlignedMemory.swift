import Foundation
import Synchronization

/// Uninitialised memory that begins on a cache line and is given back when its owner is released.
///
/// A vector that lies across two cache lines is read twice, so the panels of matrices begin on one.
final class AlignedMemory<Scalar: RealScalar>: @unchecked Sendable {
  // Sendable: only its creator writes to it, before it is shared.
  let start: UnsafeMutablePointer<Scalar>
  private let block: MemoryBlock

  static var alignment: Int { MemoryBlock.alignment }

  init(count: Int) {
    block = MemoryBlock.take(max(count, 1) * MemoryLayout<Scalar>.stride)
    start = block.start.bindMemory(to: Scalar.self, capacity: max(count, 1))
  }

  deinit { block.giveBack() }
}

/// Memory from the system, and blocks that are kept for reuse.
///
/// The system clears the pages of fresh memory. For the workspace of a training step that takes longer than filling it,
/// and for a layer of a few units an allocation takes as long as some of its products. So blocks are kept when they are
/// given back; the next step asks for the same sizes again.
private struct MemoryBlock: @unchecked Sendable {
  let start: UnsafeMutableRawPointer
  let size: Int

  static let alignment = 64
  private static let largePage = 2 << 20
  private static let waiting = Mutex(WaitingBlocks())

  /// A block of at least `size` bytes.
  static func take(_ size: Int) -> MemoryBlock {
    waiting.withLock { $0.take(size) } ?? MemoryBlock(size)
  }

  func giveBack() {
    let surplus = Self.waiting.withLock { $0.give(self) }
    for block in surplus { block.start.deallocate() }
  }

  /// Fresh memory. A large block asks for large pages: the system maps 2 MiB at once instead of 4 KiB 512 times.
  private init(_ size: Int) {
    let isLarge = size >= 2 * Self.largePage
    self.size = size
    start = .allocate(byteCount: size, alignment: isLarge ? Self.largePage : Self.alignment)
    #if os(Linux)
      // A hint: without it everything works, only slower.
      if isLarge { madvise(start, size, MADV_HUGEPAGE) }
    #endif
  }
}

/// Blocks kept for reuse, the one longest unused first.
private struct WaitingBlocks {
  private var blocks: [MemoryBlock] = []
  private var bytes = 0

  /// Few enough to search quickly.
  private static let mostBlocks = 128

  /// A kept block of at least `size` bytes and at most a quarter more.
  mutating func take(_ size: Int) -> MemoryBlock? {
    let place = blocks.lastIndex { (size...size + size / 4).contains($0.size) }
    guard let block = place.map({ blocks.remove(at: $0) }) else { return nil }
    bytes -= block.size
    return block
  }

  /// Keeps a block; returns those that exceed the limits.
  mutating func give(_ block: MemoryBlock) -> [MemoryBlock] {
    blocks.append(block)
    bytes += block.size
    var surplus: [MemoryBlock] = []
    while bytes > FreedMemory.mostBytes || blocks.count > Self.mostBlocks {
      surplus.append(blocks.removeFirst())
      bytes -= surplus[surplus.count - 1].size
    }
    return surplus
  }
}

/// Uninitialised memory for the time of a call, beginning on a cache line.
@inline(__always)
func withCacheAlignedMemory<Scalar: VectorScalar>(_ count: Int, _ body: (UnsafeMutablePointer<Scalar>) -> Void) {
  let count = max(count, 1)
  withUnsafeTemporaryAllocation(
    byteCount: count * MemoryLayout<Scalar>.stride, alignment: AlignedMemory<Scalar>.alignment
  ) { memory in
    body(memory.baseAddress!.bindMemory(to: Scalar.self, capacity: count))  // Not empty.
  }
}
