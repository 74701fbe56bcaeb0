package dev.nauarch.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
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

  /**
   * Reads a model.
   *
   * @throws IllegalArgumentException the bytes are not JSON of this model
   */
  public static <T> T decode(byte[] json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "not a " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads a model from a tree.
   *
   * @throws IllegalArgumentException the tree does not have the form of this model
   */
  public static <T> T decode(JsonNode json, Class<T> type) {
    try {
      return MAPPER.treeToValue(json, type);
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

  /** A copy that shares nothing with its model. */
  public static <T> T copy(T model, Class<T> type) {
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
