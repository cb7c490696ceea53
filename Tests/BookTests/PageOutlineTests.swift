import Support
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
  expectEqual(PageOutline().differences(written: outlined, fresh: outlined.replacing(from, with: to)), [])
}

@Test(arguments: otherOutline) func anOutlineHasAllWords(from: String, to: String) {
  expectEqual(PageOutline().differences(written: outlined, fresh: outlined.replacing(from, with: to)).count, 1)
}

private let sections = """
  # Digits

  Run once.

  ## By hand

  | 1 | 2.5 |

  ![a bar of 3](figures/1.svg)

  ## Trained

  | 1 | 2.5 |

  All is learned, by 9 of 10.

  Near 2.4e−7 it ends.

  ![a bar of 4](figures/2.svg)
  """

/// What does not show the training is compared whole, numbers and pictures too.
@Test(arguments: [
  ("once", "once more", ["“”: expected “Run once#”, received “Run once more#”"]),
  ("| 1 | 2.5 |\n\n![a bar of 3]", "| 1 | 2.6 |\n\n![a bar of 3]", []),
  (
    "| 1 | 2.5 |\n\n![a bar of 3]", "| 1 | 3.5 |\n\n![a bar of 3]",
    ["“By hand”, line 3: expected “2.5”, received “3.5”"]
  ),
  ("a bar of 3", "a bar of 5", ["“By hand”, line 5: expected “3”, received “5”"]),
  ("| 1 | 2.5 |\n\nAll", "| 2 |\n\nAll", []), ("2.4e−7", "0.17", []), ("a bar of 4", "a map", []),
  ("All is learned, by 9 of 10.", "Nothing is learned yet.", []),
  (
    "All is learned", "All are learned",
    [
      "“Trained”: expected “All is learned# by # of #”, received “All are learned# by # of #”"
    ]
  ),
  ("## Trained", "## Learned", ["expected the section “Trained”, received “Learned”"]),
  ("## Trained\n", "", ["expected the section “Trained”, received “”"]),
])
func onlyTrainedSectionsAreOutlined(from: String, to: String, differences: [String]) {
  let outline = PageOutline(trained: ["Trained"], sentences: ["All is learned": "Nothing is learned"])
  expectEqual(outline.differences(written: sections, fresh: sections.replacing(from, with: to)), differences)
  expectEqual(outline.pictures(sections), ["figures/1.svg"])
}

@Test func aTrainedSectionThatIsNotThereIsNamed() {
  let outline = PageOutline(trained: ["Trained", "Tested"])
  expectEqual(outline.differences(written: sections, fresh: sections), ["expected the section “Tested”, found none"])
}
