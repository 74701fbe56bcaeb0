package dev.nauarch.api.catalog;

import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The form of one value: what it may hold, how lists and maps merge, what is filled in. Built-in
 * kinds and custom resources have the same form, and discovery, OpenAPI, validation, pruning,
 * patches and apply are all derived from it. Immutable; a property's schema may be the schema that
 * holds it (JSONSchemaProps is), so it is looked up when it is asked for.
 */
public final class Schema {

  /** JSON types; {@code ANY} takes every value. */
  public enum Type {
    OBJECT,
    ARRAY,
    STRING,
    INTEGER,
    NUMBER,
    BOOLEAN,
    /** An integer or a string. */
    INT_OR_STRING,
    ANY
  }

  /** {@code x-kubernetes-list-type}. */
  public enum ListType {
    ATOMIC,
    SET,
    MAP
  }

  /** {@code x-kubernetes-patch-strategy}, one or two of them. */
  public enum PatchStrategy {
    MERGE,
    REPLACE,
    RETAIN_KEYS
  }

  /**
   * A rule in CEL ({@code x-kubernetes-validations}).
   *
   * @param rule the expression
   * @param message what to say when it is false; empty for a generated one
   * @param messageExpression an expression that gives the message; empty for none
   * @param reason the name of a {@code FieldError.Type}'s reason; empty for invalid
   * @param fieldPath where the error points, relative; empty for the value itself
   * @param optionalOldSelf whether it runs without an old value too
   */
  public record Rule(
      String rule,
      String message,
      String messageExpression,
      String reason,
      String fieldPath,
      boolean optionalOldSelf) {}

  /**
   * That a field is kept and that nobody acts upon it yet.
   *
   * @param instead what happens instead, a clause such as {@code a pod with it does not start}
   * @param unless values that ask for nothing
   * @param only the values that nobody acts upon, where others work; empty for all
   * @param unlessAbove fields of enclosing objects, and values of theirs under which the field asks
   *     for nothing, for example {@code hostNetwork} and true
   */
  public record Inactive(
      String instead,
      List<JsonNode> unless,
      List<JsonNode> only,
      Map<String, JsonNode> unlessAbove) {}

  private static final List<String> GO_PACKAGES =
      List.of(
          "io.k8s.api.",
          "io.k8s.apimachinery.",
          "io.k8s.apiextensions-apiserver.",
          "io.k8s.kube-aggregator.");

  private final Builder parts;
  private final String shortName;
  private final boolean hasGoType;

  private Schema(Builder parts) {
    this.parts = parts;
    this.shortName = parts.definition.substring(parts.definition.lastIndexOf('.') + 1);
    this.hasGoType = GO_PACKAGES.stream().anyMatch(parts.definition::startsWith);
  }

  /** Starts a schema. */
  public static Builder builder(Type type) {
    return new Builder(type);
  }

  /** The JSON type. */
  public Type type() {
    return parts.type;
  }

  /** The name of its definition in OpenAPI ({@code io.k8s.api.core.v1.Pod}); empty inside one. */
  public String definition() {
    return parts.definition;
  }

  /** The last part of its definition's name, for example {@code PodSpec}; empty inside one. */
  public String shortName() {
    return shortName;
  }

  /**
   * Whether it is a definition that Kubernetes itself decodes into a Go type; custom resources have
   * none.
   */
  public boolean hasGoType() {
    return hasGoType;
  }

  /** What it is, for {@code kubectl explain}. */
  public String description() {
    return parts.description;
  }

  /** The OpenAPI format, for example {@code int32}, {@code date-time}; empty for none. */
  public String format() {
    return parts.format;
  }

  /** The names of its properties, in declaration order. */
  public Set<String> propertyNames() {
    return Collections.unmodifiableSet(parts.properties.keySet());
  }

  /** The schema of one property; empty where there is no such property. */
  public Optional<Schema> property(String name) {
    var property = parts.properties.get(name);
    return property == null ? Optional.empty() : Optional.of(property.get());
  }

  /** The protobuf field number of a property; 0 where it has none. */
  public int fieldNumber(String property) {
    return parts.fieldNumbers.getOrDefault(property, 0);
  }

  /**
   * Definitions whose properties stand in this object, but in protobuf in a message of their own,
   * by the number of that message's field. Their properties are among {@link #propertyNames} too.
   */
  public Map<Integer, Schema> inlined() {
    return parts.inlined;
  }

  /** The schema of a list's items. */
  public Optional<Schema> items() {
    return Optional.ofNullable(parts.items).map(Supplier::get);
  }

  /** The schema of a map's values; an object without one and without properties is free-form. */
  public Optional<Schema> additionalProperties() {
    return Optional.ofNullable(parts.additionalProperties).map(Supplier::get);
  }

  /** How a list merges in server-side apply. */
  public ListType listType() {
    return parts.listType;
  }

  /** The keys of a list of type map. */
  public List<String> listMapKeys() {
    return parts.listMapKeys;
  }

  /** Whether server-side apply takes the object or map as one value. */
  public boolean isAtomic() {
    return parts.atomic;
  }

  /** How a strategic merge patch treats it; empty for replacing. */
  public Set<PatchStrategy> patchStrategies() {
    return Collections.unmodifiableSet(parts.patchStrategies);
  }

  /** The merge key of a strategic merge patch; empty for none. */
  public String patchMergeKey() {
    return parts.patchMergeKey;
  }

  /** The properties that must be there. */
  public List<String> required() {
    return parts.required;
  }

  /** The value that is filled in where there is none. */
  public Optional<JsonNode> defaultValue() {
    return Optional.ofNullable(parts.defaultValue);
  }

  /** The values that are allowed; empty for all. */
  public List<JsonNode> enumeration() {
    return parts.enumeration;
  }

  /** Whether null is a value here. */
  public boolean isNullable() {
    return parts.nullable;
  }

  /** Whether unknown properties stay ({@code x-kubernetes-preserve-unknown-fields}). */
  public boolean preservesUnknownFields() {
    return parts.preserveUnknownFields;
  }

  /** Whether it is a whole object with apiVersion, kind and metadata. */
  public boolean isEmbeddedResource() {
    return parts.embeddedResource;
  }

  /** Rules in CEL. */
  public List<Rule> rules() {
    return parts.rules;
  }

  /**
   * The remaining keywords of JSON Schema as they stand in OpenAPI ({@code minimum}, {@code
   * maxLength}, {@code pattern}, {@code oneOf} …), by keyword.
   */
  public Map<String, JsonNode> keywords() {
    return Collections.unmodifiableMap(parts.keywords);
  }

  /** That nobody acts upon it yet; empty where somebody does. */
  public Optional<Inactive> inactive() {
    return Optional.ofNullable(parts.inactive);
  }

  /** A builder that starts from this schema. */
  public Builder toBuilder() {
    return new Builder(parts);
  }

  /**
   * Whether zero, false or the empty text is a value of this property, rather than how protobuf
   * writes that there is none.
   */
  public boolean keepsZero(String property) {
    return parts.keepsZero.contains(property);
  }

  /** Collects the parts of a schema; of use to the catalog and to custom resources only. */
  public static final class Builder {
    private final Type type;
    private String definition = "";
    private String description = "";
    private String format = "";
    private final Map<String, Supplier<Schema>> properties = new LinkedHashMap<>();
    private final Map<String, Integer> fieldNumbers = new LinkedHashMap<>();
    private final Set<String> keepsZero = new LinkedHashSet<>();
    private Map<Integer, Schema> inlined = Collections.emptyMap();
    private @Nullable Supplier<Schema> items;
    private @Nullable Supplier<Schema> additionalProperties;
    private ListType listType = ListType.ATOMIC;
    private List<String> listMapKeys = List.of();
    private boolean atomic;
    private final Set<PatchStrategy> patchStrategies = EnumSet.noneOf(PatchStrategy.class);
    private String patchMergeKey = "";
    private List<String> required = List.of();
    private @Nullable JsonNode defaultValue;
    private List<JsonNode> enumeration = List.of();
    private boolean nullable;
    private boolean preserveUnknownFields;
    private boolean embeddedResource;
    private List<Rule> rules = List.of();
    private @Nullable Inactive inactive;
    private final Map<String, JsonNode> keywords = new LinkedHashMap<>();

    private Builder(Type type) {
      this.type = type;
    }

    private Builder(Builder other) {
      this.type = other.type;
      this.definition = other.definition;
      this.description = other.description;
      this.format = other.format;
      this.properties.putAll(other.properties);
      this.fieldNumbers.putAll(other.fieldNumbers);
      this.keepsZero.addAll(other.keepsZero);
      this.inlined = other.inlined;
      this.items = other.items;
      this.additionalProperties = other.additionalProperties;
      this.listType = other.listType;
      this.listMapKeys = other.listMapKeys;
      this.atomic = other.atomic;
      this.patchStrategies.addAll(other.patchStrategies);
      this.patchMergeKey = other.patchMergeKey;
      this.required = other.required;
      this.defaultValue = other.defaultValue;
      this.enumeration = other.enumeration;
      this.nullable = other.nullable;
      this.preserveUnknownFields = other.preserveUnknownFields;
      this.embeddedResource = other.embeddedResource;
      this.rules = other.rules;
      this.inactive = other.inactive;
      this.keywords.putAll(other.keywords);
    }

    /** Names the definition. */
    public Builder definition(String name) {
      this.definition = name;
      return this;
    }

    /** Says what it is. */
    public Builder description(String text) {
      this.description = text;
      return this;
    }

    /** Sets the OpenAPI format. */
    public Builder format(String name) {
      this.format = name;
      return this;
    }

    /** Adds a property. */
    public Builder property(String name, Supplier<Schema> schema) {
      properties.put(name, schema);
      return this;
    }

    /** Sets a property's protobuf field number. */
    public Builder fieldNumber(String property, int number) {
      fieldNumbers.put(property, number);
      return this;
    }

    /** Says that zero is a value of a property; see {@link Schema#keepsZero}. */
    public Builder keepsZero(String property) {
      keepsZero.add(property);
      return this;
    }

    /** Puts the properties of a definition into this object; see {@link Schema#inlined}. */
    public Builder inline(int number, Schema definition) {
      var grown = new LinkedHashMap<>(inlined);
      grown.put(number, definition);
      inlined = Collections.unmodifiableMap(grown);
      for (var name : definition.propertyNames()) {
        properties.putIfAbsent(name, definition.parts.property(name));
      }
      return this;
    }

    private Supplier<Schema> property(String name) {
      return Objects.requireNonNull(properties.get(name), name);
    }

    /** Sets the schema of a list's items. */
    public Builder items(Supplier<Schema> schema) {
      this.items = schema;
      return this;
    }

    /** Sets the schema of a map's values. */
    public Builder additionalProperties(Supplier<Schema> schema) {
      this.additionalProperties = schema;
      return this;
    }

    /** Sets how a list merges. */
    public Builder listType(ListType how, List<String> mapKeys) {
      this.listType = how;
      this.listMapKeys = List.copyOf(mapKeys);
      return this;
    }

    /** Takes the object or map as one value in server-side apply. */
    public Builder atomic(boolean isAtomic) {
      this.atomic = isAtomic;
      return this;
    }

    /** Sets how a strategic merge patch treats it. */
    public Builder patch(Set<PatchStrategy> strategies, String mergeKey) {
      patchStrategies.addAll(strategies);
      this.patchMergeKey = mergeKey;
      return this;
    }

    /** Sets the properties that must be there. */
    public Builder required(List<String> names) {
      this.required = List.copyOf(names);
      return this;
    }

    /** Sets the value that is filled in. */
    public Builder defaultValue(JsonNode value) {
      this.defaultValue = value;
      return this;
    }

    /** Sets the values that are allowed. */
    public Builder enumeration(List<JsonNode> values) {
      this.enumeration = List.copyOf(values);
      return this;
    }

    /** Allows null. */
    public Builder nullable(boolean isNullable) {
      this.nullable = isNullable;
      return this;
    }

    /** Keeps unknown properties. */
    public Builder preserveUnknownFields(boolean keeps) {
      this.preserveUnknownFields = keeps;
      return this;
    }

    /** Says that it is a whole object. */
    public Builder embeddedResource(boolean isEmbedded) {
      this.embeddedResource = isEmbedded;
      return this;
    }

    /** Sets the rules in CEL. */
    public Builder rules(List<Rule> celRules) {
      this.rules = List.copyOf(celRules);
      return this;
    }

    /** Says that nobody acts upon it yet. */
    public Builder inactive(Inactive mark) {
      this.inactive = mark;
      return this;
    }

    /** Adds a keyword of JSON Schema. */
    public Builder keyword(String name, JsonNode value) {
      keywords.put(name, value);
      return this;
    }

    /** Makes the schema; the builder must not be used again. */
    public Schema build() {
      return new Schema(this);
    }
  }
}
