package dev.nauarch.nodeagent.runtime;

import java.util.List;
import java.util.Optional;

/** The images on this machine. Methods may be called from any thread and block. */
public interface ImageService {

  /**
   * Fetches an image, also where one of that name is there.
   *
   * @param name as a pod's author wrote it
   * @param handler what of the runtime's is to run it; empty for the default
   * @param login who asks the registry; empty for anybody
   * @return by what containers are made of it
   * @throws RuntimeFault with a reason of images
   */
  String pull(String name, String handler, Optional<RegistryLogin> login) throws RuntimeFault;

  /** What is known of an image that is on the machine, by its name or by what pull gave. */
  Optional<ImageInfo> find(String name) throws RuntimeFault;

  /** All that are on the machine. */
  List<ImageInfo> list() throws RuntimeFault;

  /** Takes an image off the machine; nothing happens where it is not there. */
  void remove(String id) throws RuntimeFault;

  /** What they and the containers' own layers take. */
  Use use() throws RuntimeFault;

  /**
   * An image.
   *
   * @param id by what containers are made of it
   * @param tags its names by tag
   * @param digests its names by digest
   * @param bytes its size
   * @param isPinned whether it must stay
   * @param user the number of the user it runs as; empty where it is a name or nobody
   * @param userName the name of the user it runs as; empty where it is a number or nobody
   */
  record ImageInfo(
      String id,
      List<String> tags,
      List<String> digests,
      long bytes,
      boolean isPinned,
      Optional<Long> user,
      String userName) {}

  /**
   * Who asks a registry.
   *
   * @param server the registry's name
   * @param user a name; empty with a token
   * @param password what proves it
   * @param identityToken what is exchanged for access; empty for none
   * @param registryToken what is access itself; empty for none
   */
  record RegistryLogin(
      String server, String user, String password, String identityToken, String registryToken) {}

  /**
   * What files take.
   *
   * @param mountpoint where their file system is mounted, or a directory on it
   * @param bytes how much
   * @param inodes how many
   */
  record Use(String mountpoint, long bytes, long inodes) {}
}
