package dev.nauarch.reconcile.device;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaintRule;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaintRuleStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a rule that taints devices says of the pods that stop for it. */
final class DeviceTaintReport {

  static final String IN_PROGRESS = "EvictionInProgress";

  private static final String PENDING = "PodsPendingEviction";
  private static final String COMPLETED = "Completed";

  private DeviceTaintReport() {}

  /** What the rule says now. */
  static Optional<Condition> present(DeviceTaintRule rule) {
    return rule.getStatus() == null
        ? Optional.empty()
        : rule.getStatus().getConditions().stream()
            .filter(each -> IN_PROGRESS.equals(each.getType()))
            .findFirst();
  }

  static boolean isOfThisGeneration(Condition condition, DeviceTaintRule rule) {
    return Objects.equals(condition.getObservedGeneration(), rule.getMetadata().getGeneration());
  }

  /** Has a rule say that pods stop for it, unless it says so. */
  static void announce(PlanDraft draft, DeviceTaintRule rule, Snapshot world, Instant now) {
    if (present(rule)
        .filter(each -> isOfThisGeneration(each, rule) && "True".equals(each.getStatus()))
        .isEmpty()) {
      write(draft, rule, world, now);
    }
  }

  /** Has a rule say what is true of it, unless it says so. */
  static void write(PlanDraft draft, DeviceTaintRule rule, Snapshot world, Instant now) {
    var before = present(rule);
    var after = condition(rule, before, world, now);
    if (before.filter(each -> isSame(each, after)).isPresent()) {
      return;
    }
    var conditions = new ArrayList<Condition>();
    if (rule.getStatus() != null) {
      rule.getStatus().getConditions().stream()
          .filter(each -> !IN_PROGRESS.equals(each.getType()))
          .forEach(conditions::add);
    }
    conditions.add(after);
    var status = new DeviceTaintRuleStatus();
    status.setConditions(conditions);
    draft.updateStatus(Resources.DEVICE_TAINT_RULES, rule.edit().withStatus(status).build());
  }

  private static boolean isSame(Condition one, Condition other) {
    return Objects.equals(one.getStatus(), other.getStatus())
        && Objects.equals(one.getReason(), other.getReason())
        && Objects.equals(one.getMessage(), other.getMessage())
        && Objects.equals(one.getObservedGeneration(), other.getObservedGeneration());
  }

  private static Condition condition(
      DeviceTaintRule rule, Optional<Condition> before, Snapshot world, Instant now) {
    var condition =
        new ConditionBuilder()
            .withType(IN_PROGRESS)
            .withStatus("False")
            .withObservedGeneration(rule.getMetadata().getGeneration())
            .withLastTransitionTime(Times.format(now))
            .withMessage("");
    switch (String.valueOf(rule.getSpec().getTaint().getEffect())) {
      case DeviceTaints.NO_EXECUTE -> {
        var pending = pending(rule, world);
        if (!pending.isEmpty()) {
          condition
              .withStatus("True")
              .withReason(PENDING)
              .withMessage(pods(pending) + " must stop.");
        } else {
          condition.withReason(hasStopped(rule, before) ? COMPLETED : "NotStarted");
        }
      }
      case "None" ->
          condition
              .withReason("NoEffect")
              .withMessage(
                  devices(published(rule, world), "published")
                      + " and "
                      + devices(allocated(rule, world), "allocated")
                      + " selected; with the effect NoExecute "
                      + pods(pending(executing(rule), world))
                      + " would stop.");
      default ->
          condition
              .withReason("OtherEffect")
              .withMessage("Pods stop only for the effect NoExecute.");
    }
    return condition.build();
  }

  private static boolean hasStopped(DeviceTaintRule rule, Optional<Condition> before) {
    return before
        .filter(each -> isOfThisGeneration(each, rule))
        .map(Condition::getReason)
        .filter(reason -> reason.equals(PENDING) || reason.equals(COMPLETED))
        .isPresent();
  }

  private static DeviceTaintRule executing(DeviceTaintRule rule) {
    return rule.edit()
        .editSpec()
        .editTaint()
        .withEffect(DeviceTaints.NO_EXECUTE)
        .endTaint()
        .endSpec()
        .build();
  }

  /** The pods that must go for a rule, now or later. */
  private static SortedSet<ObjectKey> pending(DeviceTaintRule rule, Snapshot world) {
    var taints = new DeviceTaints(world, List.of(rule));
    var pods = new TreeSet<ObjectKey>();
    for (var claim : world.list(Resources.RESOURCE_CLAIMS)) {
      if (taints.eviction(claim).filter(each -> !each.rules().isEmpty()).isPresent()) {
        ClaimUsers.running(claim, world).forEach(pod -> pods.add(ObjectKey.of(pod)));
      }
    }
    return pods;
  }

  private static long published(DeviceTaintRule rule, Snapshot world) {
    return world.list(Resources.RESOURCE_SLICES).stream()
        .map(slice -> slice.getSpec())
        .map(spec -> DeviceTaints.pool(spec.getDriver(), spec.getPool().getName()))
        .distinct()
        .flatMap(
            pool -> DeviceTaints.newest(world.lookup(DeviceTaints.SLICES_BY_POOL, pool)).stream())
        .mapToLong(
            slice ->
                slice.getSpec().getDevices().stream()
                    .filter(
                        device ->
                            DeviceTaints.selects(
                                rule,
                                slice.getSpec().getDriver(),
                                slice.getSpec().getPool().getName(),
                                device.getName()))
                    .count())
        .sum();
  }

  private static long allocated(DeviceTaintRule rule, Snapshot world) {
    return world.list(Resources.RESOURCE_CLAIMS).stream()
        .flatMap(claim -> DeviceTaints.devices(claim).stream())
        .filter(device -> DeviceTaints.selects(rule, device))
        .count();
  }

  private static String devices(long count, String which) {
    return count + " " + which + (count == 1 ? " device is" : " devices are");
  }

  private static String pods(SortedSet<ObjectKey> pods) {
    var namespaces = pods.stream().map(ObjectKey::namespace).distinct().count();
    return pods.size()
        + (pods.size() == 1 ? " pod in " : " pods in ")
        + namespaces
        + (namespaces == 1 ? " namespace" : " namespaces");
  }
}
