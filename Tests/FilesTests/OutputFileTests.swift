import Foundation
import Support
import Testing

@testable import Files

@Suite struct OutputFileTests {
  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private func permissions(_ path: String) throws -> Int? {
    (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
  }

  @Test func aFileTakesThePlaceOfTheOldOneAndNothingElseIsLeft() throws {
    try withTemporaryPath { folder in
      let file = OutputFile(folder + "/page")
      try file.check()
      try expect(names(folder).isEmpty, "a check leaves nothing")
      try file.write("one, which is longer")
      // Who reads the old file meanwhile reads on in it: it was replaced, not written over.
      let reader = try #require(FileHandle(forReadingAtPath: file.path))
      try file.check()
      try file.write("two")
      try expectEqual(reader.readToEnd().map { String(decoding: $0, as: UTF8.self) }, "one, which is longer")
      try expect(text(file.path) == "two" && names(folder) == ["page"])
      try file.write([UInt8]())
      try expect(text(file.path).isEmpty && names(folder) == ["page"])
    }
  }

  @Test func aNameMayBeAsLongAsTheSystemAllows() throws {
    try withTemporaryPath { folder in
      let name = String(repeating: "x", count: 255)
      try OutputFile(folder + "/" + name).check()
      try OutputFile(folder + "/" + name).write("long")
      try expectEqual(text(folder + "/" + name), "long")
    }
  }

  @Test func aMessageDoesNotActOnTheTerminal() {
    let error = FileError("a\u{1B}[2J", reason: "b\u{7}")
    expect(!error.description.unicodeScalars.contains { $0.value < 32 }, "\(error)")
    expect(
      error.description.hasPrefix("a\\u001b[2J: expected ") && error.description.hasSuffix("received \"b\\u0007\""))
  }

  @Test(arguments: [0o600, 0o640, 0o666, 0o755, 0o2640])
  func permissionsStay(mode: Int) throws {
    try withTemporaryPath { folder in
      let file = OutputFile(folder + "/page")
      try file.write("one")
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
      try file.write("two")
      try expect(permissions(file.path) == mode && text(file.path) == "two")
    }
  }

  /// The target is absent first and there afterwards.
  @Test(arguments: ["page", "sub/page", "../UP/page"])
  func aLinkStaysALinkAndWhatItLeadsToIsWritten(destination: String) throws {
    try withTemporaryPath { folder in
      try FileManager.default.createDirectory(atPath: folder + "/sub", withIntermediateDirectories: true)
      let up = URL(fileURLWithPath: folder).lastPathComponent
      let destination = destination.replacing("UP", with: up)
      try FileManager.default.createSymbolicLink(atPath: folder + "/inner", withDestinationPath: destination)
      try FileManager.default.createSymbolicLink(atPath: folder + "/outer", withDestinationPath: folder + "/inner")
      for words in ["one", "two"] {
        try OutputFile(folder + "/outer").check()
        try OutputFile(folder + "/outer").write(words)
        try expectEqual(text(folder + "/" + destination), words)
        try expectEqual(FileManager.default.destinationOfSymbolicLink(atPath: folder + "/outer"), folder + "/inner")
        try expectEqual(FileManager.default.destinationOfSymbolicLink(atPath: folder + "/inner"), destination)
      }
      try expectEqual(Set(names(folder)).subtracting(["page"]), ["inner", "outer", "sub"])
    }
  }

  /// A pipe stands for a device, which a test could not afford to lose.
  @Test func aPipeIsWrittenAndStaysAPipe() throws {
    try withTemporaryPath { folder in
      expectEqual(mkfifo(folder + "/pipe", 0o600), 0)
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "pipe")
      let reader = open(folder + "/pipe", O_RDONLY | O_NONBLOCK)
      defer { close(reader) }
      for name in ["pipe", "link"] {
        try OutputFile(folder + "/" + name).check()
        try OutputFile(folder + "/" + name).write(name)
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = read(reader, &bytes, bytes.count)
        expectEqual(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self), name)
      }
      var status = stat()
      expect(stat(folder + "/pipe", &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
      try expectEqual(names(folder), ["link", "pipe"])
    }
  }

  /// As `/dev/stdout` where the shell sends it into a file: what the program has printed stays before it.
  @Test func anOpenDescriptorIsWrittenOnFromWhereItIs() throws {
    try withTemporaryPath { folder in
      let descriptor = open(folder + "/log", O_WRONLY | O_CREAT, 0o600)
      defer { close(descriptor) }
      expectEqual(write(descriptor, "printed, ", 9), 9)
      let file = OutputFile("/dev/fd/\(descriptor)")
      try file.check()
      try file.write("written, ")
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: file.path)
      try OutputFile(folder + "/link").write("linked, ")
      expectEqual(write(descriptor, "printed", 7), 7)
      try expectEqual(text(folder + "/log"), "printed, written, linked, printed")
      try expectEqual(names(folder), ["link", "log"])
    }
  }

  @Test func aDescriptorThatOnlyReadsIsRefused() throws {
    let descriptor = open("/dev/null", O_RDONLY)
    defer { close(descriptor) }
    let file = OutputFile("/dev/fd/\(descriptor)")
    #expect(throws: FileError(file.path, reason: "it is open for reading alone")) { try file.check() }
    #expect(throws: FileError(file.path, reason: "Bad file descriptor")) { try file.write("x") }
  }

  @Test func aDescriptorThatIsNotOpenIsRefused() throws {
    let file = OutputFile("/dev/fd/9999")
    #expect(throws: FileError(file.path, reason: "Bad file descriptor")) { try file.check() }
    #expect(throws: FileError(file.path, reason: "Bad file descriptor")) { try file.write("x") }
    let both = open("/dev/null", O_RDWR)
    defer { close(both) }
    try OutputFile("/dev/fd/\(both)").check()
  }

  /// A folder that came into its place meanwhile stays, and nothing beside it.
  @Test func aPlaceThatIsTakenMeanwhileIsAnError() throws {
    try withTemporaryPath { folder in
      let file = OutputFile(folder + "/page")
      #expect(throws: FileError(file.path, reason: String(cString: strerror(EISDIR)))) {
        try file.write { _ in mkdir(file.path, 0o700) }
      }
      try expectEqual(names(folder), ["page"])
      try expect(FileManager.default.contentsOfDirectory(atPath: file.path).isEmpty)
    }
  }

  @Test func aFailureHalfWayLeavesTheOldFileAndNothingElse() throws {
    try withTemporaryPath { folder in
      let file = OutputFile(folder + "/page")
      try file.write("old")
      let full = FileError(file.path, reason: "No space left on device")
      #expect(throws: full) {
        try file.write { descriptor throws(FileError) in
          expectEqual(write(descriptor, "ne", 2), 2)
          throw full
        }
      }
      try expect(text(file.path) == "old" && names(folder) == ["page"])
    }
  }

  @Test func whatCannotBeWrittenIsNamedBeforeAndAfter() throws {
    try withTemporaryPath { folder in
      try OutputFile(folder + "/file").write("old")
      try FileManager.default.createSymbolicLink(atPath: folder + "/loop", withDestinationPath: "loop")
      for (path, reason) in [
        (folder, "it is a folder"), (folder + "/none/page", "No such file or directory"),
        ("", "No such file or directory"),
        (folder + "/new/", "No such file or directory"), (folder + "/file/page", "Not a directory"),
        (folder + "/loop", String(cString: strerror(ELOOP))),
        (folder + "/" + String(repeating: "x", count: 300), String(cString: strerror(ENAMETOOLONG))),
      ] {
        #expect(throws: FileError(path, reason: reason)) { try OutputFile(path).check() }
        #expect(throws: FileError(path, reason: reason)) { try OutputFile(path).write("x") }
      }
      try expect(names(folder) == ["file", "loop"] && text(folder + "/file") == "old")
    }
    let error = FileError("page.html", reason: "No space left on device")
    expectEqual("\(error)", "page.html: expected a file that can be written, received \"No space left on device\"")
  }

  @Test func creatingReplacesNeitherAFileNorALink() throws {
    try withTemporaryPath { folder in
      try OutputFile(folder + "/new").create(Array("one".utf8))
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "absent")
      for path in [folder + "/new", folder + "/link"] {
        #expect(throws: FileError(path, expected: "a place for a new file", reason: "File exists")) {
          try OutputFile(path).create(Array("two".utf8))
        }
      }
      try expect(text(folder + "/new") == "one" && names(folder) == ["link", "new"])
    }
  }
}
