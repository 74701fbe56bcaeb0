package dev.nauarch.apiserver.strategy.device;

import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy.Trait;
import java.time.InstantSource;

/** The strategies of resource.k8s.io. */
public final class DeviceKinds {

  private static final String GROUP = "resource.k8s.io";

  private DeviceKinds() {}

  /**
   * Registers them.
   *
   * @param view finds the namespaces in which devices of others may be claimed
   */
  public static void register(KindTable table, ObjectView view, InstantSource clock) {
    var admins = new AdminAccess(view);
    table.strategy(
        GROUP,
        "DeviceClass",
        RuleStrategy.of(ClassRules::check, ClassRules::change).with(Trait.CHECKED_ONCE));
    table.strategy(
        GROUP,
        "DeviceTaintRule",
        RuleStrategy.of(TaintRules::rule, TaintRules::ruleChange)
            .filledBy((rule, old) -> TaintRules.fillRule(rule, old, clock.instant()))
            .statusBy(TaintRules::ruleStatus)
            .with(Trait.CHECKED_ONCE, Trait.NEEDS_VERSION));
    table.strategy(
        GROUP,
        "ResourceClaim",
        RuleStrategy.of(
                (problems, claim) -> {
                  admins.requested(problems, claim, claim.at("spec"));
                  ClaimRules.claim(problems, claim);
                },
                ClaimRules::claimChange)
            .statusBy(
                AllocationRules::fill,
                (problems, claim, old) -> {
                  admins.granted(problems, claim, old);
                  AllocationRules.check(problems, claim, old);
                })
            .with(Trait.CHECKED_ONCE));
    table.strategy(
        GROUP,
        "ResourceClaimTemplate",
        RuleStrategy.of(
            (problems, template) -> {
              admins.requested(problems, template, template.at("spec", "spec"));
              ClaimRules.template(problems, template);
            },
            ClaimRules::templateChange));
    table.strategy(
        GROUP,
        "ResourceSlice",
        RuleStrategy.of(SliceRules::check, SliceRules::change)
            .filledBy((slice, _) -> SliceRules.fill(slice, clock.instant()))
            .with(Trait.CHECKED_ONCE));
  }
}
