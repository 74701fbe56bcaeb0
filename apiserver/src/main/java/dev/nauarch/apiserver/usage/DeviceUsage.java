package dev.nauarch.apiserver.usage;

import dev.nauarch.api.SimulatedDevices;
import dev.nauarch.api.quota.Amount;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.ObjectView;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the accelerators of a simulated node do, by what is said of the containers that have them.
 */
final class DeviceUsage {

  private static final BigDecimal MEBI = BigDecimal.valueOf(1 << 20);

  /**
   * What a container does with a device, or that nobody has it.
   *
   * @param labels of its metrics
   * @param busy how much of the time the device is busy with it, in percent
   * @param usedMebibytes how much of the device's memory it uses
   * @param freeMebibytes how much of it nobody uses
   */
  record Reading(String labels, BigDecimal busy, long usedMebibytes, long freeMebibytes) {}

  /** What somebody uses of a device. */
  private record Share(String labels, BigDecimal busy, long mebibytes) {}

  private final ObjectView view;
  private final DeviceHolders holders;

  DeviceUsage(ObjectView view) {
    this.view = view;
    this.holders = new DeviceHolders(view);
  }

  /** The readings of a node's devices, in their order; none of a node that has none. */
  List<Reading> of(String node) {
    var readings = new ArrayList<Reading>();
    var slice = view.find("resource.k8s.io", "resourceslices", "", SimulatedDevices.slice(node));
    if (slice.isPresent()) {
      var all = holders.on(node);
      for (var device : slice.get().path("spec").path("devices")) {
        read(node, device, all, readings);
      }
    }
    return readings;
  }

  private static void read(
      String node, JsonNode device, List<DeviceHolders.Holder> all, List<Reading> readings) {
    var attributes = device.path("attributes");
    var id = attributes.path("uuid").path("string").asString("");
    var name = Json.text(device, "name");
    var index = attributes.path("index").path("int").asString("");
    var labels =
        label("gpu", index)
            + label("UUID", id)
            + label("device", "nvidia" + index)
            + label("modelName", attributes.path("productName").path("string").asString(""))
            + label("Hostname", node);
    var memory =
        mebibytes(
            Amount.read(device.at("/capacity/memory/value").asString("")).orElse(Amount.ZERO));
    var shares = new ArrayList<Share>();
    for (var holder : all) {
      if (holder.device().equals(name) || holder.device().equals(id)) {
        shares.add(share(holder, node, memory));
      }
    }
    var free = memory - shares.stream().mapToLong(Share::mebibytes).sum();
    if (shares.isEmpty()) {
      shares.add(new Share("", BigDecimal.ZERO, 0));
    }
    for (var share : shares) {
      readings.add(
          new Reading(
              labels + share.labels() + "nauarch_dev_simulated=\"true\"",
              share.busy(),
              share.mebibytes(),
              Math.max(0, free)));
    }
  }

  private static Share share(DeviceHolders.Holder holder, String node, long memory) {
    var pod = holder.pod();
    var said = new SaidUsage(pod);
    var busy = amount(said, SaidUsage.Of.GPU, holder).value();
    var used = mebibytes(amount(said, SaidUsage.Of.GPU_MEMORY, holder));
    var labels =
        label("container", holder.container())
            + label("namespace", Json.text(pod, "metadata", "namespace"))
            + label("pod", Json.text(pod, "metadata", "name"));
    var claimed = holder.claim().isEmpty() ? "" : claim(holder, pod, node);
    return new Share(labels + claimed, busy, Math.min(memory, used));
  }

  private static String claim(DeviceHolders.Holder holder, ObjectNode pod, String node) {
    return label("dra_claim_name", holder.claim())
        + label("dra_claim_namespace", Json.text(pod, "metadata", "namespace"))
        + label("dra_driver_name", SimulatedDevices.DRIVER)
        + label("dra_pool_name", node)
        + label("dra_device_name", holder.device());
  }

  private static Amount amount(SaidUsage said, SaidUsage.Of what, DeviceHolders.Holder holder) {
    return said.amount(what, holder.container(), holder.isMain()).orElse(Amount.ZERO);
  }

  private static long mebibytes(Amount amount) {
    return amount.value().divide(MEBI, 0, RoundingMode.CEILING).longValue();
  }

  /** One label and a comma, as the text format has them. */
  private static String label(String name, String value) {
    var text = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return name + "=\"" + text + "\",";
  }
}
