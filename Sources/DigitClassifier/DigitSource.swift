import Digits

/// Where a program takes its digits from.
///
/// | Text        | Digits                                                                                     |
/// |-------------|--------------------------------------------------------------------------------------------|
/// | `fetch`     | MNIST from the cache folder, fetched once; generated ones where there is no network        |
/// | `generated` | drawn from a seed                                                                          |
/// | a folder    | its four files, plain or gzip                                                              |
public enum DigitSource: Equatable, Sendable {
  case fetched
  case generated
  case folder(String)

  public init(_ text: String) {
    self = text == "fetch" ? .fetched : text == "generated" ? .generated : .folder(text)
  }

  /// Reads, fetches or draws the digits.
  ///
  /// - Parameters:
  ///   - pictures: how many training pictures at most; nil for all of MNIST, or 6,000 generated ones.
  ///   - notice: called with one line when generated digits stand in for those that could not be fetched.
  /// - Throws: `DigitsError` for a damaged or foreign file, `FetchError` where the user stopped the fetch.
  public func digits(
    pictures: Int? = nil, notice: (String) -> Void, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> Digits {
    switch self {
    case .generated: return Digits.generate(seed: 1, train: pictures ?? 6000, test: 1000)
    case .folder(let folder): return try Digits.load(folder: folder).first(pictures)
    case .fetched:
      switch Result(catching: { () throws(FetchError) in try Digits.fetch(isCancelled: isCancelled) }) {
      case .success(let fetched): return fetched.first(pictures)
      case .failure(let error) where error.isInterrupted: throw error
      case .failure(let error):
        notice("\(error); generated digits take its place")
        return try Self.generated.digits(pictures: pictures, notice: notice)
      }
    }
  }
}

extension Digits {
  fileprivate func first(_ pictures: Int?) -> Digits {
    pictures.map { Digits(train: train.prefix($0), test: test) } ?? self
  }
}
