package dev.nauarch.reconcile.history;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Names;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The templates that an owner has had, each a ControllerRevision with a number, and which of them
 * it wants now. A template that comes back is the same revision again, with the highest number.
 */
public final class History {

  /** The label of revisions of StatefulSets that holds their hash. */
  public static final String HASH = "controller.kubernetes.io/hash";

  /**
   * The label of pods that tells their revision: a StatefulSet's by name, a DaemonSet's by hash.
   */
  public static final String REVISION_OF_POD = "controller-revision-hash";

  // Leaves room for a hash in a name of 253 characters.
  private static final int PREFIX_MAX = 223;

  private static final Comparator<ControllerRevision> BY_AGE =
      Comparator.comparingLong(History::number)
          .thenComparing(each -> String.valueOf(each.getMetadata().getCreationTimestamp()))
          .thenComparing(each -> each.getMetadata().getName());

  private enum Step {
    NONE,
    CREATE,
    RENUMBER
  }

  /**
   * An owner of revisions.
   *
   * @param object the owner
   * @param template the template that it wants
   * @param hashLabel the label of revisions that holds their hash
   * @param collisions how often another revision had the name of a new one
   */
  public record Subject(
      HasMetadata object, PodTemplateSpec template, String hashLabel, int collisions) {}

  private final Subject subject;
  private final List<ControllerRevision> oldestFirst;
  private final List<ControllerRevision> same;
  private final ControllerRevision wanted;
  private final int collisions;
  private final Step step;

  private History(
      Subject subject,
      List<ControllerRevision> oldestFirst,
      List<ControllerRevision> same,
      ControllerRevision wanted,
      int collisions,
      Step step) {
    this.subject = subject;
    this.oldestFirst = oldestFirst;
    this.same = same;
    this.wanted = wanted;
    this.collisions = collisions;
    this.step = step;
  }

  /**
   * Finds the revision of the wanted template, or decides on a new one.
   *
   * @param owned the owner's revisions
   */
  public static History of(Subject subject, List<ControllerRevision> owned, Snapshot world) {
    var oldestFirst = owned.stream().sorted(BY_AGE).toList();
    var text = SavedTemplate.text(subject.template());
    var same = oldestFirst.stream().filter(each -> holds(each, text)).toList();
    var next = oldestFirst.isEmpty() ? 1 : number(oldestFirst.getLast()) + 1;
    if (same.isEmpty()) {
      return withNew(subject, oldestFirst, text, next, world);
    }
    var found = same.getLast();
    if (number(found) == next - 1) {
      return new History(subject, oldestFirst, same, found, subject.collisions(), Step.NONE);
    }
    var renumbered = found.edit().withRevision(next).build();
    return new History(subject, oldestFirst, same, renumbered, subject.collisions(), Step.RENUMBER);
  }

  private static History withNew(
      Subject subject,
      List<ControllerRevision> oldestFirst,
      String text,
      long number,
      Snapshot world) {
    for (int collisions = subject.collisions(); ; collisions++) {
      var created = revision(subject, text, collisions, number);
      var taken = world.get(Resources.CONTROLLER_REVISIONS, ObjectKey.of(created));
      if (taken.isEmpty()) {
        return new History(subject, oldestFirst, List.of(), created, collisions, Step.CREATE);
      }
      if (holds(taken.get(), text)) {
        // Of an owner of the same name that is gone; it serves until it goes too.
        return new History(subject, oldestFirst, List.of(), taken.get(), collisions, Step.NONE);
      }
    }
  }

  private static ControllerRevision revision(
      Subject subject, String text, int collisions, long number) {
    var hash = Names.fingerprint(collisions == 0 ? text : text + collisions);
    var owner = subject.object().getMetadata();
    var prefix =
        owner.getName().length() > PREFIX_MAX
            ? owner.getName().substring(0, PREFIX_MAX)
            : owner.getName();
    var metadata = subject.template().getMetadata();
    return new ControllerRevisionBuilder()
        .withNewMetadata()
        .withNamespace(owner.getNamespace())
        .withName(prefix + "-" + hash)
        .withLabels(metadata == null ? null : metadata.getLabels())
        .addToLabels(subject.hashLabel(), hash)
        .withAnnotations(owner.getAnnotations())
        .withOwnerReferences(Owners.controller(subject.object()))
        .endMetadata()
        .withData(SavedTemplate.of(subject.template()))
        .withRevision(number)
        .build();
  }

  private static boolean holds(ControllerRevision revision, String text) {
    return SavedTemplate.in(revision).map(SavedTemplate::text).filter(text::equals).isPresent();
  }

  private static long number(ControllerRevision revision) {
    return revision.getRevision() == null ? 0 : revision.getRevision();
  }

  /** The revision of the wanted template, which may be still to be made. */
  public ControllerRevision wanted() {
    return wanted;
  }

  /** How often another revision had the name of a new one, this time included. */
  public int collisions() {
    return collisions;
  }

  /** Writes what is new about the wanted revision. */
  public void write(PlanDraft draft) {
    switch (step) {
      case CREATE -> draft.create(Resources.CONTROLLER_REVISIONS, wanted);
      case RENUMBER -> draft.update(Resources.CONTROLLER_REVISIONS, wanted);
      case NONE -> {}
    }
  }

  /** A revision by its name. */
  public Optional<ControllerRevision> named(String name) {
    return oldestFirst.stream()
        .filter(each -> each.getMetadata().getName().equals(name))
        .findFirst();
  }

  /** The template of a revision; the wanted one where a revision does not hold any. */
  public PodTemplateSpec template(ControllerRevision revision) {
    return isWanted(revision)
        ? subject.template()
        : SavedTemplate.in(revision).orElse(subject.template());
  }

  private boolean isWanted(ControllerRevision revision) {
    return revision.getMetadata().getName().equals(wanted.getMetadata().getName());
  }

  /** The hash in the label of a revision; its name where somebody took the label off. */
  public String hash(ControllerRevision revision) {
    var labels = revision.getMetadata().getLabels();
    var hash = labels == null ? null : labels.get(subject.hashLabel());
    return hash == null ? revision.getMetadata().getName() : hash;
  }

  /** Whether a hash is that of a revision of the wanted template. */
  public boolean isHashOfWanted(String hash) {
    return hash.equals(hash(wanted)) || same.stream().anyMatch(each -> hash.equals(hash(each)));
  }

  /** The revisions of other templates, oldest first. */
  public List<ControllerRevision> others() {
    return oldestFirst.stream().filter(each -> !isWanted(each) && !same.contains(each)).toList();
  }

  /**
   * Deletes the oldest revisions that nothing needs.
   *
   * @param isLive which are still needed
   * @param kept how many others are kept; a negative number keeps all
   */
  public void prune(PlanDraft draft, Predicate<ControllerRevision> isLive, int kept) {
    if (kept < 0) {
      return;
    }
    var expendable = others().stream().filter(isLive.negate()).toList();
    expendable.stream()
        .limit(Math.max(0, expendable.size() - kept))
        .forEach(each -> draft.delete(Resources.CONTROLLER_REVISIONS, each));
  }
}
