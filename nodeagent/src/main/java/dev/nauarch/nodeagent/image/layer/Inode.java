package dev.nauarch.nodeagent.image.layer;

/**
 * What the kernel knows of one file, directory, link or device.
 *
 * @param mode its type and rights, as stat has them
 * @param deviceMajor of a device, the number of its driver
 * @param deviceMinor of a device, its number there
 */
record Inode(
    int mode,
    int user,
    int group,
    long seconds,
    long nanos,
    long size,
    int deviceMajor,
    int deviceMinor) {
  static final int TYPE = 0170000;
  static final int DIRECTORY = 0040000;
  static final int FILE = 0100000;
  static final int LINK = 0120000;
  static final int CHARACTERS = 0020000;
  static final int BLOCKS = 0060000;
  static final int PIPE = 0010000;

  /** What hides a name, whatever form it has. */
  static final Inode WHITEOUT = new Inode(CHARACTERS, 0, 0, 0, 0, 0, 0, 0);

  int type() {
    return mode & TYPE;
  }

  int rights() {
    return mode & 07777;
  }

  boolean isDirectory() {
    return type() == DIRECTORY;
  }

  /** Whether it hides what lower layers have of its name. */
  boolean isWhiteout() {
    return type() == CHARACTERS && deviceMajor == 0 && deviceMinor == 0;
  }
}
