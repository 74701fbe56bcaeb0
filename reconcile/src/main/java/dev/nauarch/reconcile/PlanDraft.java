package dev.nauarch.reconcile;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Collects the commands of one plan. Used by one reconciliation and then thrown away. */
public final class PlanDraft {

  private final List<Command> commands = new ArrayList<>();
  private @Nullable Instant wakeAt;

  /** Wants any command. */
  public void add(Command command) {
    commands.add(command);
  }

  /** Wants an object made. */
  public <T extends HasMetadata> void create(Resource<T> resource, T object) {
    commands.add(new Command.Create<>(resource, object));
  }

  /** Wants an object replaced. */
  public <T extends HasMetadata> void update(Resource<T> resource, T object) {
    commands.add(new Command.Update<>(resource, object));
  }

  /** Wants a status replaced. */
  public <T extends HasMetadata> void updateStatus(Resource<T> resource, T object) {
    commands.add(new Command.UpdateStatus<>(resource, object));
  }

  /** Wants this very object gone, its dependents after it. */
  public <T extends HasMetadata> void delete(Resource<T> resource, T object) {
    delete(resource, object, "Background");
  }

  /** Wants this very object gone. */
  public <T extends HasMetadata> void delete(Resource<T> resource, T object, String propagation) {
    commands.add(
        new Command.Delete<>(
            resource,
            ObjectKey.of(object),
            object.getMetadata().getUid(),
            propagation,
            OptionalLong.empty()));
  }

  /** Wants fields of an object changed by a merge patch. */
  public <T extends HasMetadata> void patch(Resource<T> resource, T object, String body) {
    commands.add(new Command.MergePatch<>(resource, ObjectKey.of(object), "", body));
  }

  /** Wants a finalizer taken off an object that is still as it was seen. */
  public <T extends HasMetadata> void removeFinalizer(
      Resource<T> resource, T object, String finalizer) {
    patch(resource, object, MergePatches.withoutFinalizer(object, finalizer));
  }

  /** Tells whoever looks at an owner that what it wanted made was refused; else nothing. */
  public static Plan failedCreate(
      Optional<? extends HasMetadata> owner, Command refused, String note) {
    var draft = new PlanDraft();
    if (refused instanceof Command.Create<?>) {
      owner.ifPresent(each -> draft.warning(each, "FailedCreate", note));
    }
    return draft.plan();
  }

  /** Tells the user of something unremarkable. */
  public void normal(HasMetadata about, String reason, String note) {
    event(about, "Normal", reason, note);
  }

  /** Tells the user of something that may need attention. */
  public void warning(HasMetadata about, String reason, String note) {
    event(about, "Warning", reason, note);
  }

  private void event(HasMetadata about, String type, String reason, String note) {
    var metadata = about.getMetadata();
    var reference =
        new ObjectReferenceBuilder()
            .withApiVersion(about.getApiVersion())
            .withKind(about.getKind())
            .withNamespace(metadata.getNamespace())
            .withName(metadata.getName())
            .withUid(metadata.getUid())
            .withResourceVersion(metadata.getResourceVersion())
            .build();
    commands.add(new Command.Event(reference, type, reason, note));
  }

  /** Wants to be asked again at this instant, or at an earlier one that was asked for before. */
  public void wakeAt(Instant instant) {
    if (wakeAt == null || instant.isBefore(wakeAt)) {
      wakeAt = instant;
    }
  }

  /** Whether nothing is wanted so far. */
  public boolean isEmpty() {
    return commands.isEmpty();
  }

  /** The plan. */
  public Plan plan() {
    return new Plan(commands, Optional.ofNullable(wakeAt));
  }
}
