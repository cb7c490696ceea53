/// A zip archive being laid out by hand: every number of its records can be any.
struct SampleArchive {
  struct Member {
    var name: String
    var bytes: [UInt8]
    /// Of the data as it is stored; nil where they follow from the bytes.
    var checksum: UInt32?
    var size: Int?
    var method = 0
    /// Behind the name in the local header, in the directory, and the comment there.
    var localExtra: [UInt8] = []
    var extra: [UInt8] = []
    var comment: [UInt8] = []
    /// What the directory says in place of the sizes and of the header's place, in this order.
    var stated: [Int]?
  }

  static func little(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  static func end(count: Int, place: Int, comment: [UInt8] = []) -> [UInt8] {
    little(0x0605_4B50, 4) + little(0, 4) + little(count, 2) + little(count, 2) + little(0, 4) + little(place, 4)
      + little(comment.count, 2) + comment
  }

  /// The entry of a directory.
  static func entry(_ member: Member, header: Int) -> [UInt8] {
    let checksum = Int(member.checksum ?? NumPyTests.checksum(member.bytes))
    let stated = member.stated ?? [member.bytes.count, member.size ?? member.bytes.count, header]
    let lengths = [member.name.utf8.count, member.extra.count, member.comment.count].flatMap { little($0, 2) }
    return little(0x0201_4B50, 4) + little(20, 2) + little(20, 2) + little(0, 2) + little(member.method, 2)
      + little(0, 4) + little(checksum, 4) + little(stated[0], 4) + little(stated[1], 4) + lengths + little(0, 8)
      + little(stated[2], 4) + Array(member.name.utf8) + member.extra + member.comment
  }

  /// - Parameter isLong: with the record of 64 bits and its locator.
  static func bytes(_ members: [Member], isLong: Bool = false) -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for member in members {
      directory += entry(member, header: file.count)
      file += little(0x0403_4B50, 4) + little(0, 22) + little(member.name.utf8.count, 2)
      file += little(member.localExtra.count, 2) + Array(member.name.utf8) + member.localExtra + member.bytes
    }
    let place = file.count
    file += directory
    guard isLong else { return file + end(count: members.count, place: place) }
    let record = file.count
    file += little(0x0606_4B50, 4) + little(44, 8) + little(0, 12) + little(0, 8) + little(members.count, 8)
    file += little(directory.count, 8) + little(place, 8)
    file += little(0x0706_4B50, 4) + little(0, 4) + little(record, 8) + little(1, 4)
    return file + end(count: 0xFFFF, place: 0xFFFF_FFFF)
  }
}
