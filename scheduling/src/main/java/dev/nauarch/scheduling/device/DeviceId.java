package dev.nauarch.scheduling.device;

/**
 * Names a device in the cluster.
 *
 * @param driver who looks after it
 * @param pool the pool that it is in
 * @param device its name there
 */
public record DeviceId(String driver, String pool, String device) {

  @Override
  public String toString() {
    return driver + "/" + pool + "/" + device;
  }
}
