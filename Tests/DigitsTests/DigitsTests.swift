import Testing

@testable import Digits
