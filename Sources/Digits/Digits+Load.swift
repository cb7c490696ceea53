import Foundation

extension Digits {
  /// One of the four files that hold the data.
  struct File: Sendable, Equatable {
    let name: String
    let holdsImages: Bool

    static let trainImages = File(name: "train-images-idx3-ubyte", holdsImages: true)
    static let trainLabels = File(name: "train-labels-idx1-ubyte", holdsImages: false)
    static let testImages = File(name: "t10k-images-idx3-ubyte", holdsImages: true)
    static let testLabels = File(name: "t10k-labels-idx1-ubyte", holdsImages: false)

    /// What the file at a path holds; `count` is how many pictures there must be, where that is known.
    func read(_ path: String, count: Int?) throws(DigitsError) -> [UInt8] {
      holdsImages ? try IDX.images(path, count: count) : try IDX.labels(path, count: count)
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
  /// - Parameters:
  ///   - train, test: how many pictures there must be; without them, any number.
  /// - Throws: `DigitsError` naming the file, what was expected and what was found: a missing file, a damaged or truncated one, another
  ///   magic number or size, labels above 9, more or fewer labels than images.
  public static func load(folder: String, train: Int? = nil, test: Int? = nil) throws(DigitsError) -> Digits {
    Digits(
      train: try load(folder, .trainImages, .trainLabels, count: train),
      test: try load(folder, .testImages, .testLabels, count: test))
  }

  private static func load(
    _ folder: String, _ imageFile: File, _ labelFile: File, count: Int?
  ) throws(DigitsError) -> DigitSet {
    let labelPath = try labelFile.path(in: folder)
    let images = try imageFile.read(imageFile.path(in: folder), count: count)
    let labels = try labelFile.read(labelPath, count: count)
    guard images.count == labels.count * DigitSet.pixels else {
      throw DigitsError(
        file: labelPath, expected: "\(images.count / DigitSet.pixels) labels, as there are images",
        found: "\(labels.count)")
    }
    return DigitSet(images: images, labels: labels, origin: .mnist(folder: folder))
  }
}
