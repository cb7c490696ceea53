import Foundation

/// A terminal without a screen: what a program writes into its path comes out of its master, and what is written into
/// the master is typed.
public struct PseudoTerminal {
  public let master: Int32
  public let path: String

  /// Nil where the system has none.
  public init?() {
    #if os(Linux)
      master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
      // TIOCSPTLCK and TIOCGPTN of <asm-generic/ioctls.h>.
      var (unlocked, number) = (Int32(0), UInt32(0))
      guard master >= 0, ioctl(master, 0x4004_5431, &unlocked) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
        return nil
      }
      path = "/dev/pts/\(number)"
    #else
      master = posix_openpt(O_RDWR | O_NOCTTY)
      guard master >= 0, grantpt(master) == 0, unlockpt(master) == 0, let name = ptsname(master) else { return nil }
      path = String(cString: name)
    #endif
  }
}
