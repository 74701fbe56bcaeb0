package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.ClaimState;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.VolumeNeeds;
import dev.nauarch.scheduling.translate.VolumeTranslation;
import dev.nauarch.scheduling.volume.VolumeCommand;
import dev.nauarch.scheduling.volume.VolumeEvent;
import dev.nauarch.scheduling.volume.VolumeWrite;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The storage of a gang's cluster: volumes that are there, at one node or in one rack or anywhere,
 * others that are made when they are wanted, and what controllers do for the claims of pods. A node
 * can have few of them.
 */
final class GangVolumes {

  /** How many volumes a node can have. */
  static final int LIMIT = 2;

  private final VolumeScenario store = new VolumeScenario();
  private final List<String> standing = new ArrayList<>();
  private final Consumer<VolumeEvent> inbox;
  private int names;

  GangVolumes(Consumer<VolumeEvent> inbox) {
    this.inbox = inbox;
  }

  /** From now on there are classes, and nodes have limits. */
  void begin(Collection<String> nodes) {
    standing.add("class static by=kubernetes.io/no-provisioner");
    standing.add("class made by=csi");
    nodes.forEach(node -> standing.add("drivers " + node + " csi=" + LIMIT));
    standing.forEach(this::tell);
  }

  /** A claim or a volume, as {@link VolumeScenario} writes it. */
  void tell(String text) {
    inbox.accept(store.seen(Texts.words(text)));
  }

  /** All that exists. */
  void tellAll() {
    standing.forEach(this::tell);
    store.claims().forEach(claim -> inbox.accept(VolumeTranslation.of(claim)));
    store.volumes().forEach(volume -> inbox.accept(VolumeTranslation.of(volume)));
  }

  /** A claim, unless it is there, that has its volume from the beginning. */
  void createBound(String claim, String mode, String where) {
    if (isThere(claim)) {
      return;
    }
    var volume = "pv" + names++;
    tell("claim %s class=static mode=%s volume=%s uid=%s".formatted(claim, mode, volume, uid()));
    tell(
        "volume %s class=static mode=%s csi=%1$s for=%s uid=%s %s"
            .formatted(volume, mode, claim, claim(claim).getMetadata().getUid(), where));
  }

  /** A claim that gets its volume together with its pod's node, unless it is there. */
  void createOpen(String claim, String storageClass, String mode) {
    if (!isThere(claim)) {
      tell("claim %s class=%s mode=%s uid=%s".formatted(claim, storageClass, mode, uid()));
    }
  }

  private boolean isThere(String claim) {
    return store.find(new ObjectKey("default", claim)).isPresent();
  }

  /** A volume that anybody may have. */
  void createFree(String where) {
    tell("volume pv%d class=static csi=pv%1$d %s".formatted(names++, where));
  }

  private String uid() {
    return "claim-" + names++;
  }

  /** What a claim had is gone with it. */
  void delete(ObjectKey claim) {
    inbox.accept(store.gone(List.of("claim-gone", claim.name())));
  }

  /** Names of claims that nobody uses. */
  List<ObjectKey> unused(Collection<PodState> pods) {
    var used = new TreeSet<ObjectKey>();
    pods.forEach(pod -> uses(pod).forEach(use -> used.add(use.claim())));
    return store.claims().stream().map(ObjectKey::of).filter(key -> !used.contains(key)).toList();
  }

  /** What the scheduler wants written is written, if it can be. */
  void write(VolumeCommand wanted, boolean fails, Supplier<String> story) {
    var isThere = wanted.writes().stream().allMatch(store::isThere);
    if (fails || !isThere) {
      inbox.accept(
          new VolumeEvent.Written(
              wanted.pod(), wanted.uid(), wanted.writes(), List.of(), "no", fails));
      return;
    }
    var written = (VolumeEvent.Written) store.write(wanted);
    // A write that is under way when its claim goes may be done for nobody.
    assertTrue(
        written.failure().isEmpty() || wanted.writes().stream().noneMatch(this::isAnothers),
        () -> written.failure() + ":\n" + story.get());
    inbox.accept(written);
  }

  /** Whether a volume that is to be kept for a claim is kept for one that is there. */
  private boolean isAnothers(VolumeWrite write) {
    return write instanceof VolumeWrite.Keep keep
        && store.volumes().stream()
            .filter(volume -> volume.getMetadata().getName().equals(keep.volume()))
            .flatMap(volume -> Stream.ofNullable(volume.getSpec().getClaimRef()))
            .filter(ref -> !keep.uid().equals(ref.getUid()))
            .flatMap(ref -> store.claims().stream().filter(claim -> isMeant(ref, claim)))
            .findAny()
            .isPresent();
  }

  private static boolean isMeant(ObjectReference ref, PersistentVolumeClaim claim) {
    return claim.getMetadata().getUid().equals(ref.getUid());
  }

  /** The controllers do one thing; whether there was one to do. */
  boolean work(boolean fails) {
    for (var volume : store.volumes()) {
      var ref = volume.getSpec().getClaimRef();
      if (ref == null) {
        continue;
      }
      var claim = store.claims().stream().filter(one -> isMeant(ref, one)).findFirst();
      if (claim.isEmpty()) {
        inbox.accept(store.gone(List.of("volume-gone", volume.getMetadata().getName())));
        return true;
      }
      if (claim.get().getSpec().getVolumeName() == null) {
        bind(claim.get(), volume);
        return true;
      }
    }
    var selected = store.claims().stream().filter(GangVolumes::isToBeMade).findFirst();
    selected.ifPresent(claim -> make(claim, fails));
    return selected.isPresent();
  }

  private void bind(PersistentVolumeClaim claim, PersistentVolume volume) {
    tell(
        "claim %s class=%s mode=%s uid=%s volume=%s"
            .formatted(
                claim.getMetadata().getName(),
                claim.getSpec().getStorageClassName(),
                claim.getSpec().getAccessModes().getFirst(),
                claim.getMetadata().getUid(),
                volume.getMetadata().getName()));
  }

  private static boolean isToBeMade(PersistentVolumeClaim claim) {
    return claim.getSpec().getVolumeName() == null
        && !node(claim).isEmpty()
        && claim.getSpec().getStorageClassName().equals("made");
  }

  private static String node(PersistentVolumeClaim claim) {
    return state(claim).selectedNode();
  }

  private static ClaimState state(PersistentVolumeClaim claim) {
    return ((VolumeEvent.ClaimSeen) VolumeTranslation.of(claim)).claim();
  }

  /** A volume is made for the node, or somebody else has to choose another. */
  private void make(PersistentVolumeClaim claim, boolean fails) {
    var name = claim.getMetadata().getName();
    var mode = claim.getSpec().getAccessModes().getFirst();
    var uid = claim.getMetadata().getUid();
    if (fails) {
      tell("claim %s class=made mode=%s uid=%s".formatted(name, mode, uid));
    } else {
      tell(
          "volume pv%d class=made mode=%s csi=pv%1$d host=%s for=%s uid=%s"
              .formatted(names++, mode, node(claim), name, uid));
    }
  }

  private PersistentVolumeClaim claim(String name) {
    return store.find(new ObjectKey("default", name)).orElseThrow();
  }

  private static List<VolumeNeeds.Use> uses(PodState pod) {
    return pod.shape().volumes().claims();
  }

  /** The volume of a claim. */
  private Optional<PersistentVolume> volume(PersistentVolumeClaim claim) {
    var name = claim.getSpec().getVolumeName();
    return store.volumes().stream()
        .filter(volume -> volume.getMetadata().getName().equals(name))
        .findFirst();
  }

  private static String host(PersistentVolume volume) {
    var affinity = volume.getSpec().getNodeAffinity();
    return affinity == null
        ? ""
        : affinity
            .getRequired()
            .getNodeSelectorTerms()
            .getFirst()
            .getMatchExpressions()
            .getFirst()
            .getValues()
            .getFirst();
  }

  private static String rack(PersistentVolume volume) {
    var labels = volume.getMetadata().getLabels();
    return labels == null ? "" : labels.getOrDefault(GangCluster.ZONE, "");
  }

  /**
   * No volume is two claims', no node has more than it can, no pod runs without its volumes or
   * where they are not, and what is for one pod has one.
   */
  void check(Collection<PodState> pods, Map<String, String> rackByNode, String story) {
    var claimByVolume = new TreeMap<String, ObjectKey>();
    for (var claim : store.claims()) {
      var volume = claim.getSpec().getVolumeName();
      var other = volume == null ? null : claimByVolume.put(volume, ObjectKey.of(claim));
      assertEquals(null, other, () -> volume + " is two claims':\n" + story);
    }
    var volumesByNode = new TreeMap<String, TreeSet<String>>();
    var podByClaim = new TreeMap<ObjectKey, ObjectKey>();
    for (var pod : pods) {
      if (!pod.isBound() || !pod.holdsPlace()) {
        continue;
      }
      for (var use : uses(pod)) {
        var claim = store.find(use.claim());
        var volume = claim.flatMap(this::volume);
        assertTrue(volume.isPresent(), () -> pod.key() + " has no " + use + ":\n" + story);
        var host = host(volume.get());
        var rack = rack(volume.get());
        assertTrue(
            (host.isEmpty() || host.equals(pod.node()))
                && (rack.isEmpty() || rack.equals(rackByNode.get(pod.node()))),
            () -> pod.key() + " can't reach " + use + " on " + pod.node() + ":\n" + story);
        volumesByNode
            .computeIfAbsent(pod.node(), ignored -> new TreeSet<>())
            .add(volume.get().getMetadata().getName());
        if (state(claim.get()).isForOnePod()) {
          var other = podByClaim.put(use.claim(), pod.key());
          assertEquals(null, other, () -> use + " is for one pod:\n" + story);
        }
      }
    }
    volumesByNode.forEach(
        (node, volumes) ->
            assertTrue(volumes.size() <= LIMIT, () -> node + " has " + volumes + ":\n" + story));
  }

  /**
   * Whether a pod can have its volumes on a node whatever others that wait get.
   *
   * @param there the pods with a place on the node
   */
  boolean hasRoom(PodState pod, String node, Collection<PodState> there, int waiting) {
    var volumes = new TreeSet<String>();
    for (var other : there) {
      for (var use : uses(other)) {
        var volume = store.find(use.claim()).flatMap(this::volume);
        volumes.add(
            volume.map(one -> one.getMetadata().getName()).orElse("for " + use.claim().name()));
      }
    }
    var further = 0;
    for (var use : uses(pod)) {
      var claim = store.find(use.claim());
      if (claim.isEmpty() || !isMine(claim.get()) || !isFree(claim.get(), node, waiting)) {
        return false;
      }
      further++;
    }
    return volumes.size() + further <= LIMIT;
  }

  /** Whether no other pod can have to do with a claim. */
  private static boolean isMine(PersistentVolumeClaim claim) {
    return claim.getMetadata().getName().contains("-");
  }

  private boolean isFree(PersistentVolumeClaim claim, String node, int waiting) {
    var had = volume(claim);
    if (had.isPresent()) {
      return host(had.get()).isEmpty() && rack(had.get()).isEmpty();
    }
    if (!node(claim).isEmpty()) {
      return false;
    }
    if (claim.getSpec().getStorageClassName().equals("made")) {
      return true;
    }
    var isKept =
        store.volumes().stream()
            .map(volume -> volume.getSpec().getClaimRef())
            .anyMatch(ref -> ref != null && claim.getMetadata().getUid().equals(ref.getUid()));
    var free =
        store.volumes().stream()
            .filter(volume -> volume.getSpec().getClaimRef() == null)
            .filter(volume -> host(volume).equals(node))
            .count();
    return !isKept && free >= 2L * waiting;
  }
}
