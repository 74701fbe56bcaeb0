package dev.nauarch.scheduling.volume;

import dev.nauarch.api.ObjectKey;

/** What is to be written for one claim. */
public sealed interface VolumeWrite {

  /** The claim. */
  ObjectKey claim();

  /**
   * Keep a volume for the claim.
   *
   * @param volume the volume's name
   * @param uid which claim of that name
   */
  record Keep(ObjectKey claim, String uid, String volume) implements VolumeWrite {}

  /**
   * Have a volume made that the node can reach.
   *
   * @param uid which claim of that name
   */
  record Select(ObjectKey claim, String uid, String node) implements VolumeWrite {}
}
