package dev.nauarch.launcher.server;

import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.launcher.home.ContextSwitch;
import dev.nauarch.launcher.home.KubeconfigFile.Access;
import java.io.IOException;
import java.nio.file.Files;

/** The administrator's way to a cluster, from the keys in its home. */
public final class AdminAccess {

  private AdminAccess() {}

  /** URL and credentials of the cluster's administrator. */
  public static Access of(ClusterHome home, ClusterHome.State state) throws IOException {
    return new Access(
        ContextSwitch.key(state.name()),
        "https://127.0.0.1:" + state.apiPort(),
        Files.readString(home.pki().resolve("ca.crt")),
        Files.readString(home.pki().resolve("admin.crt")),
        Files.readString(home.pki().resolve("admin.key")));
  }
}
