package dev.nauarch.scheduling.device;

import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaint;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaintRule;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaintSelector;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All devices that there are, which classes there are of them, and which are tainted. */
final class Inventory {

  private final Expressions expressions = new Expressions();
  private final Map<String, Slice> slices = new HashMap<>();
  private final Map<Pool.Key, SortedMap<String, Slice>> slicesByPool = new HashMap<>();
  private final Map<Pool.Key, Pool> pools = new HashMap<>();
  private final Map<String, SortedSet<Pool>> poolsByNode = new HashMap<>();
  private final SortedSet<Pool> sharedPools = new TreeSet<>(Pool.ORDER);
  private final Map<String, List<Pool>> poolsFor = new HashMap<>();
  private final SortedMap<String, DeviceClass> classes = new TreeMap<>();
  private final SortedMap<String, DeviceTaintRule> rules = new TreeMap<>();
  private final Affected affected;

  /** Hears for which nodes something has changed. */
  interface Affected {
    /** For this one. */
    void node(String name);

    /** For any, perhaps. */
    void all();
  }

  Inventory(Affected affected) {
    this.affected = affected;
  }

  Expressions expressions() {
    return expressions;
  }

  void put(ResourceSlice model) {
    var slice = new Slice(model);
    var old = slices.put(slice.name(), slice);
    if (old != null && !old.pool().equals(slice.pool())) {
      leave(old);
    }
    slicesByPool.computeIfAbsent(slice.pool(), _ -> new TreeMap<>()).put(slice.name(), slice);
    rebuild(slice.pool());
  }

  void removeSlice(String name) {
    var old = slices.remove(name);
    if (old != null) {
      leave(old);
    }
  }

  private void leave(Slice slice) {
    var others = slicesByPool.get(slice.pool());
    if (others != null) {
      others.remove(slice.name());
      if (others.isEmpty()) {
        slicesByPool.remove(slice.pool());
      }
    }
    rebuild(slice.pool());
  }

  private void rebuild(Pool.Key key) {
    var old = pools.remove(key);
    if (old != null) {
      changed(old);
      sharedPools.remove(old);
      for (var node : old.nodes()) {
        var there = Objects.requireNonNull(poolsByNode.get(node));
        there.remove(old);
        if (there.isEmpty()) {
          poolsByNode.remove(node);
        }
      }
    }
    var all = slicesByPool.get(key);
    if (all != null) {
      var pool = new Pool(key, all.values());
      pools.put(key, pool);
      if (pool.isLocal()) {
        pool.nodes()
            .forEach(
                node ->
                    poolsByNode.computeIfAbsent(node, _ -> new TreeSet<>(Pool.ORDER)).add(pool));
      } else {
        sharedPools.add(pool);
      }
      changed(pool);
    }
  }

  private void changed(Pool pool) {
    if (pool.isLocal()) {
      pool.nodes()
          .forEach(
              node -> {
                poolsFor.remove(node);
                affected.node(node);
              });
    } else {
      poolsFor.clear();
      affected.all();
    }
  }

  /** Of a device, more or less is taken than before. */
  void used(DeviceId device) {
    var pool = pools.get(new Pool.Key(device.driver(), device.pool()));
    if (pool == null) {
      return;
    }
    pool.touch();
    if (pool.isLocal()) {
      pool.nodes().forEach(affected::node);
    } else {
      affected.all();
    }
  }

  /** The pools that may have devices for a node, in the order in which they are tried. */
  List<Pool> poolsFor(String node) {
    var known = poolsFor.get(node);
    if (known == null) {
      known = new ArrayList<>(sharedPools);
      known.addAll(poolsByNode.getOrDefault(node, new TreeSet<>(Pool.ORDER)));
      known.sort(Pool.ORDER);
      poolsFor.put(node, known);
    }
    return known;
  }

  void put(DeviceClass deviceClass) {
    if (!deviceClass.equals(classes.put(deviceClass.getMetadata().getName(), deviceClass))) {
      affected.all();
    }
  }

  void removeClass(String name) {
    if (classes.remove(name) != null) {
      affected.all();
    }
  }

  /** All classes, by name. */
  Collection<DeviceClass> classes() {
    return classes.values();
  }

  @Nullable DeviceClass deviceClass(String name) {
    return classes.get(name);
  }

  void put(DeviceTaintRule rule) {
    if (!rule.equals(rules.put(rule.getMetadata().getName(), rule))) {
      affected.all();
    }
  }

  void removeRule(String name) {
    if (rules.remove(name) != null) {
      affected.all();
    }
  }

  /** The taints of a device: its driver's, and those of rules. */
  List<DeviceTaint> taints(Device device) {
    if (rules.isEmpty()) {
      return device.taints();
    }
    var taints = new ArrayList<>(device.taints());
    for (var rule : rules.values()) {
      var selector = rule.getSpec().getDeviceSelector();
      if (selector != null && selects(selector, device.id())) {
        taints.add(rule.getSpec().getTaint());
      }
    }
    return taints;
  }

  private static boolean selects(DeviceTaintSelector selector, DeviceId device) {
    return (selector.getDriver() == null || selector.getDriver().equals(device.driver()))
        && (selector.getPool() == null || selector.getPool().equals(device.pool()))
        && (selector.getDevice() == null || selector.getDevice().equals(device.device()));
  }
}
