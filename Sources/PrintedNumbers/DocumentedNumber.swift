import StrictJSON
import Tensors

/// One statement in numbers of a source document.
public struct DocumentedNumber: Equatable, Sendable, Identifiable {
  /// What the number is worth as a check.
  public enum Class: String, Sendable, CaseIterable {
    /// Printed, and no more is known: an input, a setting, a result of weights that were not printed.
    case documented
    /// Follows from other printed numbers.
    case recomputed = "recomputed from documented inputs"
    /// Sizes and counts.
    case shapeOnly = "shape only"
    /// A sentence: an equation, an order of gates, a range.
    case statement
  }

  /// `D01`, `D02`, …: a number that no other entry has.
  public let id: String
  public let source: DocumentSource
  public let what: String
  public let kind: Class
  /// The words and digits of the document.
  public let printed: String
  /// The printed numbers under their names; empty where the document prints none.
  public let values: [PrintedTensor]
  /// How to compute them.
  public let recompute: String?
  /// What came out.
  public let verified: String?

  /// The printed numbers with the given name.
  public subscript(name: String) -> PrintedTensor? { values.first { $0.name == name } }
}

/// Where a document says something.
public struct DocumentSource: Equatable, Sendable, CustomStringConvertible {
  /// The title of the document.
  public let document: String
  public let file: String
  /// Such as "Part A".
  public let part: String?
  /// A line, or a list of lines.
  public let line: String

  public var description: String {
    [document, part, "\(file), line \(line)"].compactMap { $0 }.joined(separator: ", ")
  }
}

/// Numbers that a document prints together, and their shape.
public struct PrintedTensor: Equatable, Sendable {
  public let name: String
  /// `[]` for a single number.
  public let shape: [Int]
  /// Row by row, as printed.
  public let numbers: [PrintedNumber]
  /// Where the source is less exact than its digits look: how far a recomputation may lie, and why.
  public let tolerance: Tolerance?

  public struct Tolerance: Equatable, Sendable {
    public let absolute: Double
    public let reason: String
  }

  public var values: [Double] { numbers.map(\.value) }

  /// How far element `index` may lie from the printed number: the stated tolerance, else half a unit of the last digit.
  public func allowed(_ index: Int) -> Double { tolerance?.absolute ?? numbers[index].halfUnit }

  /// The printed numbers in the type that computations use.
  public func tensor<Scalar: RealScalar>(_: Scalar.Type = Scalar.self) -> Tensor<Scalar> {
    Tensor(shape: shape, scalars: values.map { Scalar($0) })
  }
}

/// A place where a document contradicts itself, or the framework that it speaks of.
public struct Inconsistency: Equatable, Sendable, Identifiable {
  /// `I01`, `I02`, …
  public let id: String
  public let source: DocumentSource
  public let says: String
  public let problem: String
  public let correct: String
}
