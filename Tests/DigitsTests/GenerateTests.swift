import Support
import Testing

@testable import Digits

/// FNV-1a: one number for many bytes.
private func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
  bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}

@Suite struct GenerateTests {
  /// The bytes of a seed never change: a page that says "seed 7" means these pictures, on every machine.
  @Test func aSeedMeansTheseBytes() {
    let digits = Digits.generate(seed: 7, train: 603, test: 57)
    expectEqual(hash(digits.train.images + digits.train.labels), 678388194951201920)
    expectEqual(hash(digits.test.images + digits.test.labels), 12874928178786034649)
    expectEqual(digits.origin, .generated(seed: 7))
    expectEqual("\(digits.test)", "57 generated digits, seed 7")
  }

  @Test func otherSeedsAndStreamsGiveOtherPictures() {
    let digits = Digits.generate(seed: 7, train: 40, test: 40)
    let others = Digits.generate(seed: 8, train: 40, test: 40)
    let pictures = [digits.train, digits.test, others.train, others.test].flatMap { set in
      (0..<set.count).map { hash(set.image($0)) }
    }
    expect(pictures.count == 160 && Set(pictures).count == 160)
    expect(digits.train.labels != digits.test.labels && digits.train.labels != others.train.labels)
  }

  @Test func thePicturesOfOneSetDoNotDependOnTheOther() {
    let few = Digits.generate(seed: 3, train: 0, test: 20)
    let many = Digits.generate(seed: 3, train: 1100, test: 20)
    expectEqual(few.test, many.test)
    expect(few.test.prefix(6).images == Array(many.test.images[..<4704]) && few.test.prefix(.max) == few.test)
    expect(few.train.count == 0 && many.train.count == 1100)
  }

  @Test func everyDigitIsAsFrequentAsTheOthers() {
    let labels = Digits.generate(seed: 5, train: 1003, test: 0).train.labels
    let counts = (0..<10).map { digit in labels.count { $0 == digit } }
    expectEqual(counts, [101, 101, 101, 100, 100, 100, 100, 100, 100, 100])
    // In a random order: few labels follow the one before in counting.
    expect(zip(labels, labels.dropFirst()).count { ($0 + 1) % 10 == $1 } < 200)
  }

  @Test func everyPictureHoldsAsMuchInkAsADigitNeeds() {
    let set = Digits.generate(seed: 11, train: 2000, test: 0).train
    expectEqual(hash(set.images), 12351397358671052693)
    for index in 0..<set.count {
      let picture = set.image(index)
      let dark = picture.count { $0 > 127 }
      expect((12...350).contains(dark), "picture \(index), a \(set.labels[index]): \(dark) dark pixels")
    }
    let mean = Double(set.images.reduce(0) { $0 + Int($1) }) / Double(set.images.count)
    // MNIST's is 33.3.
    expect((25...42).contains(mean), "\(mean)")
  }

  /// Labels belong to their pictures: the nearest of the ten mean pictures is right far more often than one time in
  /// ten, though not always, or the digits would be too easy (on MNIST itself it is right in 82 % of the pictures).
  @Test func theNearestMeanPictureIsOftenRight() {
    let digits = Digits.generate(seed: 2, train: 1000, test: 150)
    var means = [[Float]](repeating: [Float](repeating: 0, count: DigitSet.pixels), count: 10)
    for index in 0..<digits.train.count {
      for (p, pixel) in digits.train.image(index).enumerated() {
        means[Int(digits.train.labels[index])][p] += Float(pixel) / 100
      }
    }
    let right = (0..<digits.test.count).count { index in
      let picture = digits.test.image(index).map { Float($0) }
      let distances = means.map { mean in zip(mean, picture).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
      return distances.firstIndex(of: distances.min() ?? 0) == Int(digits.test.labels[index])
    }
    expect((90...142).contains(right), "\(right) of 150")
  }
}
