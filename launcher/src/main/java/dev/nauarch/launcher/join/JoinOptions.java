package dev.nauarch.launcher.join;

import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.nodeagent.credential.IdentityFile;
import java.net.URI;
import java.nio.file.Path;

/**
 * As what this machine joins a cluster.
 *
 * @param name what the cluster is called on this machine
 * @param home where everything of the node is
 * @param server where the API server is
 * @param nodeName the node's name
 * @param nodeIp the address at which other machines reach this one
 */
public record JoinOptions(
    String name, ClusterHome home, URI server, String nodeName, String nodeIp) {

  /** Checks the names, which go into those of objects, interfaces and control groups. */
  public JoinOptions {
    if (!nodeName.matches("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")) {
      throw new IllegalArgumentException(
          "the node name " + nodeName + " is not one of small letters, digits, dashes and dots");
    }
    if (!name.matches("[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?")) {
      throw new IllegalArgumentException(
          "the name " + name + " is not one of up to 40 small letters, digits and dashes");
    }
  }

  /** The certificates that vouch for the cluster. */
  Path authority() {
    return home.pki().resolve("ca.crt");
  }

  /** By which the agent proves who it is. */
  IdentityFile client() {
    return new IdentityFile(home.pki().resolve("node-client.pem"));
  }

  /** With which the agent serves. */
  IdentityFile serving() {
    return new IdentityFile(home.pki().resolve("node-serving.pem"));
  }
}
