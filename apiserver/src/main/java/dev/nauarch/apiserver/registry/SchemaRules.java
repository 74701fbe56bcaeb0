package dev.nauarch.apiserver.registry;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
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

  /**
   * The same for what is no kind of the catalog.
   *
   * @param kind the name of what is expected
   * @param version its version, without the group
   */
  List<String> conform(Schema schema, String kind, String version, ObjectNode object);

  /**
   * What to tell whoever sets fields that are kept and not acted upon yet; what the old object has
   * too was told when that was written.
   *
   * @param old the object that it replaces; empty (no fields) for a new one
   */
  List<String> warnings(Kind kind, ObjectNode object, ObjectNode old);

  /**
   * What is wrong with an object in which values have types that nobody can go on with, not even to
   * fill in what is left out. Kinds of Kubernetes itself have none after {@link #conform}.
   *
   * @param old the object that it is to replace
   */
  List<FieldError> wrongTypes(Kind kind, ObjectNode object, Optional<ObjectNode> old);

  /**
   * What is wrong with an object.
   *
   * @param old the object that it is to replace
   */
  List<FieldError> validate(Kind kind, ObjectNode object, Optional<ObjectNode> old);
}
