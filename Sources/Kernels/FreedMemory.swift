internal import CMachine

/// Memory that arrays and blocks have given back.
///
/// By itself, the C library returns a large array to the system when it is released, and the system clears every page
/// of the next one: in a step of training with 10,000 words that took a fifth of the time. Here it keeps freed memory
/// for the next arrays. This is a setting of the whole process, made with its first kernels.
enum FreedMemory {
  /// How much is kept.
  static let mostBytes = 192 << 20

  /// Whether the C library has this setting. Reading it makes it.
  static let isKept = machine_keep_freed_memory(mostBytes) != 0
}
