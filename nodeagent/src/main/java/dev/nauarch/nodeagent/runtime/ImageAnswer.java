package dev.nauarch.nodeagent.runtime;

/** Whether a container can be made of an image. */
public sealed interface ImageAnswer {

  /**
   * It can.
   *
   * @param id the image's own name, as a container's status shows it
   */
  record Present(String id) implements ImageAnswer {}

  /**
   * It can't.
   *
   * @param message why, for the pod's owner
   */
  record Missing(String message) implements ImageAnswer {}
}
