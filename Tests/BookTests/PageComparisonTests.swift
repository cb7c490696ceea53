import Support
import Testing

@testable import book

private let near: [(written: String, fresh: String)] = [
  ("h = 0.1234", "h = 0.1235"), ("difference 1e-16", "difference 0"), ("3.2e-7", "0"), ("0.5000", "0.4999"),
  ("| 1 |  2 |", "| 1 | 2 |"), ("a\nb", "a  b"), ("12 0.5", "12.0 0.5"), ("1.234568e8", "1.234567e8"),
  ("#0a64ff", "#0b63ff"),
  ("-0.1234", "-0.1235"), ("−0.1234", "−0.1235"), ("1.5e−7", "2.5e−7"), ("−1e−9", "0.0"), ("x_1=2.00", "x_1=2.01"),
  ("", ""),
]

private let apart: [(written: String, fresh: String, line: Int)] = [
  ("h = 0.1234", "h = 0.1236", 1), ("a\n6 values", "a\n7 values", 2), ("holds", "fails", 1), ("1 2", "1", 1),
  ("1", "1 2", 1),
  ("0.1234", "NaN", 1), ("-0.5", "0.5", 1), ("x_1", "x_2", 1), ("#0a64ff", "#0a60ff", 1),
  ("ok\n\n4e-5", "ok\n\n6e-5", 3),
  ("a b", "ab", 1), ("18446744073709551616", "18446744073709551619", 1), ("1.5.2", "1.5.3", 1), ("x−1", "x-1", 1),
  ("−0.5", "-0.5", 1), ("−0.1234", "−0.1236", 1), ("2e−3", "4e−3", 1),
]

@Test(arguments: near) func pagesMayDifferInALastDigit(written: String, fresh: String) {
  expect(PageComparison.difference(written: written, fresh: fresh) == nil)
}

@Test(arguments: apart) func pagesMayNotDifferInMore(written: String, fresh: String, line: Int) {
  expectEqual(PageComparison.difference(written: written, fresh: fresh)?.line, line)
}
