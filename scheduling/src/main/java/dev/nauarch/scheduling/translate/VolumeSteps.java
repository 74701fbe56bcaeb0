package dev.nauarch.scheduling.translate;

import static dev.nauarch.scheduling.translate.PodTranslation.orEmpty;
import static dev.nauarch.scheduling.translate.PodTranslation.sorted;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.scheduling.translate.ClaimSteps.Step;
import dev.nauarch.scheduling.volume.VolumeEvent;
import dev.nauarch.scheduling.volume.VolumeWrite;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How claims get the volumes that were chosen for them: a volume is kept for its claim, and the
 * controller of volumes binds them; or a node is noted on the claim, and somebody makes a volume.
 * Each step looks at the object as it is now.
 */
public final class VolumeSteps {

  /** Who takes steps until an object is as it is to be. */
  public interface Steps<R, X extends Exception> {

    /**
     * Changes one object.
     *
     * @param next the next step, by what the object is
     * @param last takes the object as it is when no step is left
     * @return what came of it
     */
    <T extends HasMetadata> R change(
        Resource<T> resource, ObjectKey key, Function<T, Step> next, Consumer<T> last) throws X;
  }

  private VolumeSteps() {}

  /**
   * Carries out what is to be written.
   *
   * @param facts takes the claim or volume as it is afterwards
   */
  public static <R, X extends Exception> R take(
      VolumeWrite write, Steps<R, X> steps, Consumer<VolumeEvent> facts) throws X {
    return switch (write) {
      case VolumeWrite.Keep keep ->
          steps.change(
              Resources.PERSISTENT_VOLUMES,
              new ObjectKey("", keep.volume()),
              volume -> next(keep, volume),
              volume -> facts.accept(VolumeTranslation.of(volume)));
      case VolumeWrite.Select select ->
          steps.change(
              Resources.PERSISTENT_VOLUME_CLAIMS,
              select.claim(),
              claim -> next(select, claim),
              claim -> facts.accept(VolumeTranslation.of(claim)));
    };
  }

  /**
   * The next step towards keeping a volume for a claim.
   *
   * @param now the volume as it is
   */
  public static Step next(VolumeWrite.Keep write, PersistentVolume now) {
    var name = now.getMetadata().getName();
    var ref = now.getSpec().getClaimRef();
    var isMeant =
        ref != null
            && write
                .claim()
                .equals(new ObjectKey(orEmpty(ref.getNamespace()), orEmpty(ref.getName())))
            && (orEmpty(ref.getUid()).isEmpty() || ref.getUid().equals(write.uid()));
    if (isMeant && !orEmpty(ref.getUid()).isEmpty()) {
      return new Step.Done();
    }
    if (ref != null && !isMeant) {
      return new Step.Overtaken("volume " + name + " got another claim in the meantime");
    }
    if (now.getMetadata().getDeletionTimestamp() != null) {
      return new Step.Overtaken("volume " + name + " got deleted in the meantime");
    }
    var wanted = new LinkedHashMap<String, Object>();
    wanted.put("apiVersion", "v1");
    wanted.put("kind", "PersistentVolumeClaim");
    wanted.put("namespace", write.claim().namespace());
    wanted.put("name", write.claim().name());
    wanted.put("uid", write.uid());
    var body = unchanged(now, ref == null ? Map.entry(VolumeTranslation.BOUND_HERE, "yes") : null);
    body.put("spec", Patches.in("claimRef", wanted));
    return new Step.Change(patch(Resources.PERSISTENT_VOLUMES, now, body));
  }

  /**
   * The next step towards having a volume made.
   *
   * @param now the claim as it is
   */
  public static Step next(VolumeWrite.Select write, PersistentVolumeClaim now) {
    var name = write.claim().toString();
    if (!write.uid().equals(now.getMetadata().getUid())) {
      return new Step.Overtaken("claim " + name + " got replaced in the meantime");
    }
    if (!orEmpty(now.getSpec().getVolumeName()).isEmpty()) {
      return new Step.Overtaken("claim " + name + " got a volume in the meantime");
    }
    var node =
        sorted(now.getMetadata().getAnnotations())
            .getOrDefault(VolumeTranslation.SELECTED_NODE, "");
    if (node.equals(write.node())) {
      return new Step.Done();
    }
    if (!node.isEmpty()) {
      return new Step.Overtaken("claim " + name + " got node " + node + " in the meantime");
    }
    if (now.getMetadata().getDeletionTimestamp() != null) {
      return new Step.Overtaken("claim " + name + " got deleted in the meantime");
    }
    return new Step.Change(
        patch(
            Resources.PERSISTENT_VOLUME_CLAIMS,
            now,
            unchanged(now, Map.entry(VolumeTranslation.SELECTED_NODE, write.node()))));
  }

  /** A patch that fits the very state that was seen, and sets an annotation. */
  private static Map<String, Object> unchanged(
      HasMetadata object, Map.@Nullable Entry<String, String> annotation) {
    var metadata = new LinkedHashMap<String, Object>();
    metadata.put("uid", object.getMetadata().getUid());
    metadata.put("resourceVersion", object.getMetadata().getResourceVersion());
    if (annotation != null) {
      metadata.put("annotations", Patches.one(annotation.getKey(), annotation.getValue()));
    }
    var body = new LinkedHashMap<String, Object>();
    body.put("metadata", metadata);
    return body;
  }

  private static ApiRequest.PatchObject patch(
      Resource<?> resource, HasMetadata object, Map<String, Object> body) {
    return new ApiRequest.PatchObject(
        resource, ObjectKey.of(object), "", ApiRequest.Form.MERGE, ModelCodec.canonical(body));
  }
}
