package dev.nauarch.scheduling.model;

/**
 * A port of the node that a pod takes for itself.
 *
 * @param address the node's address; empty or 0.0.0.0 for all of them
 * @param protocol TCP, UDP or SCTP
 * @param port 1 to 65535
 */
public record HostPort(String address, String protocol, int port) {

  /** Whether both can't be taken on one node. */
  public boolean conflictsWith(HostPort other) {
    return port == other.port
        && protocol.equals(other.protocol)
        && (isWildcard() || other.isWildcard() || address.equals(other.address));
  }

  private boolean isWildcard() {
    return address.isEmpty() || address.equals("0.0.0.0");
  }
}
