package dev.nauarch.apiserver.strategy.migration;

import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy.Trait;

/** The strategies of storagemigration.k8s.io. */
public final class MigrationKinds {

  private MigrationKinds() {}

  /** Registers them. */
  public static void register(KindTable table) {
    table.strategy(
        "storagemigration.k8s.io",
        "StorageVersionMigration",
        RuleStrategy.of(MigrationRules::check, MigrationRules::change)
            .statusBy(MigrationRules::status)
            .with(Trait.NEEDS_VERSION));
  }
}
