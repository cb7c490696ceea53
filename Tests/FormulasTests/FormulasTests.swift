import Testing

@testable import Formulas
