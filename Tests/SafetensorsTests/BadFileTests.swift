import Foundation
import Support
import Testing

@testable import Safetensors

/// A file of this header and this much data.
func encoded(_ header: String, data: Int = 0) -> [UInt8] {
  littleEndianBytes([UInt64(header.utf8.count)]) + Array(header.utf8) + Array(repeating: 1, count: data)
}

/// What reading says of a file, or `nil` where it says nothing.
func complaint(about bytes: [UInt8], requireFinite: Bool = false) -> String? {
  do throws(SafetensorsError) {
    _ = try SafetensorsFile(bytes: bytes, file: "w.safetensors", requireFinite: requireFinite)
    return nil
  } catch { return error.description }
}

@Suite struct BadFileTests {
  static let headers: [(header: String, data: Int, complaint: String)] = [
    (#"[]"#, 0, #"expected a header that begins with {, received "[]""#),
    (#""#, 0, "expected a header that begins with {, received its end"),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#, 8,
      "expected , or } in an object at byte 53 of the header, received the end of the text"
    ),
    (#"{} x"#, 0, "expected the end of the text at byte 3 of the header, received x"),
    (#"{"a":[[[[[[[["#, 0, "expected at most 8 nested lists and objects at byte 12 of the header, received one more"),
    (#"{"a":[[1]]}"#, 0, "tensor \"a\": expected an object at byte 5 of the header, received [[1]]"),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}"#, 12,
      #"tensor "a": expected 8 bytes for F32 [2], received data_offsets [0, 12]"#
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 7,
      "tensor \"a\": expected data_offsets within the file's 7 bytes of data, received data_offsets [0, 8]"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 9,
      "expected the end of the file after 8 bytes of data, received 1 more"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8,
      #"tensor "a": expected data_offsets within the file's 8 bytes of data, received data_offsets [8, 0]"#
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[3],"data_offsets":[3,6]}}"#, 6,
      #"tensor "b": expected data that begins at byte 4, where the tensor before it ends, received data_offsets [3, 6]"#
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[3],"data_offsets":[5,8]}}"#, 8,
      #"tensor "b": expected data that begins at byte 4, where the tensor before it ends, received data_offsets [5, 8]"#
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[3],"data_offsets":[4,7]}}"#, 7,
      "expected a key once at byte 53 of the header, received \"a\" again"
    ),
    (#"{"__metadata__":{"k":"1","k":"2"}}"#, 0, "expected a key once at byte 25 of the header, received \"k\" again"),
    (#"{"__metadata__":{"k":1}}"#, 0, "expected a string at byte 21 of the header, received 1"),
    (
      #"{"a":{"dtype":"F32","dtype":"F32"}}"#, 0,
      #"expected a key once at byte 20 of the header, received "dtype" again"#
    ),
    (
      #"{"a":{"dtype":"F31","shape":[],"data_offsets":[0,4]}}"#, 4,
      #"tensor "a": expected a dtype of BOOL, U8, I8, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64, received "F31""#
    ),
    (#"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#, 4, #"tensor "a": expected a shape, received none"#),
    (#"{"a":{"shape":[],"data_offsets":[0,4]}}"#, 4, #"tensor "a": expected a dtype, received none"#),
    (#"{"a":{"dtype":"F32","shape":[]}}"#, 4, #"tensor "a": expected data_offsets [begin, end], received none"#),
    (
      #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4,9]}}"#, 4,
      #"tensor "a": expected data_offsets [begin, end], received [0, 4, 9]"#
    ),
    (
      #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"x":1}}"#, 4,
      #"tensor "a": expected the keys dtype, shape and data_offsets, received "x""#
    ),
    (
      #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4,
      #"tensor "a": expected a whole number of at most 9223372036854775807 at byte 29 of the header, received -1"#
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, 4,
      #"tensor "a": expected a whole number of at most 9223372036854775807 at byte 29 of the header, received 1.0"#
    ),
    (
      #"{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}"#, 4,
      "expected , or ] in a list at byte 30 of the header, received 1"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}"#, 4,
      #"tensor "a": expected a whole number of at most 9223372036854775807 at byte 29 of the header, received 9223372036854775…"#
    ),
    (
      #"{"a":{"dtype":"F32","shape":[9223372036854775807,9],"data_offsets":[0,4]}}"#, 4,
      #"tensor "a": expected a shape whose bytes can be counted, received [9223372036854775807, 9]"#
    ),
    (#"{"\uD800\u0041":{}}"#, 0, "expected a whole surrogate pair at byte 2 of the header, received half of one"),
    (#"{"\uD800x":{}}"#, 0, "expected a whole surrogate pair at byte 2 of the header, received half of one"),
    (#"{"\uDC00":{}}"#, 0, "expected a whole surrogate pair at byte 2 of the header, received half of one"),
    (#"{"\u+041":{}}"#, 0, "expected four hexadecimal digits after \\u at byte 2 of the header, received +"),
    (#"{"\x":{}}"#, 0, "expected one of \" \\ / b f n r t u after \\ at byte 2 of the header, received x"),
    (#"{"__metadata__":[1]}"#, 0, "expected an object at byte 16 of the header, received [1]"),
    (#"{"a":{"dtype":3}}"#, 0, #"tensor "a": expected a string at byte 14 of the header, received 3"#),
    (#"{"a":{"shape":3}}"#, 0, #"tensor "a": expected a list of whole numbers at byte 14 of the header, received 3"#),
    (
      #"{"a":{"data_offsets":[1,2.5]}}"#, 0,
      #"tensor "a": expected a whole number of at most 9223372036854775807 at byte 24 of the header, received 2.5"#
    ), (#"{"a":null}"#, 0, #"tensor "a": expected an object at byte 5 of the header, received null"#),
    (
      #"{"a":{"shape":"a long text of letters"}}"#, 0,
      #"tensor "a": expected a list of whole numbers at byte 14 of the header, received "a long text of…"#
    ),
    (
      #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,1,2,3,4,5,6,7,8,9]}}"#, 4,
      #"tensor "a": expected data_offsets [begin, end], received [0, 1, 2, 3, 4, 5, 6, 7, 8]"#
    ),
    (
      #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0]}}"#, 4,
      #"tensor "a": expected data_offsets [begin, end], received [0]"#
    ), ("[1, 2, 3, 4, 5, 6, 7]", 0, #"expected a header that begins with {, received "[1, 2, 3, 4, 5, ""#),
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, 3,
      #"tensor "a": expected data that begins at byte 0, where the tensor before it ends, received data_offsets [1, 3]"#
    ), (#"{}"#, 1, "expected the end of the file after 0 bytes of data, received 1 more"),
    (
      #"{"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, 2,
      #"tensor "a": expected data that begins at byte 2, where the tensor before it ends, received data_offsets [0, 2]"#
    ),
    ("{\"a\n\":{}}", 0, "expected no control character in a string at byte 3 of the header, received byte 10"),
  ]

  @Test(arguments: headers) func aBadHeaderIsNamed(header: String, data: Int, expected: String) throws {
    let message = try #require(complaint(about: encoded(header, data: data)))
    expectEqual(message, "w.safetensors: " + expected)
  }

  @Test func badBytesAroundTheHeaderAreNamed() {
    expectEqual(complaint(about: []), "w.safetensors: expected at least 8 bytes, received 0")
    expectEqual(
      complaint(about: littleEndianBytes([UInt64.max])),
      "w.safetensors: expected a header of at most 100000000 bytes, received a length of 18446744073709551615")
    expectEqual(complaint(about: [1, 2, 3, 4, 5, 6, 7]), "w.safetensors: expected at least 8 bytes, received 7")
    expectEqual(
      complaint(about: littleEndianBytes([UInt64(100_000_001)])),
      "w.safetensors: expected a header of at most 100000000 bytes, received a length of 100000001")
    expectEqual(
      complaint(about: littleEndianBytes([UInt64(100_000_000)])),
      "w.safetensors: expected a header of 100000000 bytes, received a file that ends 0 bytes after the length")
    expectEqual(
      complaint(about: littleEndianBytes([UInt64(10)]) + [0x7B, 0x7D]),
      "w.safetensors: expected a header of 10 bytes, received a file that ends 2 bytes after the length")
    expectEqual(
      complaint(about: [3, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x22, 0xFF])?.contains("expected \" at the end of the string"),
      true)
  }

  @Test func numbersThatAreNotFiniteAreReportedWhereAsked() throws {
    for values in [[0, .nan, 1], [0, -.infinity, .nan]] as [[Double]] {
      let file = SafetensorsFile(tensors: ["w": StoredTensor(values, shape: [3])])
      let bytes = try file.serialized()
      expect(complaint(about: bytes) == nil)
      expectEqual(
        complaint(about: bytes, requireFinite: true),
        "w.safetensors: tensor \"w\": expected finite numbers, received infinity or NaN at element 1")
    }
    let largest = SafetensorsFile(tensors: ["w": StoredTensor([Float.greatestFiniteMagnitude], shape: [])])
    expect(complaint(about: try largest.serialized(), requireFinite: true) == nil)
  }

  @Test func aTensorThatIsNotAsAskedIsNamed() {
    func complaint(_ read: () throws(SafetensorsError) -> Void) -> String? {
      do throws(SafetensorsError) {
        try read()
        return nil
      } catch { return error.description }
    }
    expectEqual(
      complaint { () throws(SafetensorsError) in _ = try sample.floats("bias") },
      "safetensors: tensor \"bias\": expected dtype F32, received F64")
    expectEqual(
      complaint { () throws(SafetensorsError) in _ = try sample.floats("kernel", shape: [nil, 4]) },
      "safetensors: tensor \"kernel\": expected shape [any, 4], received [2, 3]")
    expectEqual(
      complaint { () throws(SafetensorsError) in _ = try sample.integers("k") },
      "safetensors: tensor \"k\": expected a tensor of this name, received only \"a\"é\\n\", \"bias\", \"kernel\", "
        + "\"pixels\", \"step\"")
    expectEqual(
      complaint { () throws(SafetensorsError) in _ = try sample.integers("kernel") },
      "safetensors: tensor \"kernel\": expected dtype I64, received F32")
    expectEqual(
      complaint { () throws(SafetensorsError) in _ = try sample.doubles("step") },
      "safetensors: tensor \"step\": expected dtype F64, received I64")
    for (shape, words) in [([2], "2"), ([2, 3, 1], "2, 3, 1"), ([3, 2], "3, 2"), ([2, 4], "2, 4")] as [([Int], String)]
    {
      expectEqual(
        complaint { () throws(SafetensorsError) in _ = try sample.tensor("kernel", .float32, shape: shape) },
        "safetensors: tensor \"kernel\": expected shape [\(words)], received [2, 3]")
    }
    expect(
      complaint { () throws(SafetensorsError) in
        _ = try (sample.floats("kernel", shape: [nil, 3]), sample.doubles("bias", shape: [2]))
        _ = try (sample.integers("step", shape: []), sample.tensor("pixels"))
      } == nil)
    expectEqual(
      complaint { () throws(SafetensorsError) in _ = try sample.text("epoch") },
      "safetensors: expected a text \"epoch\" in __metadata__, received others")
  }

  @Test func placesThatHoldNoFileAreNamed() throws {
    try withTemporaryPath { folder in
      let missing = folder + "/missing"
      for path in [missing, folder, "/dev/zero"] {
        let reasons = [missing: "No such file or directory", folder: "it is a folder", "/dev/zero": "it is a device"]
        #expect { try SafetensorsFile(reading: path) } throws: {
          "\($0)" == "\(path): expected a file that can be read, received \(reasons[path] ?? "")"
        }
      }
      #expect { try sample.write(to: missing + "/w") } throws: {
        "\($0)" == "\(missing)/w: expected a file that can be written, received \"No such file or directory\""
      }
    }
    let clash = SafetensorsFile(tensors: ["__metadata__": StoredTensor([1] as [UInt8], shape: [1])])
    #expect { try clash.serialized() } throws: {
      "\($0)" == "safetensors: tensor \"__metadata__\": expected another name, received the one of the metadata"
    }
  }

  @Test func aFileThatIsTooLargeIsNotRead() throws {
    try withTemporaryPath { folder in
      let path = folder + "/w"
      try sample.write(to: path)
      #expect { try SafetensorsFile(reading: path, maximumBytes: 404) } throws: {
        "\($0)" == "\(path): expected at most 404 bytes, received 405"
      }
      try expectEqual(SafetensorsFile(reading: path, maximumBytes: 405).file, path)
      try SafetensorsFile(tensors: ["w": StoredTensor([Float.nan], shape: [1])]).write(to: path)
      #expect { try SafetensorsFile(reading: path, requireFinite: true) } throws: {
        "\($0)" == "\(path): tensor \"w\": expected finite numbers, received infinity or NaN at element 0"
      }
    }
  }
}
