/// One hand: how it bends, leans, places and inks the strokes of a digit.
struct Handwriting {
  /// Across and down, in pixels: where a point of the box goes.
  private let size: Point
  private let slant: Float
  private let turn: Point
  private let centre: Point
  /// A bend of the whole box, in parts of it.
  private let bend: Point
  private let tremor: Float
  /// Half the width of the pen at the beginning and at the end of a stroke, in pixels.
  private let radius: ClosedRange<Float>
  private let ink: Float

  init(_ random: inout SeededGenerator) {
    let height = min(max(18.5 + random.bell(1.6), 13), 22)
    size = Point(height * random.uniform(0.5, 0.95), height)
    slant = 0.12 + random.bell(0.26)
    // A rotation without sine and cosine: t is the tangent of half the angle.
    let t = random.bell(0.08)
    turn = Point(1 - t * t, 2 * t) / (1 + t * t)
    centre = Point(14 + random.uniform(-2.5, 2.5), 14 + random.uniform(-2.5, 2.5))
    bend = Point(random.bell(0.13), random.bell(0.09))
    tremor = random.uniform(0.015, 0.065)
    let thin = random.uniform(0.75, 1.6)
    radius = thin...thin * random.uniform(1, 1.35)
    ink = random.uniform(235, 275)
  }

  /// Draws a digit into 784 pixels of 0.
  func draw(_ glyph: [Stroke], into pixels: UnsafeMutableBufferPointer<UInt8>, _ random: inout SeededGenerator) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: DigitSet.pixels) { coverage in
      coverage.initialize(repeating: 0)
      for stroke in glyph {
        let points = stroke.points.map { place($0, &random) }
        let path = stroke.isSmooth ? smoothed(points) : points
        for k in 1..<path.count {
          let along = Float(k) / Float(path.count)
          let r = radius.lowerBound + (radius.upperBound - radius.lowerBound) * along
          cover(from: path[k - 1], to: path[k], radius: r, coverage)
        }
      }
      for p in pixels.indices where coverage[p] > 0 {
        pixels[p] = UInt8(min(max(coverage[p] * ink * random.uniform(0.85, 1.05), 0), 255))
      }
      // Specks of dust.
      for _ in 0..<random.index(below: 4) {
        let p = random.index(below: DigitSet.pixels)
        pixels[p] = max(pixels[p], UInt8(random.uniform(10, 90)))
      }
    }
  }

  /// From the box of the digit to the pixels of the picture.
  private func place(_ point: Point, _ random: inout SeededGenerator) -> Point {
    var p = point - 0.5 + Point(random.bell(tremor), random.bell(tremor))
    p += bend * (Point(p.y * p.y, p.x * p.x) * 4 - 0.5)
    p *= size
    p.x -= slant * p.y
    return centre + Point(turn.x * p.x - turn.y * p.y, turn.y * p.x + turn.x * p.y)
  }
}

/// A smooth curve through the points, as short lines: a Catmull–Rom spline.
///
///     p(t) = ½ (2b + (c − a) t + (2a − 5b + 4c − d) t² + (3b − a − 3c + d) t³)    from b to c
///
/// Source: Catmull & Rom, "A class of local interpolating splines", 1974.
private func smoothed(_ points: [Point], pieces: Int = 4) -> [Point] {
  var path = [points[0]]
  for k in 1..<points.count {
    let (b, c) = (points[k - 1], points[k])
    let a = k > 1 ? points[k - 2] : b
    let d = k + 1 < points.count ? points[k + 1] : c
    for piece in 1...pieces {
      let t = Float(piece) / Float(pieces)
      let quadratic = 2 * a - 5 * b + 4 * c - d
      let cubic = 3 * (b - c) - a + d
      path.append(0.5 * (2 * b + t * ((c - a) + t * (quadratic + t * cubic))))
    }
  }
  return path
}

/// Raises the coverage of the pixels near a line: 1 within the pen, falling to 0 over the softness of its edge.
private func cover(
  from a: Point, to b: Point, radius: Float, _ coverage: UnsafeMutableBufferPointer<Float>
) {
  let softness: Float = 1.2
  let reach = radius + softness / 2
  func range(_ u: Float, _ v: Float) -> ClosedRange<Int>? {
    let low = Int((min(u, v) - reach).rounded(.up))
    let high = Int((max(u, v) + reach).rounded(.down))
    return low <= DigitSet.side - 1 && high >= 0 && low <= high ? max(low, 0)...min(high, DigitSet.side - 1) : nil
  }
  // The centre of pixel (row, column) is (column + ½, row + ½).
  guard let columns = range(a.x - 0.5, b.x - 0.5), let rows = range(a.y - 0.5, b.y - 0.5) else { return }
  let line = b - a
  let inverse = 1 / max((line * line).sum(), 1e-6)
  for row in rows {
    for column in columns {
      let p = Point(Float(column) + 0.5, Float(row) + 0.5) - a
      let t = min(max((p * line).sum() * inverse, 0), 1)
      let away = p - line * t
      let squared = (away * away).sum()
      guard squared < reach * reach else { continue }
      let covered = min((reach - squared.squareRoot()) / softness, 1)
      let pixel = row * DigitSet.side + column
      if covered > coverage[pixel] { coverage[pixel] = covered }
    }
  }
}
