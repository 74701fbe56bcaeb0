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
   * Removes the fields that the schema does not know, in place.
   *
   * @return their paths, for example {@code spec.replica}
   */
  List<String> prune(Kind kind, ObjectNode object);

  /**
   * What is wrong with an object.
   *
   * @param old the object that it is to replace
   */
  List<FieldError> validate(Kind kind, ObjectNode object, Optional<ObjectNode> old);
}
