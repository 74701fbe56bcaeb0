package dev.nauarch.apiserver.codec;

import dev.nauarch.api.catalog.Schema;
import java.util.Map;

/** Definitions whose protobuf is not the protobuf of their JSON form. */
enum WellKnown {
  /** A string in a message of one field. */
  QUANTITY,
  /** A message of type, integer and string. */
  INT_OR_STRING,
  /** Seconds and nanoseconds; whole seconds in JSON. */
  TIME,
  /** Seconds and nanoseconds; microseconds in JSON. */
  MICRO_TIME,
  /** Nanoseconds in a message of one field. */
  DURATION,
  /** JSON, or an enveloped object, in a message of one field. */
  RAW,
  /** A list in a message of one field. */
  LIST,
  /** A schema or a truth value. */
  SCHEMA_OR_BOOL,
  /** A schema or a list of schemas. */
  SCHEMA_OR_LIST,
  /** A schema or a list of strings. */
  SCHEMA_OR_STRINGS,
  /** Every other definition. */
  NONE;

  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
  private static final String EXTENSIONS =
      "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";

  /** The form of a custom resource's schema in protobuf. */
  static final String JSON_SCHEMA = EXTENSIONS + "JSONSchemaProps";

  private static final Map<String, WellKnown> BY_DEFINITION =
      Map.ofEntries(
          Map.entry("io.k8s.apimachinery.pkg.api.resource.Quantity", QUANTITY),
          Map.entry("io.k8s.apimachinery.pkg.util.intstr.IntOrString", INT_OR_STRING),
          Map.entry("io.k8s.apimachinery.pkg.runtime.RawExtension", RAW),
          Map.entry(META + "Time", TIME),
          Map.entry(META + "MicroTime", MICRO_TIME),
          Map.entry(META + "Duration", DURATION),
          Map.entry(META + "FieldsV1", RAW),
          Map.entry(EXTENSIONS + "JSON", RAW),
          Map.entry(EXTENSIONS + "JSONSchemaPropsOrBool", SCHEMA_OR_BOOL),
          Map.entry(EXTENSIONS + "JSONSchemaPropsOrArray", SCHEMA_OR_LIST),
          Map.entry(EXTENSIONS + "JSONSchemaPropsOrStringArray", SCHEMA_OR_STRINGS),
          Map.entry("io.k8s.api.authentication.v1.ExtraValue", LIST),
          Map.entry("io.k8s.api.authorization.v1.ExtraValue", LIST),
          Map.entry("io.k8s.api.certificates.v1.ExtraValue", LIST));

  /** Which of these a schema is. */
  static WellKnown of(Schema schema) {
    return schema.definition().isEmpty()
        ? NONE
        : BY_DEFINITION.getOrDefault(schema.definition(), NONE);
  }
}
