/// The keys of an object that is being read, so that none occurs twice: each as the place where it stands in the text.
///
/// A hash table with open addresses, at most three quarters full: a key takes 8 bytes and the room beside it, whatever
/// its length.
struct KeyTable {
  /// 32 bits of the key's hash above the byte at which it begins; 0 is free, since no key begins a text.
  private var slots: [UInt64] = []
  private(set) var count = 0

  /// The bytes that the table takes.
  var size: Int { slots.count * MemoryLayout<UInt64>.stride }

  /// Adds a key; false where the object has it already.
  ///
  /// - Parameters:
  ///   - start: where the key's quotation mark stands in `bytes`.
  ///   - bytes: the text, in which all keys before were read.
  mutating func insert(_ key: String, at start: Int, in bytes: [UInt8]) -> Bool {
    if 4 * (count + 1) > 3 * slots.count { grow() }
    let hash = UInt64(truncatingIfNeeded: key.hashValue) << 32
    var place = Self.place(of: hash, slots.count)
    while slots[place] != 0 {
      let isAlike = slots[place] >> 32 == hash >> 32
      if isAlike, Self.key(at: Int(slots[place] & 0xFFFF_FFFF), in: bytes) == key { return false }
      place = (place + 1) % slots.count
    }
    slots[place] = hash | UInt64(start)
    count += 1
    return true
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: 0, count: max(8, 2 * old.count))
    for entry in old where entry != 0 {
      var place = Self.place(of: entry, slots.count)
      while slots[place] != 0 { place = (place + 1) % slots.count }
      slots[place] = entry
    }
  }

  /// Where the search for an entry begins.
  private static func place(of entry: UInt64, _ count: Int) -> Int { Int(entry >> 32) % count }

  private static func key(at start: Int, in bytes: [UInt8]) -> String? { try? JSONReader.string(of: bytes, at: start) }
}
