package dev.nauarch.apiserver.object;

import dev.nauarch.api.ModelCodec.Earlier;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One object at one revision, immutable. What is read from its bytes is read when first asked for
 * and then shared by everyone who looks at the object. A tree is shared for as long as somebody
 * looks at it: it takes seven times the memory of the bytes.
 */
public final class StoredObject {

  private final String key;
  private final byte[] stored;
  private final long revision;
  private volatile @Nullable Map<String, String> labels;
  private volatile @Nullable WeakReference<ObjectNode> tree;
  private volatile @Nullable Typed typed;
  private volatile @Nullable WeakReference<Shared> shared;
  private volatile @Nullable Former former;

  /** An earlier form of the object, of which there was a model, until this one has its own. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Former(byte[] stored, Typed typed) {}

  /** A model, as long as somebody holds it. */
  private static final class Typed extends WeakReference<Object> {
    private final Object view;

    Typed(Object view, Object model) {
      super(model);
      this.view = view;
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Shared(Object key, byte[] bytes) {}

  /**
   * @param key the key's part after the resource: {@code NAMESPACE/NAME} or {@code NAME}
   * @param stored the bytes of the store; shared
   * @param revision the resourceVersion
   */
  public StoredObject(String key, byte[] stored, long revision) {
    this.key = key;
    this.stored = stored;
    this.revision = revision;
  }

  /** The key's part after the resource. */
  public String key() {
    return key;
  }

  /** The resourceVersion. */
  public long revision() {
    return revision;
  }

  /** Its name. */
  public String name() {
    return key.substring(key.indexOf('/') + 1);
  }

  /** Its namespace; empty for a cluster-scoped object. */
  public String namespace() {
    var slash = key.indexOf('/');
    return slash < 0 ? "" : key.substring(0, slash);
  }

  /** The bytes as they are stored. */
  public byte[] stored() {
    return stored;
  }

  /** The bytes as a reader of this apiVersion sees them. */
  public byte[] served(String apiVersion) {
    return StoredForm.serve(stored, apiVersion, revision);
  }

  /** How many bytes {@link #served} gives; only of what was stored once. */
  public int servedBytes(String apiVersion) {
    return StoredForm.servedBytes(stored, apiVersion, revision);
  }

  /**
   * Puts what {@link #served} gives at a place of an array; only of what was stored once.
   *
   * @return where it ends
   */
  public int serve(String apiVersion, byte[] target, int start) {
    return StoredForm.serve(stored, apiVersion, revision, target, start);
  }

  /** The same object as it was when a later revision removed it. */
  public StoredObject at(long laterRevision) {
    return new StoredObject(key, stored, laterRevision);
  }

  /** Its labels. */
  public Map<String, String> labels() {
    var known = labels;
    if (known == null) {
      known = labelsOf(tree());
      labels = known;
    }
    return known;
  }

  /** The object as a tree, with resourceVersion; shared, must not be changed. */
  public ObjectNode tree() {
    var reference = tree;
    var known = reference == null ? null : reference.get();
    if (known == null) {
      known = StoredForm.tree(stored, revision);
      tree = new WeakReference<>(known);
    }
    return known;
  }

  /** The text of the scalar at a path of fields; empty where there is none. */
  public Optional<String> scalar(List<String> path) {
    return Json.scalarAt(stored, path);
  }

  /** Some of its fields. */
  public ObjectNode part(ObjectPart part) {
    return part.read(stored);
  }

  /** Says what the object was before: a model of that makes a model of this one cheap. */
  public void follows(StoredObject earlier) {
    var reference = earlier.typed;
    if (reference != null && reference.get() != null) {
      former = new Former(earlier.stored, reference);
    }
  }

  /**
   * The object as a typed model, made when first asked for and shared with everyone who asks while
   * somebody holds it. Of different views, the last is kept.
   *
   * @param view what the model depends on beside the object
   * @param decoder makes it, with the help of the model of an earlier form where there is one
   */
  public <T> T typed(Object view, Class<T> type, Decoder<T> decoder) {
    var known = model(typed, view);
    if (known != null) {
      return type.cast(known);
    }
    var before = former;
    former = null;
    var earlier = before == null ? null : model(before.typed, view);
    var decoded =
        decoder.decode(
            this,
            before == null || earlier == null
                ? Optional.empty()
                : Optional.of(new Earlier<>(before.stored, type.cast(earlier))));
    typed = new Typed(view, decoded);
    return decoded;
  }

  private static @Nullable Object model(@Nullable Typed reference, Object view) {
    return reference != null && reference.view.equals(view) ? reference.get() : null;
  }

  /** Makes models. */
  @FunctionalInterface
  public interface Decoder<T> {

    /**
     * The model of an object.
     *
     * @param earlier the bytes and the model of what it was before
     */
    T decode(StoredObject object, Optional<Earlier<T>> earlier);
  }

  /**
   * Bytes that many readers ask for at about the same time, made when first asked for and forgotten
   * when nobody holds them. Of different ones, the last are kept.
   *
   * @param key what the bytes depend on beside the object
   */
  public byte[] shared(Object key, Supplier<byte[]> maker) {
    var reference = shared;
    var known = reference == null ? null : reference.get();
    if (known == null || !known.key.equals(key)) {
      known = new Shared(key, maker.get());
      shared = new WeakReference<>(known);
    }
    return known.bytes;
  }

  /** The labels of any object. */
  public static Map<String, String> labelsOf(JsonNode object) {
    var found = new LinkedHashMap<String, String>();
    for (var label : Json.child(Json.child(object, "metadata"), "labels").properties()) {
      found.put(label.getKey(), label.getValue().asString());
    }
    return found;
  }
}
