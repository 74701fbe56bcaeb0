package dev.nauarch.nodeagent.image;

import dev.nauarch.nodeagent.image.registry.RegistryOptions;

/**
 * How images are kept.
 *
 * @param registries how they are fetched
 * @param bytesKeptFree how much room has to be left on the disk
 * @param entriesMax how many files, directories and links one layer may have
 */
public record StoreOptions(RegistryOptions registries, long bytesKeptFree, long entriesMax) {

  /** What is right for most machines. */
  public static final StoreOptions DEFAULT =
      new StoreOptions(RegistryOptions.DEFAULT, 256L << 20, 5_000_000);
}
