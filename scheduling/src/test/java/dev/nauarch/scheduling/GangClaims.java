package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.device.ClaimWrite;
import dev.nauarch.scheduling.device.DeviceCommand;
import dev.nauarch.scheduling.device.DeviceEvent;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.SharedClaims;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The devices of a gang's cluster, each of its node alone, and the claims of its pods. */
final class GangClaims {

  private final TreeMap<ObjectKey, ResourceClaim> claims = new TreeMap<>();
  private long version;
  private final List<DeviceEvent> devices = new ArrayList<>();

  private static <T> T model(String json, Class<T> type) {
    return ModelCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), type);
  }

  /** Every node gets so many devices. */
  void addDevices(Collection<String> nodes, int count, Consumer<DeviceEvent> inbox) {
    devices.add(
        new DeviceEvent.ClassSeen(
            model("{'metadata':{'name':'any'},'spec':{}}", DeviceClass.class)));
    for (var node : nodes) {
      var names = new ArrayList<String>();
      for (var i = 0; i < count; i++) {
        names.add("{'name':'d" + i + "'}");
      }
      devices.add(
          new DeviceEvent.SliceSeen(
              model(
                  "{'metadata':{'name':'%1$s'},'spec':{'driver':'d','nodeName':'%1$s','pool':{'name':'%1$s','generation':1,'resourceSliceCount':1},'devices':[%2$s]}}"
                      .formatted(node, String.join(",", names)),
                  ResourceSlice.class)));
    }
    devices.forEach(inbox);
  }

  /** All that exists. */
  void tellAll(Consumer<DeviceEvent> inbox) {
    devices.forEach(inbox);
    claims.values().forEach(claim -> inbox.accept(new DeviceEvent.ClaimSeen(claim)));
  }

  /** Pods with claims wait for their group; where there are no devices it plays no part. */
  void tellGroup(GangState gang, Consumer<DeviceEvent> inbox) {
    if (!devices.isEmpty()) {
      inbox.accept(new DeviceEvent.GroupSeen(new SharedClaims(gang.key(), gang.uid(), List.of())));
    }
  }

  /** Somebody wants one device. */
  void create(String name, String uid, Consumer<DeviceEvent> inbox) {
    put(
        model(
            "{'metadata':{'namespace':'default','name':'%s','uid':'%s'},'spec':{'devices':{'requests':[{'name':'r','exactly':{'deviceClassName':'any'}}]}}}"
                .formatted(name, uid),
            ResourceClaim.class),
        inbox);
  }

  void delete(ObjectKey key, Consumer<DeviceEvent> inbox) {
    if (claims.remove(key) != null) {
      inbox.accept(new DeviceEvent.ClaimGone(key));
    }
  }

  private void put(ResourceClaim claim, Consumer<DeviceEvent> inbox) {
    version++;
    claim.getMetadata().setResourceVersion(Long.toString(version));
    claims.put(ObjectKey.of(claim), claim);
    inbox.accept(new DeviceEvent.ClaimSeen(claim));
  }

  /** Claims are written, if they are there. */
  void write(DeviceCommand.WriteClaims wanted, boolean fails, Consumer<DeviceEvent> inbox) {
    var keys = wanted.writes().stream().map(write -> ObjectKey.of(write.claim())).toList();
    if (fails || !claims.keySet().containsAll(keys)) {
      inbox.accept(
          new DeviceEvent.Written(wanted.pod(), wanted.uid(), keys, List.of(), "no", fails));
      return;
    }
    var done = wanted.writes().stream().map(ClaimWrite::done).toList();
    done.forEach(claim -> put(claim, inbox));
    inbox.accept(new DeviceEvent.Written(wanted.pod(), wanted.uid(), keys, done, "", false));
  }

  /** A claim gives its devices back. */
  void deallocate(ResourceClaim claim, Consumer<DeviceEvent> inbox) {
    var known = claims.get(ObjectKey.of(claim));
    if (known != null
        && known.getMetadata().getUid().equals(claim.getMetadata().getUid())
        && known
            .getMetadata()
            .getResourceVersion()
            .equals(claim.getMetadata().getResourceVersion())) {
      put(known.edit().withStatus(null).build(), inbox);
    }
  }

  private static List<DeviceRequestAllocationResult> results(ResourceClaim claim) {
    return claim.getStatus() == null || claim.getStatus().getAllocation() == null
        ? List.of()
        : claim.getStatus().getAllocation().getDevices().getResults();
  }

  /** Whether a pod that may want a device can have one on a node, and has none elsewhere. */
  boolean hasRoom(PodState pod, String node, int count) {
    var own = pod.devices().claims().stream().map(use -> claims.get(use.claim())).toList();
    var taken =
        claims.values().stream()
            .flatMap(claim -> results(claim).stream())
            .filter(result -> result.getPool().equals(node))
            .count();
    return own.stream().allMatch(claim -> claim != null && results(claim).isEmpty())
        && (own.isEmpty() || taken < count);
  }

  /** No device is given twice, and bound pods have theirs on their nodes. */
  void check(Collection<PodState> pods, String story) {
    var given = new TreeSet<String>();
    for (var claim : claims.values()) {
      for (var result : results(claim)) {
        var device = result.getPool() + "/" + result.getDevice();
        assertTrue(given.add(device), () -> device + " is given twice:\n" + story);
      }
    }
    for (var pod : pods) {
      for (var use : pod.devices().claims()) {
        var claim = claims.get(use.claim());
        if (pod.isBound() && claim != null) {
          var nodes = results(claim).stream().map(DeviceRequestAllocationResult::getPool).toList();
          assertEquals(List.of(pod.node()), nodes, () -> pod.key() + "'s device:\n" + story);
        }
      }
    }
  }
}
