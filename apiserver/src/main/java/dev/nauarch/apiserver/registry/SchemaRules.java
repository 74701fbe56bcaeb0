package dev.nauarch.apiserver.registry;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Kind;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What a kind's schema says about an object. */
public interface SchemaRules {

  /** Fills in defaults, in place. */
  void applyDefaults(Kind kind, ObjectNode object);

  /**
   * Gives an object the form of its kind, in place: removes the fields that the schema does not
   * know.
   *
   * @return what was removed, for example {@code unknown field "spec.replica"}
   */
  List<String> conform(Kind kind, ObjectNode object);

  /** The fields of an object that are kept and not acted upon yet, for example {@code spec.os}. */
  List<String> inactiveFields(Kind kind, ObjectNode object);

  /**
   * What is wrong with an object.
   *
   * @param old the object that it is to replace
   */
  List<FieldError> validate(Kind kind, ObjectNode object, Optional<ObjectNode> old);
}
