import Support
import Testing

@testable import Kernels

/// Memory that is given back and used again belongs to one owner at a time.
struct AlignedMemoryTests {
  @Test func noTwoOwnersShareABlock() async {
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<8 {
        group.addTask { (0..<40).allSatisfy { round in Self.keepsItsNumbers(task: task, round: round) } }
      }
      for await isKept in group { expect(isKept) }
    }
  }

  #if canImport(Glibc)
    /// Without the setting everything works, only slower.
    @Test(.disabled(if: isSanitized, "a sanitizer has an allocator of its own"))
    func theLibraryKeepsFreedMemory() { expect(FreedMemory.isKept) }
  #endif

  /// Sizes around those from which blocks wait, and from which pages are large.
  private static func keepsItsNumbers(task: Int, round: Int) -> Bool {
    let sizes = [13, 65_535, 65_536, 70_000, 1_100_000]
    let owners = sizes.map { AlignedMemory<Float>(count: $0) }
    let mark = Float(task * 1000 + round)
    for (owner, size) in zip(owners, sizes) { owner.start.update(repeating: mark, count: size) }
    return zip(owners, sizes).allSatisfy { owner, size in
      UInt(bitPattern: owner.start) % UInt(AlignedMemory<Float>.alignment) == 0
        && (0..<size).allSatisfy { owner.start[$0] == mark }
    }
  }
}
