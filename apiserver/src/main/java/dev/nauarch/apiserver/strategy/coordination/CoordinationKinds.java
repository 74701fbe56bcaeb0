package dev.nauarch.apiserver.strategy.coordination;

import dev.nauarch.apiserver.strategy.kind.KindTable;

/** The strategies of coordination.k8s.io. */
public final class CoordinationKinds {

  private CoordinationKinds() {}

  /** Registers them. */
  public static void register(KindTable table) {
    table.strategy("coordination.k8s.io", "Lease", new LeaseStrategy());
  }
}
