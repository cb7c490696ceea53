import Testing

@testable import Golden
