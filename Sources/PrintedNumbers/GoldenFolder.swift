import Foundation

/// The folder of golden numbers.
public enum GoldenFolder {
  /// `golden` in the current folder, else the one beside this package's sources.
  public static var path: String {
    if FileManager.default.fileExists(atPath: "golden") { return "golden" }
    let package = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return package.appending(path: "golden").path(percentEncoded: false)
  }
}
