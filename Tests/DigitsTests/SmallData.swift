import CZlib
import Foundation

@testable import Digits

/// A small set in MNIST's form: 30 pictures to learn from, 7 to be tested on. Every pixel depends on its place, and
/// gzip finds nothing to shorten, so that a file takes thousands of bytes.
enum SmallData {
  static let train = 30
  static let test = 7

  static func pixels(_ count: Int) -> [UInt8] {
    (0..<count * DigitSet.pixels).map {
      let mixed = UInt64($0 + 1) &* 0xBF58_476D_1CE4_E5B9
      return UInt8(truncatingIfNeeded: (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB >> 40)
    }
  }

  static func labels(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(($0 * 7 + 3) % 10) } }

  static func bigEndian(_ numbers: [Int]) -> [UInt8] {
    numbers.flatMap { n in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: n >> $0) } }
  }

  static func imageFile(_ count: Int) -> [UInt8] { bigEndian([2051, count, 28, 28]) + pixels(count) }
  static func labelFile(_ count: Int) -> [UInt8] { bigEndian([2049, count]) + labels(count) }

  /// The four files under their names, not compressed.
  static let files: [String: [UInt8]] = [
    "train-images-idx3-ubyte": imageFile(train), "train-labels-idx1-ubyte": labelFile(train),
    "t10k-images-idx3-ubyte": imageFile(test), "t10k-labels-idx1-ubyte": labelFile(test),
  ]

  /// The same as a server has them: a path and its bytes.
  static let served: [String: [UInt8]] = Dictionary(
    uniqueKeysWithValues: files.map { ("/" + $0.key + ".gz", gzip($0.value)) })
}

/// One member of a gzip file.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  let version = ZLIB_VERSION
  let size = Int32(MemoryLayout<z_stream>.size)
  precondition(deflateInit2_(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, version, size) == Z_OK)
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count + 1000)
  let count = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
      return output.count - Int(stream.avail_out)
    }
  }
  return Array(output[..<count])
}

func write(_ bytes: [UInt8], _ path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

/// What loading a folder says, or `nil` where it says nothing.
func complaint(about folder: String, train: Int? = nil, test: Int? = nil) -> String? {
  do throws(DigitsError) {
    _ = try Digits.load(folder: folder, train: train, test: test)
    return nil
  } catch { return error.description }
}
