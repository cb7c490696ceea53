import Testing

@testable import book

private let outlined = """
  # Digits

  With $`x`$, 12 of them.

  ```swift
  let n = 3
  ```

  **Losses (generated digits)**

  | 1 | 2.5 |

  > Generated digits.

  - ✓ **h**: holds; 3 values

  ✓ holds: at most 1e-13; 3 values

  ![a 7](figures/1.svg)

  *A 7 after 0.25 epochs (generated digits)*
  """

private let sameOutline = [
  ("12 of", "13 of"), ("2.5", "2.6"), (" (generated digits)", ""), ("a 7", "a 3"), ("A 7", "A 3.5"),
  ("> Generated digits.", ""), ("✓ **h**: holds; 3", "✗ **h**: fails; 4"),
  ("✓ holds: at most", "– does not apply: at most"),
  ("let n = 3\n", "let n = 3\n```\n\n```swift\n"),
  ("```swift\n", "<details>\n\n```swift\n"),
]
private let otherOutline = [
  ("# Digits", "# Letters"), ("of them", "of us"), ("let n = 3", "let n = 4"), ("Losses", "Loss"),
  ("![a 7](figures/1.svg)", ""), ("epochs", "steps"), ("after", ""),
]

@Test(arguments: sameOutline) func anOutlineHasNoNumbers(from: String, to: String) {
  #expect(PageOutline.difference(written: outlined, fresh: outlined.replacing(from, with: to)) == nil)
}

@Test(arguments: otherOutline) func anOutlineHasAllWords(from: String, to: String) {
  #expect(PageOutline.difference(written: outlined, fresh: outlined.replacing(from, with: to)) != nil)
}
