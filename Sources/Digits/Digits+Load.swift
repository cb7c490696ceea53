import Foundation

extension Digits {
  /// One of the four files that hold the data.
  struct File: Sendable, Equatable {
    let name: String
    let holdsImages: Bool
    /// The MD5 sums, decompressed, of the file that is MNIST's.
    let sums: [String]

    /// The second sum is that of a copy in which faint pixels of later pictures, of value 1, read 0.
    static let trainImages = File(
      name: "train-images-idx3-ubyte", holdsImages: true,
      sums: ["6bbc9ace898e44ae57da46a324031adb", "f655e5ce5d6213cb4f43aada62d824a5"])
    static let trainLabels = File(
      name: "train-labels-idx1-ubyte", holdsImages: false, sums: ["a25bea736e30d166cdddb491f175f624"])
    static let testImages = File(
      name: "t10k-images-idx3-ubyte", holdsImages: true, sums: ["2646ac647ad5339dbf082846283269ea"])
    static let testLabels = File(
      name: "t10k-labels-idx1-ubyte", holdsImages: false, sums: ["27ae3e4e09519cfbb04c329615203637"])

    /// What the file at a path holds; `count` is how many pictures there must be, where that is known.
    func read(_ path: String, count: Int?) throws(DigitsError) -> [UInt8] {
      holdsImages ? try IDX.images(path, count: count) : try IDX.labels(path, count: count)
    }

    /// Whether pixels or labels are those of MNIST, and not of another set in its form.
    func isMNIST(_ bytes: [UInt8]) -> Bool {
      let count = holdsImages ? bytes.count / DigitSet.pixels : bytes.count
      return sums.contains(MD5.text(of: IDX.header(count: count, ofImages: holdsImages), bytes))
    }

    /// The path of the file in a folder, plain or gzip.
    func path(in folder: String) throws(DigitsError) -> String {
      let plain = folder + "/" + name
      for path in [plain, plain + ".gz"] where FileManager.default.fileExists(atPath: path) { return path }
      throw DigitsError(file: plain, expected: "this file or \(name).gz", found: "neither")
    }
  }

  /// Reads the four files of MNIST, or of a set in its form, from a folder: under their usual names, plain or gzip.
  ///
  /// The content decides what they are: Fashion-MNIST has the same names and shapes, and its origin is not `mnist`.
  ///
  /// - Parameters:
  ///   - train, test: how many pictures there must be; without them, any number.
  /// - Throws: `DigitsError` naming the file, what was expected and what was found: a missing file, a damaged or
  ///   truncated one, another magic number or size, labels above 9, more or fewer labels than images.
  public static func load(folder: String, train: Int? = nil, test: Int? = nil) throws(DigitsError) -> Digits {
    let train = try load(folder, .trainImages, .trainLabels, count: train)
    let test = try load(folder, .testImages, .testLabels, count: test)
    // The labels come first, since they are short.
    let isMNIST =
      File.trainLabels.isMNIST(train.labels) && File.testLabels.isMNIST(test.labels)
      && File.testImages.isMNIST(test.images) && File.trainImages.isMNIST(train.images)
    let origin = isMNIST ? DigitSet.Origin.mnist(folder: folder) : .files(folder: folder)
    return Digits(
      train: DigitSet(images: train.images, labels: train.labels, origin: origin),
      test: DigitSet(images: test.images, labels: test.labels, origin: origin))
  }

  private static func load(
    _ folder: String, _ imageFile: File, _ labelFile: File, count: Int?
  ) throws(DigitsError) -> (images: [UInt8], labels: [UInt8]) {
    let labelPath = try labelFile.path(in: folder)
    let images = try imageFile.read(imageFile.path(in: folder), count: count)
    let labels = try labelFile.read(labelPath, count: count)
    guard images.count == labels.count * DigitSet.pixels else {
      throw DigitsError(
        file: labelPath, expected: "\(images.count / DigitSet.pixels) labels, as there are images",
        found: "\(labels.count)")
    }
    return (images, labels)
  }
}
