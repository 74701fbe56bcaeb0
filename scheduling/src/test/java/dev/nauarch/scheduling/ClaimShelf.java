package dev.nauarch.scheduling;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.device.ClaimWrite;
import dev.nauarch.scheduling.device.DeviceEvent;
import dev.nauarch.scheduling.translate.ClaimSteps;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/** Claims as an API server has them: it makes, changes and drops them, and tells of it. */
final class ClaimShelf {

  private final TreeMap<ObjectKey, ResourceClaim> claims = new TreeMap<>();
  private final Consumer<DeviceEvent> news;
  private long version = 10;

  /** Why no claims are made; empty for they are. */
  private String refused = "";

  ClaimShelf(Consumer<DeviceEvent> news) {
    this.news = news;
  }

  static ResourceClaim copy(ResourceClaim claim) {
    return ModelCodec.decode(ModelCodec.tree(claim), ResourceClaim.class);
  }

  static List<DeviceRequestAllocationResult> results(ResourceClaim claim) {
    return claim.getStatus() == null || claim.getStatus().getAllocation() == null
        ? List.of()
        : claim.getStatus().getAllocation().getDevices().getResults();
  }

  /** The claims of now, by name. */
  List<ResourceClaim> all() {
    return List.copyOf(claims.values());
  }

  /** The version of the next thing that is made, of whatever kind. */
  long next() {
    return ++version;
  }

  /** From now on no claims are made, and this says why; empty for they are. */
  void refuse(String why) {
    refused = why;
  }

  /** A claim; requests and so on as JSON. */
  void make(String name, String devices) {
    store(
        DeviceWorld.model(
            "{'metadata':{'namespace':'default','name':'%1$s','uid':'uid-%1$s-%2$d'},'spec':{'devices':{%3$s}}}"
                .formatted(name, version, devices),
            ResourceClaim.class));
  }

  void change(String name, UnaryOperator<ResourceClaim> change) {
    store(change.apply(copy(named(name))));
  }

  ResourceClaim named(String name) {
    return get(new ObjectKey("default", name));
  }

  ResourceClaim get(ObjectKey key) {
    return Objects.requireNonNull(claims.get(key), () -> "there is no claim " + key);
  }

  void drop(String name) {
    drop(new ObjectKey("default", name));
  }

  private void drop(ObjectKey key) {
    claims.remove(key);
    news.accept(new DeviceEvent.ClaimGone(key));
  }

  /** Drops a claim, unless it is another one of its name. */
  void drop(ObjectKey key, String uid) {
    var claim = claims.get(key);
    if (claim != null && uid.equals(claim.getMetadata().getUid())) {
      drop(key);
    }
  }

  private ResourceClaim store(ResourceClaim claim) {
    claim.getMetadata().setResourceVersion(Long.toString(next()));
    claims.put(ObjectKey.of(claim), claim);
    news.accept(new DeviceEvent.ClaimSeen(copy(claim)));
    return claim;
  }

  /** Changes a claim, unless it is at another version than the patch says. */
  void patch(ObjectKey key, String body) {
    var claim = claims.get(key);
    var patch = ModelCodec.tree(body.getBytes(StandardCharsets.UTF_8));
    if (claim != null
        && patch
            .at("/metadata/resourceVersion")
            .asString("")
            .equals(claim.getMetadata().getResourceVersion())) {
      var tree = ModelCodec.tree(claim);
      merge(tree, patch);
      store(ModelCodec.decode(tree, ResourceClaim.class));
    }
  }

  private static void merge(ObjectNode target, ObjectNode patch) {
    for (var field : patch.properties()) {
      if (field.getValue().isNull()) {
        target.remove(field.getKey());
      } else if (field.getValue() instanceof ObjectNode inner) {
        merge(target.withObjectProperty(field.getKey()), inner);
      } else {
        target.set(field.getKey(), field.getValue());
      }
    }
  }

  /**
   * Carries out what a decision wants of a claim.
   *
   * @param written takes the claim as it is then
   * @return why it can't be done; empty for it is
   */
  String write(ClaimWrite write, List<ResourceClaim> written) {
    var claim = write.claim();
    if (write.isNew() && !refused.isEmpty()) {
      return refused;
    }
    if (write.isNew()) {
      var there = claims.get(ObjectKey.of(claim));
      claim = there == null ? store(made(claim)) : there;
    }
    while (true) {
      switch (ClaimSteps.next(write, claim)) {
        case ClaimSteps.Step.Done() -> {
          written.add(copy(claim));
          return "";
        }
        case ClaimSteps.Step.Overtaken(var why) -> {
          written.add(copy(claim));
          return why;
        }
        case ClaimSteps.Step.Change(var request) -> {
          patch(request.key(), request.body());
          var there = claims.get(request.key());
          if (there == null) {
            return "not found";
          }
          claim = there;
        }
      }
    }
  }

  private ResourceClaim made(ResourceClaim wanted) {
    return copy(wanted)
        .edit()
        .editMetadata()
        .withUid("uid-" + wanted.getMetadata().getName() + "-" + version)
        .endMetadata()
        .build();
  }

  /** The garbage collector: claims that were made for pods that are gone go, too. */
  void collect(Set<String> uids) {
    for (var claim : all()) {
      var owners = claim.getMetadata().getOwnerReferences();
      if (!owners.isEmpty() && !uids.contains(owners.getFirst().getUid())) {
        drop(ObjectKey.of(claim));
      }
    }
  }

  /** The claim controller: what pods had reserved that are gone is free again. */
  void release(Set<String> uids) {
    for (var claim : all()) {
      var changed = copy(claim);
      var status = changed.getStatus();
      if (status != null
          && status
              .getReservedFor()
              .removeIf(
                  user -> "pods".equals(user.getResource()) && !uids.contains(user.getUid()))) {
        if (status.getReservedFor().isEmpty()) {
          status.setAllocation(null);
        }
        store(changed);
      }
    }
  }

  /** What a claim has, as {@code request=pool/device}. */
  List<String> devicesOf(String claim) {
    return results(named(claim)).stream()
        .map(each -> each.getRequest() + "=" + each.getPool() + "/" + each.getDevice())
        .toList();
  }
}
