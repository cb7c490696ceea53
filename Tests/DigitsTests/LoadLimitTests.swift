import Foundation
import Support
import Testing

@testable import Digits

/// Files of digits at the limits of their form, one at a time, and what they are called.
@Suite struct LoadLimitTests {
  private func message(_ read: () throws(DigitsError) -> [UInt8]) -> String? {
    do throws(DigitsError) {
      _ = try read()
      return nil
    } catch { return error.description }
  }

  /// The count that is asked for, the header and as many labels, and what is said.
  static let counts: [(asked: Int?, stated: Int, there: Int, message: String?)] = [
    (nil, 1, 1, nil), (nil, 0, 0, "1 to 1000000 labels, found 0"),
    (nil, 1_000_000, 999_999, "1000000 bytes of 1000000 labels, found the end of the file after 999999"),
    (nil, 1_000_001, 0, "1 to 1000000 labels, found 1000001"), (2, 2, 2, nil), (2, 3, 3, "2 labels, found 3"),
    (2, 1, 1, "2 labels, found 1"), (0, 0, 0, nil),
    (nil, 2, 1, "2 bytes of 2 labels, found the end of the file after 1"),
    (nil, 2, 3, "the end of the file, found more bytes than its header says"),
  ]

  @Test(arguments: counts.indices, [false, true]) func aHeaderSaysHowManyThereAre(row: Int, isCompressed: Bool) throws {
    let (asked, stated, there, expected) = Self.counts[row]
    try withTemporaryPath { folder in
      let plain = SmallData.bigEndian([2049, stated]) + [UInt8](repeating: 9, count: there)
      try write(isCompressed ? gzip(plain) : plain, folder + "/f")
      let said = message { () throws(DigitsError) in try IDX.labels(folder + "/f", count: asked) }
      expectEqual(said, expected.map { "\(folder)/f: expected \($0)" })
    }
  }

  /// What begins with other bytes is named where it is known.
  @Test(arguments: [
    ("<!DOCTYPE", "the beginning of a web page: load the file itself, not the page about it"),
    ("<HTML>", "the beginning of a web page: load the file itself, not the page about it"),
    ("<head>", "the beginning of a web page: load the file itself, not the page about it"),
    ("<?xml", "the beginning of a web page: load the file itself, not the page about it"),
    ("version https://git-lfs", "the beginning of a Git LFS pointer: \"git lfs pull\" loads the file"),
    ("PK\u{3}\u{4}", "the beginning of a zip archive: unzip it first"), ("\0\0\u{1}\u{2}", "258"),
    ("\u{1}\0\0\0", "16777216"),
  ])
  func whatIsNoIDXIsNamed(text: String, found: String) throws {
    try withTemporaryPath { folder in
      try write(Array(text.utf8), folder + "/f")
      expectEqual(
        message { () throws(DigitsError) in try IDX.images(folder + "/f") },
        "\(folder)/f: expected the magic number 2051 of IDX images, found \(found)")
    }
  }

  /// Longer than the window through which a file is read, and than one step of reading.
  @Test func aLongFileIsReadWhole() throws {
    try withTemporaryPath { folder in
      let labels = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 5) % 10 }
      let plain = SmallData.bigEndian([2049, labels.count]) + labels
      for bytes in [plain, gzip(plain), gzip(Array(plain[..<100_000])) + gzip(Array(plain[100_000...]))] {
        try write(bytes, folder + "/f")
        try expectEqual(IDX.labels(folder + "/f"), labels)
      }
      let images = SmallData.imageFile(1400)
      try write(images, folder + "/f")
      try expect(IDX.images(folder + "/f", count: 1400).elementsEqual(images.dropFirst(16)))
    }
  }

  @Test func damagedCompressionSaysWhatIsWrong() throws {
    try withTemporaryPath { folder in
      let whole = gzip(SmallData.labelFile(7))
      func said(_ bytes: [UInt8]) throws -> String? {
        try write(bytes, folder + "/f")
        return message { () throws(DigitsError) in try IDX.labels(folder + "/f") }
      }
      let broken = "\(folder)/f: expected a whole gzip file, found one that breaks off"
      try expect(said(Array(whole.dropLast())) == broken && said([0x1F, 0x8B]) == broken)
      var sum = whole
      sum[sum.count - 8] ^= 1
      try expectEqual(said(sum), "\(folder)/f: expected a whole gzip file, found damaged data (incorrect data check)")
      try expectEqual(
        said([0x1F]), "\(folder)/f: expected 4 bytes of header, found the end of the file after 1")
      try expectEqual(said([0x1F, 0, 0, 0])?.hasSuffix("of IDX labels, found 520093696"), true)
    }
  }

  @Test func aFileIsFoundThroughALinkAndNamedWhereItIsNot() throws {
    try withTemporaryPath { folder in
      try write(SmallData.labelFile(7), folder + "/f")
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "f")
      try expectEqual(IDX.labels(folder + "/link"), SmallData.labels(7))
      let none = message { () throws(DigitsError) in try IDX.labels(folder + "/none") }
      expectEqual(none?.hasPrefix("\(folder)/none: expected a file that can be read, found "), true)
      expectEqual(
        message { () throws(DigitsError) in try IDX.labels(folder) },
        "\(folder): expected a regular file, found something else")
    }
  }

  /// A plain file is read, and not the compressed one beside it.
  @Test func thePlainFileComesFirst() throws {
    try withTemporaryPath { folder in
      for (name, bytes) in SmallData.files { try write(gzip(bytes), folder + "/" + name + ".gz") }
      try write(SmallData.labelFile(8), folder + "/t10k-labels-idx1-ubyte")
      expectEqual(
        complaint(about: folder), "\(folder)/t10k-labels-idx1-ubyte: expected 7 labels, as there are images, found 8")
      expectEqual(
        complaint(about: folder, train: 30, test: 8), "\(folder)/t10k-images-idx3-ubyte.gz: expected 8 images, found 7")
    }
  }

  @Test func aHeaderIsTheseBytes() {
    expectEqual(IDX.header(count: 0x0102_0304, ofImages: false), [0, 0, 8, 1, 1, 2, 3, 4])
    expectEqual(IDX.header(count: 258, ofImages: true), [0, 0, 8, 3, 0, 0, 1, 2, 0, 0, 0, 28, 0, 0, 0, 28])
  }

  // MARK: Sets

  private func set(_ count: Int, _ origin: DigitSet.Origin) -> DigitSet {
    DigitSet(images: SmallData.pixels(count), labels: SmallData.labels(count), origin: origin)
  }

  @Test func aSetSaysWhatItIs() {
    expectEqual("\(set(2, .mnist(folder: "a/b")))", "2 digits of MNIST from a/b")
    expectEqual("\(set(3, .files(folder: "a/b")))", "3 pictures in MNIST's form from a/b")
    expectEqual("\(set(0, .generated(seed: 5)))", "0 generated digits, seed 5")
    expectEqual("\(DigitsError(file: "f", expected: "e", found: "g"))", "f: expected e, found g")
    expectEqual(DigitSet.Origin.generated(seed: 4).name, "generated digits")
    let mixed = Digits(train: set(2, .mnist(folder: "a")), test: set(1, .files(folder: "b")))
    expect(mixed.isMNIST && mixed.origin == .mnist(folder: "a"))
    expect(!Digits(train: mixed.test, test: mixed.train).isMNIST)
  }

  @Test(arguments: [
    ("/a/" + String(repeating: "x", count: 41), "digits from " + String(repeating: "x", count: 40)),
    ("/a/é 1", "digits from é 1"), ("/a/  ", "digits from files"), ("/a/*", "digits from files"),
    ("/a/-_.", "digits from -_."),
  ])
  func aFolderIsCalledByItsPlainSigns(folder: String, name: String) {
    expectEqual(DigitSet.Origin.files(folder: folder).name, name)
  }

  @Test func theFirstPicturesAreAPrefix() {
    let all = set(3, .generated(seed: 1))
    for (asked, count) in [(-1, 0), (0, 0), (1, 1), (2, 2), (3, 3), (4, 3)] {
      let some = all.prefix(asked)
      expect(some.count == count && some.labels == SmallData.labels(count) && some.origin == all.origin)
      expectEqual(some.images, SmallData.pixels(count))
    }
    for index in 0..<3 { expectEqual(Array(all.image(index)), Array(all.images[index * 784..<index * 784 + 784])) }
  }
}

/// What ends the process.
@Suite(.lane(.exits)) struct SetTrapTests {
  @Test func aSetNeedsItsPixelsAndLabels() async {
    await #expect(processExitsWith: .failure) {
      _ = DigitSet(images: [UInt8](repeating: 0, count: 783), labels: [9], origin: .generated(seed: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = DigitSet(images: [UInt8](repeating: 0, count: 784), labels: [10], origin: .generated(seed: 1))
    }
    _ = DigitSet(images: [UInt8](repeating: 0, count: 784), labels: [9], origin: .generated(seed: 1))
  }
}
