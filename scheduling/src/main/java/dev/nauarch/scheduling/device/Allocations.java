package dev.nauarch.scheduling.device;

import dev.nauarch.scheduling.device.Outcome.Pick;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResultBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAllocationConfiguration;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAllocationConfigurationBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResultBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What was chosen for a claim, as it is written into its status. */
final class Allocations {

  private Allocations() {}

  /**
   * The allocation of a claim.
   *
   * @param uid of the claim
   * @param node for which it was made
   */
  static AllocationResult of(
      ClaimPlan plan, List<Pick> picks, String uid, String node, Inventory inventory, Instant now) {
    var results = new ArrayList<DeviceRequestAllocationResult>();
    for (var pick : picks) {
      results.add(result(pick, uid, results.size()));
    }
    return new AllocationResultBuilder()
        .withNewDevices()
        .withResults(results)
        .withConfig(configurations(plan, picks, inventory))
        .endDevices()
        .withNodeSelector(selector(picks, node))
        .withAllocationTimestamp(now.truncatedTo(ChronoUnit.SECONDS).toString())
        .build();
  }

  private static DeviceRequestAllocationResult result(Pick pick, String uid, int index) {
    var device = pick.device();
    return new DeviceRequestAllocationResultBuilder()
        .withRequest(pick.wish().name())
        .withDriver(device.id().driver())
        .withPool(device.id().pool())
        .withDevice(device.id().device())
        .withAdminAccess(pick.wish().admin() ? true : null)
        .withTolerations(pick.wish().tolerations())
        .withShareID(pick.consumed() == null ? null : share(uid, device, index))
        .withConsumedCapacity(
            pick.consumed() == null || pick.consumed().isEmpty() ? null : pick.consumed())
        .withBindingConditions(device.bindingConditions())
        .withBindingFailureConditions(device.bindingFailureConditions())
        .build();
  }

  /** Names a share of a device, the same whenever this decision is looked at again. */
  private static String share(String uid, Device device, int index) {
    var seed = uid + "/" + device.id() + "/" + index;
    return UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static List<DeviceAllocationConfiguration> configurations(
      ClaimPlan plan, List<Pick> picks, Inventory inventory) {
    var chosen = new LinkedHashSet<Wish>();
    picks.forEach(pick -> chosen.add(pick.wish()));
    var requestsByClass = new LinkedHashMap<String, List<String>>();
    for (var wish : chosen) {
      requestsByClass.computeIfAbsent(wish.deviceClass(), _ -> new ArrayList<>()).add(wish.name());
    }
    var all = new ArrayList<DeviceAllocationConfiguration>();
    requestsByClass.forEach(
        (name, requests) -> {
          var deviceClass = inventory.deviceClass(name);
          if (deviceClass != null) {
            for (var config : deviceClass.getSpec().getConfig()) {
              all.add(
                  new DeviceAllocationConfigurationBuilder()
                      .withSource("FromClass")
                      .withRequests(requests)
                      .withOpaque(config.getOpaque())
                      .build());
            }
          }
        });
    for (var config : plan.configurations()) {
      if (chosen.stream().anyMatch(wish -> wish.isAmong(config.getRequests()))) {
        all.add(
            new DeviceAllocationConfigurationBuilder()
                .withSource("FromClaim")
                .withRequests(config.getRequests())
                .withOpaque(config.getOpaque())
                .build());
      }
    }
    return all;
  }

  /** The nodes from which all of the devices can be reached; null for all nodes. */
  private static @Nullable NodeSelector selector(List<Pick> picks, String node) {
    var fields = new ArrayList<NodeSelectorRequirement>();
    var labels = new ArrayList<NodeSelectorRequirement>();
    for (var pick : picks) {
      var reach = pick.device().reach();
      if (!reach.node().isEmpty() || pick.device().bindsToNode()) {
        return new NodeSelectorBuilder()
            .addNewNodeSelectorTerm()
            .addNewMatchField()
            .withKey("metadata.name")
            .withOperator("In")
            .withValues(node)
            .endMatchField()
            .endNodeSelectorTerm()
            .build();
      }
      if (reach.selector() != null) {
        for (var term : reach.selector().getNodeSelectorTerms()) {
          addAll(term.getMatchFields(), fields);
          addAll(term.getMatchExpressions(), labels);
        }
      }
    }
    return fields.isEmpty() && labels.isEmpty()
        ? null
        : new NodeSelectorBuilder()
            .addNewNodeSelectorTerm()
            .withMatchFields(fields)
            .withMatchExpressions(labels)
            .endNodeSelectorTerm()
            .build();
  }

  private static void addAll(
      List<NodeSelectorRequirement> more, List<NodeSelectorRequirement> all) {
    more.stream().filter(each -> !all.contains(each)).forEach(all::add);
  }
}
