import Formulas

extension Notebook {
  /// Shows a live place: what `content` shows, which a reader may change in a browser. See `LivePlace`.
  ///
  /// Without a browser that runs scripts, in print, in Markdown and on a terminal the page shows `content` alone.
  ///
  /// - Parameter evaluation: the values that the page shows.
  public func live(_ place: LivePlace, in evaluation: Evaluation, line: Int = #line, _ content: () -> Void) {
    let number = log.livePlaces.count + 1
    let moves = liveMoves
    let own = moves.filter { $0.place == number }
    onEachPage {
      let place = place.worded { translated(ProseText($0)) }
      do {
        record(.live(try LiveSection(place, number: number, moves: own, in: evaluation)), line)
      } catch let problem as LiveMove.Problem {
        reject(problem)
      } catch {
        fail(error, line: line)
      }
    }
    content()
    record(.live(nil), line)
    // Nothing below follows from the numbers of `--live`.
    if number == moves.map(\.place).max() { finish(isWhole: false) }
  }

  /// Shows *name = value* of a formula, which follows it in a live place. See `show(_:_:decimals:line:)`.
  public func show(
    _ name: String, _ formula: Formula, in evaluation: Evaluation, decimals: Int = 4, line: Int = #line
  ) {
    let value = must(try evaluation[formula], line: line)
    var numbers = Numbers(shape: value.shape, value.elements)
    numbers.formula = formula
    record(.value(name: math(name, line), numbers, decimals: min(max(decimals, 0), 17)), line)
  }

  /// The number of a place that `--live` names and the chapter does not have.
  var absentPlace: Int? { liveMoves.map(\.place).first { $0 < 1 || $0 > log.livePlaces.count } }

  /// The numbers of `--live`.
  private var liveMoves: [LiveMove] {
    guard let text = arguments[BuiltInOptions.live] else { return [] }
    do { return try LiveMove.read(text) } catch { reject(error) }
  }
}

extension Log {
  /// The live places, in reading order.
  var livePlaces: [LiveSection] {
    items.compactMap { if case .output(.live(let section?)) = $0 { section } else { nil } }
  }
}

extension Item {
  /// Where a live place begins or ends; only an HTML page has anything there.
  var isLive: Bool { if case .output(.live) = self { true } else { false } }

  var isEndOfLive: Bool { if case .output(.live(nil)) = self { true } else { false } }
}
