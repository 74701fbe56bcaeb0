package dev.nauarch.apiserver.schema;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a write does to an object's form, in this order: {@link #conform}, {@link #fieldValidation},
 * {@link #fillDefaults}, and after admission {@link #validate}. Rules in CEL are not checked here.
 */
public final class ObjectForm {

  /** What a client wants to hear of fields that the server does not know. */
  public enum FieldValidation {
    /** Nothing. */
    IGNORE,
    /** A warning. */
    WARN,
    /** An error. */
    STRICT
  }

  private ObjectForm() {}

  /** Whether a kind is one that Kubernetes itself serves from a definition, and has no type for. */
  public static boolean isCustom(Kind kind) {
    return isCustom(kind.schema());
  }

  /** Whether a form is one that Kubernetes itself has no type for. */
  public static boolean isCustom(Schema schema) {
    return !schema.hasGoType();
  }

  /**
   * Gives an object the form of its kind, in place: drops unknown fields; where Kubernetes decodes
   * into Go types, does what that does (drops nulls and zeros that are no values, writes quantities
   * and times in their canonical form).
   *
   * @return what was dropped, for example {@code unknown field "spec.foo"}
   * @throws ApiException with the answer 400 when a value's type is one that Go can't decode
   */
  public static List<String> conform(ObjectNode object, Kind kind) {
    return conform(object, kind.schema(), kind.kind(), kind.version());
  }

  /**
   * As {@link #conform(ObjectNode, Kind)}, for what is sent and is no kind of the catalog.
   *
   * @param kind the name of what is expected
   * @param version its version, without the group
   */
  public static List<String> conform(
      ObjectNode object, Schema schema, String kind, String version) {
    try {
      var walk = new FormWalk();
      walk.conform(object, schema);
      return walk.unknownFields();
    } catch (FormWalk.MismatchException mismatch) {
      throw cannotBeHandled(kind, version, mismatch.getMessage());
    }
  }

  /**
   * Says what becomes of unknown and duplicate fields.
   *
   * @param mode what the client wants to hear
   * @param duplicateFields what the codec saw
   * @param unknownFields what {@link #conform} gave
   * @return warnings for the client
   * @throws ApiException with the answer 400 when there are any and the client is strict
   */
  public static List<String> fieldValidation(
      FieldValidation mode, List<String> duplicateFields, List<String> unknownFields, Kind kind) {
    if (mode == FieldValidation.IGNORE) {
      return List.of();
    }
    var problems = new ArrayList<>(duplicateFields);
    problems.addAll(unknownFields);
    if (mode == FieldValidation.STRICT && !problems.isEmpty()) {
      throw cannotBeHandled(
          kind.kind(), kind.version(), "strict decoding error: " + String.join(", ", problems));
    }
    return problems;
  }

  /** Fills in what an object leaves out, in place. */
  public static void fillDefaults(ObjectNode object, Kind kind) {
    if (kind.isDefined()) {
      fillDefaults(object, kind.schema());
      return;
    }
    ComputedDefaults.beforeStatic(object, kind);
    StaticDefaults.fillIn(object, kind.schema());
    ComputedDefaults.afterStatic(object, kind);
  }

  /** Fills in what a part of an object leaves out, by the part's own form, in place. */
  public static void fillDefaults(ObjectNode part, Schema form) {
    StaticDefaults.fillIn(part, form);
  }

  /**
   * What is wrong with an object by the schema of its kind.
   *
   * @param old the object that it replaces: of a custom resource, what did not change is not held
   *     against an update
   */
  public static List<FieldError> validate(ObjectNode object, Kind kind, Optional<ObjectNode> old) {
    var before = isCustom(kind) ? old.orElse(null) : null;
    return ValueCheck.check(object, kind.schema(), before);
  }

  /** What is wrong with a new object by the schema of its kind. */
  public static List<FieldError> validate(ObjectNode object, Kind kind) {
    return validate(object, kind, Optional.empty());
  }

  /**
   * What is wrong with an object in which values have types that nobody can go on with.
   *
   * @param old the object that it replaces
   */
  public static List<FieldError> wrongTypes(
      ObjectNode object, Kind kind, Optional<ObjectNode> old) {
    return ValueCheck.checkTypes(object, kind.schema(), old.orElse(null));
  }

  /** What is wrong with any value by a schema. */
  public static List<FieldError> validate(JsonNode value, Schema schema) {
    return ValueCheck.check(value, schema, null);
  }

  private static ApiException cannotBeHandled(String kind, String version, String why) {
    return ApiException.badRequest(
        kind + " in version \"" + version + "\" cannot be handled as a " + kind + ": " + why);
  }
}
