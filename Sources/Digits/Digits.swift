import Foundation

/// Handwritten digits: pictures to learn from and pictures to be tested on.
///
/// - `Digits.load(folder:)` reads files that are there, of MNIST or of another set in its form,
/// - `Digits.fetch()` gets them from the network first, once,
/// - `Digits.generate(seed:train:test:)` draws digits, for a machine without a network.
public struct Digits: Equatable, Sendable {
  public let train: DigitSet
  public let test: DigitSet

  public init(train: DigitSet, test: DigitSet) {
    self.train = train
    self.test = test
  }

  public var origin: DigitSet.Origin { train.origin }

  /// Whether the pictures are the handwriting of MNIST, byte for byte.
  public var isMNIST: Bool { if case .mnist = origin { true } else { false } }
}

/// Pictures of digits with their labels.
///
/// | Array    | Shape         | What it is                                             |
/// |----------|---------------|--------------------------------------------------------|
/// | `images` | `[N, 28, 28]` | row by row from the top left; 0 is paper, 255 full ink |
/// | `labels` | `[N]`         | 0 … 9                                                  |
public struct DigitSet: Equatable, Sendable {
  /// Where the pictures come from; a page must say it.
  public enum Origin: Equatable, Sendable {
    case mnist(folder: String)
    /// Another set in MNIST's form.
    case files(folder: String)
    case generated(seed: UInt64)

    /// What a page calls such digits: `MNIST`, `generated digits` or, by the folder's own name, `digits from NAME`.
    public var name: String {
      switch self {
      case .mnist: return "MNIST"
      case .generated: return "generated digits"
      case .files(let folder):
        // A page shows no path, and no sign that it would take for a mark of its own.
        let last = URL(fileURLWithPath: folder).lastPathComponent
        let plain = String(last.filter { $0.isLetter || $0.isNumber || "-_. ".contains($0) }.prefix(40))
        return plain.contains { $0 != " " } ? "digits from \(plain)" : "digits from files"
      }
    }
  }

  /// Rows and columns of a picture.
  public static let side = 28
  /// Pixels of a picture.
  public static let pixels = side * side

  public let images: [UInt8]
  public let labels: [UInt8]
  public let origin: Origin

  /// - Precondition: there are 784 pixels a label, and no label is above 9.
  public init(images: [UInt8], labels: [UInt8], origin: Origin) {
    precondition(images.count == labels.count * Self.pixels && labels.allSatisfy { $0 < 10 })
    self.images = images
    self.labels = labels
    self.origin = origin
  }

  public var count: Int { labels.count }

  /// The first pictures, at most `count` of them.
  public func prefix(_ count: Int) -> DigitSet {
    let count = min(max(count, 0), self.count)
    return DigitSet(images: Array(images[..<(count * Self.pixels)]), labels: Array(labels[..<count]), origin: origin)
  }

  /// The 784 pixels of one picture.
  public func image(_ index: Int) -> ArraySlice<UInt8> { images[index * Self.pixels..<(index + 1) * Self.pixels] }
}

extension DigitSet: CustomStringConvertible {
  /// One line, and not half a million numbers.
  public var description: String {
    switch origin {
    case .mnist(let folder): "\(count) digits of MNIST from \(folder)"
    case .files(let folder): "\(count) pictures in MNIST's form from \(folder)"
    case .generated(let seed): "\(count) generated digits, seed \(seed)"
    }
  }
}
