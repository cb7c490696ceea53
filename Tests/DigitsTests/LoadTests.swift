import Foundation
import Support
import Testing

@testable import Digits

/// The real data, where it lies beside the package.
private let realFolder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../shared/mnist")
  .standardizedFileURL.path

@Suite struct LoadTests {
  @Test(arguments: [false, true]) func plainAndCompressedFilesGiveTheSame(isCompressed: Bool) throws {
    try withTemporaryPath { folder in
      for (name, bytes) in SmallData.files {
        try write(isCompressed ? gzip(bytes) : bytes, folder + "/" + name + (isCompressed ? ".gz" : ""))
      }
      let digits = try Digits.load(folder: folder)
      expect(digits.origin == .files(folder: folder) && digits.test.origin == digits.origin && !digits.isMNIST)
      for (set, count) in [(digits.train, SmallData.train), (digits.test, SmallData.test)] {
        expectEqual(set.count, count)
        expectEqual(set.images, SmallData.pixels(count))
        expectEqual(set.labels, SmallData.labels(count))
        expectEqual(Array(set.image(2)), Array(SmallData.pixels(3).suffix(784)))
      }
    }
  }

  @Test func severalMembersAreJoined() throws {
    try withTemporaryPath { folder in
      let bytes = SmallData.imageFile(SmallData.train)
      let path = folder + "/images"
      try write(gzip(Array(bytes[..<5])) + gzip([]) + gzip(Array(bytes[5...])), path)
      try expectEqual(IDX.images(path), SmallData.pixels(SmallData.train))
    }
  }

  @Test func everyTruncatedFileIsNamed() throws {
    try withTemporaryPath { folder in
      let path = folder + "/labels"
      let plain = SmallData.labelFile(SmallData.test)
      for bytes in [plain, gzip(plain)] {
        try write(bytes, path)
        try expectEqual(IDX.labels(path), SmallData.labels(SmallData.test))
        for count in bytes.indices {
          try write(Array(bytes[..<count]), path)
          #expect { try IDX.labels(path) } throws: { "\($0)".hasPrefix(path + ": expected ") }
        }
      }
    }
  }

  /// A flipped bit is found or changes nothing: bytes 3 to 9 of the header say nothing of the data, nor do the bits
  /// that fill the last byte before the checksum.
  @Test func noFlippedBitChangesTheData() throws {
    try withTemporaryPath { folder in
      let path = folder + "/labels"
      let bytes = gzip(SmallData.labelFile(SmallData.test))
      var found = 0
      for place in bytes.indices {
        for bit in 0..<8 {
          var damaged = bytes
          damaged[place] ^= 1 << UInt8(bit)
          try write(damaged, path)
          do throws(DigitsError) {
            let labels = try IDX.labels(path)
            expectEqual(labels, SmallData.labels(SmallData.test), "byte \(place), bit \(bit)")
          } catch { found += 1 }
        }
      }
      expect(found > (bytes.count - 8) * 8)
    }
  }

  static let faults: [(file: String, bytes: [UInt8], complaint: String)] = [
    ("train-images-idx3-ubyte", SmallData.labelFile(30), "expected the magic number 2051 of IDX images, found 2049"),
    ("train-labels-idx1-ubyte", SmallData.imageFile(30), "expected the magic number 2049 of IDX labels, found 2051"),
    (
      "t10k-images-idx3-ubyte", Array("<!DOCTYPE html>".utf8),
      "expected the magic number 2051 of IDX images, "
        + "found the beginning of a web page: load the file itself, not the page about it"
    ),
    ("t10k-images-idx3-ubyte", SmallData.bigEndian([2051, 7, 28, 27]), "expected 28 columns, found 27"),
    ("t10k-images-idx3-ubyte", SmallData.bigEndian([2051, 7, 32, 28]), "expected 28 rows, found 32"),
    (
      "t10k-images-idx3-ubyte", SmallData.bigEndian([2051, 0xFFFF_FFFF, 28, 28]),
      "expected 1 to 1000000 images, found 4294967295"
    ),
    ("t10k-labels-idx1-ubyte", SmallData.bigEndian([2049, 0]), "expected 1 to 1000000 labels, found 0"),
    (
      "t10k-labels-idx1-ubyte", SmallData.bigEndian([2049, 1_000_000]),
      "expected 1000000 bytes of 1000000 labels, found the end of the file after 0"
    ),
    (
      "t10k-labels-idx1-ubyte", SmallData.bigEndian([2049, 3]) + [1, 2, 10],
      "expected labels 0 to 9, found 10 at label 2"
    ),
    ("t10k-labels-idx1-ubyte", SmallData.labelFile(8), "expected 7 labels, as there are images, found 8"),
    (
      "t10k-labels-idx1-ubyte", SmallData.labelFile(7) + [1],
      "expected the end of the file, found more bytes than its header says"
    ),
    (
      "train-labels-idx1-ubyte", gzip(SmallData.labelFile(30)) + [9, 9],
      "expected a whole gzip file, found damaged data (incorrect header check)"
    ),
    ("train-labels-idx1-ubyte", [], "expected 4 bytes of header, found the end of the file after 0"),
  ]

  @Test(arguments: faults) func aWrongFileIsNamed(file: String, bytes: [UInt8], expected: String) throws {
    try withTemporaryPath { folder in
      for (name, bytes) in SmallData.files { try write(bytes, folder + "/" + name) }
      try write(bytes, folder + "/" + file)
      let message = try #require(complaint(about: folder))
      expectEqual(message, "\(folder)/\(file): \(expected)")
    }
  }

  @Test func countsThatAreAskedForMustBeThere() throws {
    try withTemporaryPath { folder in
      for (name, bytes) in SmallData.files { try write(bytes, folder + "/" + name) }
      expect(complaint(about: folder, train: 30, test: 7) == nil)
      expectEqual(
        complaint(about: folder, train: 31, test: 7), "\(folder)/train-images-idx3-ubyte: expected 31 images, found 30")
    }
  }

  @Test func whatIsNoFileIsNamed() throws {
    try withTemporaryPath { folder in
      expectEqual(
        complaint(about: folder),
        "\(folder)/train-labels-idx1-ubyte: expected this file or train-labels-idx1-ubyte.gz, found neither")
      for name in SmallData.files.keys {
        try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
      }
      expectEqual(
        complaint(about: folder), "\(folder)/train-images-idx3-ubyte: expected a regular file, found something else")
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: realFolder))) func theRealDataIsRead() throws {
    let digits = try Digits.load(folder: realFolder, train: 60_000, test: 10_000)
    expect(digits.isMNIST && digits.test.origin == .mnist(folder: realFolder))
    expect(digits.train.count == 60_000 && digits.test.count == 10_000)
    // How often each digit stands in the test set, as the set's description gives it.
    let counts = (0..<10).map { digit in digits.test.labels.count { $0 == digit } }
    expectEqual(counts, [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    expectEqual(Array(digits.train.labels.prefix(5)), [5, 0, 4, 1, 9])
  }

  /// One pixel, one label: each of the four files counts.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: realFolder))) func whatIsNearlyMNISTIsNot() throws {
    let digits = try Digits.load(folder: realFolder)
    for (file, bytes) in [
      (Digits.File.trainImages, digits.train.images), (.trainLabels, digits.train.labels),
      (.testImages, digits.test.images), (.testLabels, digits.test.labels),
    ] {
      expect(file.isMNIST(bytes))
      for place in [0, bytes.count / 2, bytes.count - 1] {
        var changed = bytes
        changed[place] ^= 2
        expect(!file.isMNIST(changed), "\(file.name), byte \(place)")
      }
    }
  }

  static let folders = [
    ("/data/fashion", "digits from fashion"), ("a/b.c_d-1/", "digits from b.c_d-1"), ("/x/$a* `b`", "digits from a b"),
    ("/", "digits from files"),
  ]

  @Test(arguments: folders) func aPageNamesAFolderWithoutItsPath(folder: String, name: String) {
    expectEqual(DigitSet.Origin.files(folder: folder).name, name)
    expectEqual(DigitSet.Origin.mnist(folder: folder).name, "MNIST")
  }
}
