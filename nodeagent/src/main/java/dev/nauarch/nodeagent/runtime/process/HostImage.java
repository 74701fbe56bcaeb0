package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.runtime.ImageService;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The only image there is: this machine's own file system. */
final class HostImage implements ImageService {
  private static final String NAME = "host";
  private static final ImageInfo INFO =
      new ImageInfo(NAME, List.of(NAME), List.of(), 0, true, Optional.of(0L), "");

  private final Path directory;

  /**
   * @param directory a place on the file system that containers write to
   */
  HostImage(Path directory) {
    this.directory = directory;
  }

  @Override
  public String pull(String name, String handler, Optional<RegistryLogin> login)
      throws RuntimeFault {
    if (name.equals(NAME)) {
      return NAME;
    }
    throw new RuntimeFault(
        RuntimeFault.Reason.IMAGE_PULL,
        "image \""
            + name
            + "\" can't be run: the process runtime has only the image \"host\", which is this"
            + " machine's own file system");
  }

  @Override
  public Optional<ImageInfo> find(String name) {
    return name.equals(NAME) ? Optional.of(INFO) : Optional.empty();
  }

  @Override
  public List<ImageInfo> list() {
    return List.of(INFO);
  }

  /** It stays. */
  @Override
  public void remove(String id) {}

  @Override
  public Use use() {
    return new Use(directory.toString(), 0, 0);
  }
}
