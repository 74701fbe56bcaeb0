package dev.nauarch.api;

/** How the accelerators of simulated nodes are named, for those who publish and who read them. */
public final class SimulatedDevices {

  /** The extended resource that counts them. */
  public static final String RESOURCE = "nvidia.com/gpu";

  /** The driver of the ResourceSlices that list them. */
  public static final String DRIVER = "gpu.nvidia.com";

  private SimulatedDevices() {}

  /** The name of a node's ResourceSlice. */
  public static String slice(String node) {
    return node + "-" + DRIVER;
  }
}
