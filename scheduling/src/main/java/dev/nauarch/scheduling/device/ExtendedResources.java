package dev.nauarch.scheduling.device;

import dev.nauarch.api.DeviceClaims;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.ExtendedNeeds;
import dev.nauarch.scheduling.model.PodState;
import io.fabric8.kubernetes.api.model.ContainerExtendedResourceRequest;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Extended resources for which devices stand (KEP-5004): of which class they are, and the claims
 * that are made for pods which ask for them.
 *
 * <p>A claim is drafted when its pod is decided for a node, since it depends on the node what is
 * asked for, and is made before the pod is bound. A claim of a decision that came to nothing says
 * what is not true any more; it must go before the pod is decided anew.
 */
final class ExtendedResources {

  private static final String IMPLICIT = "deviceclass.resource.kubernetes.io/";
  private static final String INFIX = "-extended-resources-";
  private static final int BASE_MAX = 58;
  private static final int SUFFIX = 5;
  private static final int LAYOUTS_MAX = 512;

  /** Of classes that stand for one resource the newest counts, and of these the first by name. */
  private static final Comparator<DeviceClass> LAST_COUNTS =
      Comparator.<DeviceClass, String>comparing(one -> orEmpty(created(one)))
          .thenComparing(one -> one.getMetadata().getName(), Comparator.reverseOrder());

  private record Part(ExtendedNeeds needs, List<String> resources) {}

  private final Map<Part, ExtendedLayout> layouts = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, Draft> drafts = new HashMap<>();
  private final Map<String, ObjectKey> claimByPod = new HashMap<>();
  private final Map<String, ObjectKey> abandonedByPod = new HashMap<>();
  private TreeMap<String, String> classByResource = new TreeMap<>();

  /** A claim that is made for a pod, unless it is made already. */
  static final class Draft {
    private final ObjectKey key;
    private final ResourceClaim claim;
    private final ExtendedLayout layout;
    private boolean isWritten;

    private Draft(ResourceClaim claim, ExtendedLayout layout) {
      this.key = ObjectKey.of(claim);
      this.claim = claim;
      this.layout = layout;
    }

    ObjectKey key() {
      return key;
    }

    ResourceClaim claim() {
      return claim;
    }

    ExtendedLayout layout() {
      return layout;
    }

    List<ContainerExtendedResourceRequest> mappings() {
      return layout.mappings();
    }

    /** Whether the claim is there and its pod says so. */
    boolean isWritten() {
      return isWritten;
    }
  }

  /**
   * The classes are others now.
   *
   * @return whether they stand for other resources than before
   */
  boolean put(Collection<DeviceClass> classes) {
    var found = new TreeMap<String, String>();
    for (var one : classes.stream().sorted(LAST_COUNTS).toList()) {
      var name = one.getMetadata().getName();
      found.put(IMPLICIT + name, name);
      var explicit = one.getSpec() == null ? null : one.getSpec().getExtendedResourceName();
      if (explicit != null && !explicit.isEmpty()) {
        found.put(explicit, name);
      }
    }
    if (found.equals(classByResource)) {
      return false;
    }
    classByResource = found;
    layouts.clear();
    return true;
  }

  private static @Nullable String created(DeviceClass one) {
    return one.getMetadata().getCreationTimestamp();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** What a pod asks for of such resources. */
  ExtendedDemand demand(PodState pod) {
    var noted = pod.devices().extended().isNoted();
    var requests = pod.shape().requests();
    if (requests.extended().isEmpty() && !noted) {
      return ExtendedDemand.NONE;
    }
    var names = new ArrayList<String>();
    for (var name : requests.extended().keySet()) {
      if (classByResource.containsKey(name)) {
        names.add(name);
      }
    }
    var uid = pod.uid();
    var isStale =
        !drafts.containsKey(uid)
            && (noted || claimByPod.containsKey(uid) || abandonedByPod.containsKey(uid));
    if (names.isEmpty() && !isStale) {
      return ExtendedDemand.NONE;
    }
    var needs = needs(pod);
    return new ExtendedDemand(
        List.copyOf(names), requests, isStale, some -> layout(needs, some).plan());
  }

  private static ExtendedNeeds needs(PodState pod) {
    var stated = pod.devices().extended();
    return stated.asks().isEmpty()
        ? ExtendedNeeds.of(pod.shape().requests())
        : new ExtendedNeeds(stated.asks(), false);
  }

  private ExtendedLayout layout(ExtendedNeeds needs, List<String> resources) {
    var part = new Part(needs, resources);
    var known = layouts.get(part);
    if (known == null) {
      if (layouts.size() >= LAYOUTS_MAX) {
        layouts.remove(layouts.keySet().iterator().next());
      }
      var classes = new TreeMap<>(classByResource);
      classes.keySet().retainAll(resources);
      known = ExtendedLayout.of(needs, classes);
      layouts.put(part, known);
    }
    return known;
  }

  /**
   * Drafts the claim of a pod for some of its resources.
   *
   * @param isTaken whether there is a claim of this name
   */
  Draft draft(PodState pod, List<String> resources, Predicate<ObjectKey> isTaken) {
    var layout = layout(needs(pod), resources);
    var attempt = 0;
    var key = key(pod, attempt);
    while (isTaken.test(key)) {
      key = key(pod, ++attempt);
    }
    var draft = new Draft(claim(pod, key, layout), layout);
    drafts.put(pod.uid(), draft);
    return draft;
  }

  private static ObjectKey key(PodState pod, int attempt) {
    var seed = (pod.uid() + "/" + attempt).getBytes(StandardCharsets.UTF_8);
    var hash = UUID.nameUUIDFromBytes(seed).getMostSignificantBits();
    var digits = "0".repeat(SUFFIX) + Long.toUnsignedString(hash, Character.MAX_RADIX);
    return new ObjectKey(
        pod.key().namespace(), base(pod) + digits.substring(digits.length() - SUFFIX));
  }

  private static String base(PodState pod) {
    var name = pod.key().name();
    return name.substring(0, Math.min(name.length(), BASE_MAX - INFIX.length())) + INFIX;
  }

  private static ResourceClaim claim(PodState pod, ObjectKey key, ExtendedLayout layout) {
    return new ResourceClaimBuilder()
        .withNewMetadata()
        .withNamespace(key.namespace())
        .withName(key.name())
        .withGenerateName(base(pod))
        .addToAnnotations(DeviceClaims.EXTENDED, "true")
        .addNewOwnerReference()
        .withApiVersion("v1")
        .withKind("Pod")
        .withName(pod.key().name())
        .withUid(pod.uid())
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .withSpec(layout.spec())
        .build();
  }

  /** The claim that is drafted for a pod. */
  Optional<Draft> draftOf(String podUid) {
    return drafts.isEmpty() ? Optional.empty() : Optional.ofNullable(drafts.get(podUid));
  }

  /** The claim of a pod is there, and the pod says so. */
  void written(String podUid, List<ObjectKey> keys) {
    draftOf(podUid)
        .filter(draft -> keys.contains(draft.key))
        .ifPresent(draft -> draft.isWritten = true);
  }

  /**
   * Forgets the draft of a pod.
   *
   * @param isUnderWay whether the claim may still be made
   */
  Optional<Draft> end(String podUid, Predicate<ObjectKey> isUnderWay) {
    var draft = Optional.ofNullable(drafts.remove(podUid));
    draft.map(Draft::key).filter(isUnderWay).ifPresent(key -> abandonedByPod.put(podUid, key));
    return draft;
  }

  /** A claim is not being written any more. */
  void settled(String podUid, ObjectKey key) {
    abandonedByPod.remove(podUid, key);
  }

  /** A claim is there. */
  void put(ResourceClaim claim) {
    owner(claim).ifPresent(uid -> claimByPod.put(uid, ObjectKey.of(claim)));
  }

  /**
   * A claim is gone.
   *
   * @return whether its pod may have waited for that
   */
  boolean remove(ResourceClaim claim) {
    return owner(claim).filter(uid -> claimByPod.remove(uid, ObjectKey.of(claim))).isPresent();
  }

  /** The claim that was made for a pod. */
  Optional<ObjectKey> claimOf(String podUid) {
    return Optional.ofNullable(claimByPod.get(podUid));
  }

  private static Optional<String> owner(ResourceClaim claim) {
    var annotations = claim.getMetadata().getAnnotations();
    return annotations == null || !"true".equals(annotations.get(DeviceClaims.EXTENDED))
        ? Optional.empty()
        : claim.getMetadata().getOwnerReferences().stream()
            .filter(each -> Boolean.TRUE.equals(each.getController()))
            .filter(each -> "Pod".equals(each.getKind()))
            .map(OwnerReference::getUid)
            .findFirst();
  }
}
