package dev.nauarch.nodeagent.simulated;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.api.Resources;
import dev.nauarch.api.SimulatedDevices;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.DeleteOptions;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAttribute;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceCapacity;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSliceBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The accelerators of a simulated node as the slice that a driver of theirs would publish, so that
 * the device classes and claims that users have find them. Slice and devices say that they are
 * simulated.
 */
final class DeviceSlice {
  private final ClusterClient client;
  private final Node node;

  DeviceSlice(ClusterClient client, Node node) {
    this.client = client;
    this.node = node;
  }

  private ObjectKey key() {
    return new ObjectKey("", SimulatedDevices.slice(node.getMetadata().getName()));
  }

  /** Makes it, unless it is there; one that a former node of the name had is replaced. */
  void publish(Devices devices) {
    var present = client.get(Resources.RESOURCE_SLICES, key());
    if (present.filter(this::isOurs).isPresent()) {
      return;
    }
    if (present.isPresent()) {
      client.delete(Resources.RESOURCE_SLICES, key(), DeleteOptions.DEFAULT);
    }
    client.createOnly(Resources.RESOURCE_SLICES, of(node, devices));
  }

  /** Removes it, unless a later node of the name has it. */
  void remove() {
    client
        .get(Resources.RESOURCE_SLICES, key())
        .filter(this::isOurs)
        .ifPresent(
            slice -> {
              var uid = slice.getMetadata().getUid();
              client.delete(
                  Resources.RESOURCE_SLICES,
                  key(),
                  new DeleteOptions(OptionalLong.empty(), "Background", uid, ""));
            });
  }

  private boolean isOurs(ResourceSlice slice) {
    return slice.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(node.getMetadata().getUid()));
  }

  /** The slice of a node that has devices; it goes with the node. */
  static ResourceSlice of(Node node, Devices devices) {
    var name = node.getMetadata().getName();
    var model = DeviceModel.of(devices.model());
    var all = new ArrayList<Device>();
    for (var index = 0; index < devices.count(); index++) {
      all.add(device(name, index, model));
    }
    return new ResourceSliceBuilder()
        .withNewMetadata()
        .withName(SimulatedDevices.slice(name))
        .addToLabels(OwnNames.SIMULATED, "true")
        .withOwnerReferences(
            List.of(
                new OwnerReferenceBuilder()
                    .withApiVersion("v1")
                    .withKind("Node")
                    .withName(name)
                    .withUid(node.getMetadata().getUid())
                    .build()))
        .endMetadata()
        .withNewSpec()
        .withDriver(SimulatedDevices.DRIVER)
        .withNodeName(name)
        .withNewPool()
        .withName(name)
        .withGeneration(1L)
        .withResourceSliceCount(1L)
        .endPool()
        .withDevices(all)
        .endSpec()
        .build();
  }

  private static Device device(String node, int index, DeviceModel model) {
    var attributes = new TreeMap<String, DeviceAttribute>();
    attributes.put("type", text("gpu"));
    attributes.put("uuid", text(uuid(node, index)));
    attributes.put("index", number(index));
    attributes.put("productName", text(model.name()));
    attributes.put("brand", text("Simulated"));
    attributes.put("architecture", text(model.architecture()));
    attributes.put("cudaComputeCapability", version(model.computeCapability()));
    attributes.put("driverVersion", version("0.1.0"));
    attributes.put(OwnNames.SIMULATED, truth());
    var memory = new DeviceCapacity();
    memory.setValue(new Quantity(model.memory()));
    var capacity = new TreeMap<String, DeviceCapacity>();
    capacity.put("memory", memory);
    var device = new Device();
    device.setName("gpu-" + index);
    device.setAttributes(attributes);
    device.setCapacity(capacity);
    return device;
  }

  /** The ids of a node's devices, in order. */
  static List<String> uuids(String node, Devices devices) {
    return IntStream.range(0, devices.count()).mapToObj(index -> uuid(node, index)).toList();
  }

  /** The same in each run: nodes of a name have always had these devices. */
  static String uuid(String node, int index) {
    var seed = (node + "/" + index).getBytes(StandardCharsets.UTF_8);
    return "GPU-" + UUID.nameUUIDFromBytes(seed);
  }

  private static DeviceAttribute text(String value) {
    var attribute = new DeviceAttribute();
    attribute.setString(value);
    return attribute;
  }

  private static DeviceAttribute version(String value) {
    var attribute = new DeviceAttribute();
    attribute.setVersion(value);
    return attribute;
  }

  private static DeviceAttribute number(long value) {
    var attribute = new DeviceAttribute();
    attribute.setInt(value);
    return attribute;
  }

  private static DeviceAttribute truth() {
    var attribute = new DeviceAttribute();
    attribute.setBool(true);
    return attribute;
  }
}
