package dev.nauarch.scheduling.device;

import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A part of a pool as its driver published it. */
final class Slice {

  private final String name;
  private final Pool.Key pool;
  private final long generation;
  private final long slices;
  private final boolean perDevice;
  private final NodeChoice reach;
  private final List<Device> devices = new ArrayList<>();
  private final List<CounterSet> counterSets = new ArrayList<>();

  /** Counters that devices of the pool share. */
  record CounterSet(String name, SortedMap<String, BigDecimal> counters) {}

  Slice(ResourceSlice model) {
    var spec = model.getSpec();
    this.name = model.getMetadata().getName();
    this.pool = new Pool.Key(spec.getDriver(), spec.getPool().getName());
    this.generation = orZero(spec.getPool().getGeneration());
    this.slices = orZero(spec.getPool().getResourceSliceCount());
    this.perDevice = Boolean.TRUE.equals(spec.getPerDeviceNodeSelection());
    this.reach = NodeChoice.of(spec.getNodeName(), spec.getAllNodes(), spec.getNodeSelector());
    for (var device : spec.getDevices()) {
      var from =
          perDevice
              ? NodeChoice.of(device.getNodeName(), device.getAllNodes(), device.getNodeSelector())
              : reach;
      devices.add(
          new Device(new DeviceId(pool.driver(), pool.name(), device.getName()), device, from));
    }
    for (var set : spec.getSharedCounters()) {
      var counters = new TreeMap<String, BigDecimal>();
      set.getCounters()
          .forEach((counter, value) -> counters.put(counter, Device.number(value.getValue())));
      counterSets.add(new CounterSet(set.getName(), counters));
    }
  }

  private static long orZero(@Nullable Long number) {
    return number == null ? 0 : number;
  }

  String name() {
    return name;
  }

  Pool.Key pool() {
    return pool;
  }

  long generation() {
    return generation;
  }

  /** How many slices the pool has in this generation. */
  long slices() {
    return slices;
  }

  List<Device> devices() {
    return devices;
  }

  List<CounterSet> counterSets() {
    return counterSets;
  }

  /** Its only node; empty where its devices can be reached from others too, or from none. */
  String node() {
    return perDevice ? "" : reach.node();
  }
}
