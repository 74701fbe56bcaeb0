package dev.nauarch.nodeagent;

import dev.nauarch.nodeagent.cgroup.Cgroups;
import java.io.IOException;

/** Lets tests of other packages clean up. */
public final class TestCgroups {
  private TestCgroups() {}

  /** Removes the cgroups of a test. */
  public static void remove(String name) throws IOException {
    Cgroups.open(name).orElseThrow().remove("");
  }
}
