package dev.nauarch.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns typed models into JSON and back, the one way for clients, controllers and the agent.
 * Unknown fields are kept by the models that can, and ignored by the others. So are {@code
 * managedFields}, which are the server's own: they are half of many objects, and an update that
 * lacks them leaves them as they are.
 */
public final class ModelCodec {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .addMixIn(ObjectMeta.class, WithoutManagedFields.class)
          .addMixIn(PartialObjectMetadata.class, MetadataAlone.class)
          .addModule(new SimpleModule().addDeserializer(IntOrString.class, new EitherReader()))
          .build();

  /** Sorted properties, so that equal models have equal text. */
  private static final JsonMapper CANONICAL =
      MAPPER
          .rebuild()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private static final Sharing SHARING = new Sharing();
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  /** Leaves out of a pod what only its node needs. */
  private static final JsonMapper OUTLINE =
      MAPPER
          .rebuild()
          .addMixIn(PodSpec.class, PodOutline.class)
          .addMixIn(Container.class, ContainerOutline.class)
          .addMixIn(Volume.class, VolumeOutline.class)
          .addModule(new SimpleModule().addDeserializer(String.class, SHARING.new Texts()))
          .build();

  private static final OutlineRules RULES =
      new OutlineRules()
          .add(ObjectMeta.class, WithoutManagedFields.class)
          .add(PodSpec.class, PodOutline.class)
          .add(Container.class, ContainerOutline.class)
          .add(Volume.class, VolumeOutline.class);

  private static final OutlineReading.Known KNOWN = new OutlineReading.Known();

  private ModelCodec() {}

  /** The model itself takes no whole number of a tree, which has 64 bits there. */
  private static final class EitherReader extends ValueDeserializer<IntOrString> {
    @Override
    public IntOrString deserialize(JsonParser parser, DeserializationContext context) {
      return parser.currentToken().isNumeric()
          ? new IntOrString(parser.getIntValue())
          : new IntOrString(parser.getString());
    }
  }

  @JsonIgnoreProperties("managedFields")
  private interface WithoutManagedFields {}

  @JsonIncludeProperties({"apiVersion", "kind", "metadata"})
  private interface MetadataAlone {}

  @JsonIgnoreProperties({
    "dnsConfig",
    "ephemeralContainers",
    "hostAliases",
    "imagePullSecrets",
    "securityContext"
  })
  private interface PodOutline {}

  @JsonIgnoreProperties({
    "args",
    "command",
    "env",
    "envFrom",
    "lifecycle",
    "livenessProbe",
    "readinessProbe",
    "securityContext",
    "startupProbe",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "volumeDevices",
    "volumeMounts",
    "workingDir"
  })
  private interface ContainerOutline {}

  @JsonIncludeProperties({
    "name",
    "persistentVolumeClaim",
    "ephemeral",
    "awsElasticBlockStore",
    "azureDisk",
    "cinder",
    "gcePersistentDisk",
    "iscsi",
    "portworxVolume",
    "rbd"
  })
  private interface VolumeOutline {}

  /**
   * Reads the model of an object of a kind, as a client wants to see it.
   *
   * @throws IllegalArgumentException the bytes are not JSON of this model
   */
  public static <T extends HasMetadata> T decode(byte[] json, Resource<T> resource) {
    return resource.isOutline()
        ? outline(json, resource.type(), null)
        : decode(withoutManagedFields(json), resource.type());
  }

  /**
   * A model and the JSON that it was read from.
   *
   * @param json must not be changed
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Earlier<T>(byte[] json, T model) {}

  /**
   * The same where a model of an earlier form of the object is at hand: what has not changed is
   * that one's. Of anything but outlines, which nobody changes, the whole is read.
   *
   * @throws IllegalArgumentException the bytes are not JSON of this model
   */
  public static <T extends HasMetadata> T decode(
      byte[] json, Resource<T> resource, Earlier<T> earlier) {
    return resource.isOutline() ? outline(json, resource.type(), earlier) : decode(json, resource);
  }

  private static <T extends HasMetadata> T outline(
      byte[] json, Class<T> type, @Nullable Earlier<T> earlier) {
    var reading = new OutlineReading(RULES, KNOWN, json, type, earlier);
    var model = SHARING.compact(decode(OUTLINE, reading.rest(), type));
    reading.complete(model);
    return model;
  }

  /** The parser would make a text of each of their names, only to ignore it. */
  private static byte[] withoutManagedFields(byte[] json) {
    var metadata = JsonBytes.member(json, 0, "metadata");
    var fields = metadata < 0 ? metadata : JsonBytes.member(json, metadata, "managedFields");
    if (fields < 0) {
      return json;
    }
    return JsonBytes.replaced(json, fields, JsonBytes.end(json, fields), NULL);
  }

  /**
   * Reads the model of an object of a kind, as a client wants to see it, from a tree.
   *
   * @throws IllegalArgumentException the tree does not have the form of this model
   */
  public static <T extends HasMetadata> T decode(JsonNode json, Resource<T> resource) {
    return resource.isOutline()
        ? SHARING.compact(decode(OUTLINE, json, resource.type()))
        : decode(json, resource.type());
  }

  /**
   * Reads a model.
   *
   * @throws IllegalArgumentException the bytes are not JSON of this model
   */
  public static <T> T decode(byte[] json, Class<T> type) {
    return decode(MAPPER, json, type);
  }

  private static <T> T decode(JsonMapper mapper, byte[] json, Class<T> type) {
    try {
      return mapper.readValue(json, type);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "not a " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads the metadata of an object, and nothing behind it: that is most of it.
   *
   * @param json an object whose metadata stands before its content
   * @throws IllegalArgumentException the bytes don't begin with an object and its metadata
   */
  public static ObjectMeta metadata(byte[] json) {
    try (var parser = MAPPER.createParser(json)) {
      parser.nextToken();
      for (var name = parser.nextName(); name != null; name = parser.nextName()) {
        parser.nextToken();
        if (name.equals("metadata")) {
          return parser.readValueAs(ObjectMeta.class);
        }
        parser.skipChildren();
      }
    } catch (JacksonException e) {
      throw new IllegalArgumentException("no metadata: " + e.getOriginalMessage(), e);
    }
    throw new IllegalArgumentException("no metadata");
  }

  /**
   * Reads a model from a tree.
   *
   * @throws IllegalArgumentException the tree does not have the form of this model
   */
  public static <T> T decode(JsonNode json, Class<T> type) {
    return decode(MAPPER, json, type);
  }

  private static <T> T decode(JsonMapper mapper, JsonNode json, Class<T> type) {
    try {
      return mapper.treeToValue(json, type);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "not a " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads any JSON object.
   *
   * @throws IllegalArgumentException the bytes are not a JSON object
   */
  public static ObjectNode tree(byte[] json) {
    return decode(json, ObjectNode.class);
  }

  /** A model as a tree. */
  public static ObjectNode tree(Object model) {
    return MAPPER.valueToTree(model);
  }

  /** A model as maps, sorted by key, and lists of plain values. */
  public static Map<String, Object> map(Object model) {
    return CANONICAL.readValue(canonical(model), new TypeReference<Map<String, Object>>() {});
  }

  /** A copy of a model, as the same type or as another one whose fields have the same names. */
  public static <T> T copy(Object model, Class<T> type) {
    return decode(tree(model), type);
  }

  /** An empty tree to fill. */
  public static ObjectNode emptyTree() {
    return MAPPER.createObjectNode();
  }

  /** A model as JSON. */
  public static byte[] encode(Object model) {
    return MAPPER.writeValueAsBytes(model);
  }

  /** A model as JSON text that is equal for equal models. */
  public static String canonical(Object model) {
    return CANONICAL.writeValueAsString(model);
  }
}
