import Foundation
import Golden
import Layers

extension WeightsFile {
  static func readJSON(_ path: String) throws -> StoredWeights { throw ConversionError(path) }
  static func writeJSON(_ weights: StoredWeights, layout: Framework, to path: String) throws {
    throw ConversionError(path)
  }
}
