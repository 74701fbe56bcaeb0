package dev.nauarch.apiserver.registry;

import dev.nauarch.api.catalog.Kind;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** Keeps {@code metadata.managedFields}, and merges server-side apply by them. */
public interface FieldOwnership {

  /**
   * Who writes.
   *
   * @param manager the field manager's name
   * @param subresource empty for the object itself
   * @param force whether apply takes fields from others
   * @param now when
   */
  record Writer(String manager, String subresource, boolean force, Instant now) {}

  /**
   * An object that is written otherwise than by apply, with its managedFields.
   *
   * @param old the object before; without fields for a creation
   */
  ObjectNode update(Kind kind, ObjectNode old, ObjectNode object, Writer writer);

  /**
   * The object after an apply; the live one is not changed.
   *
   * @param live the object before; without fields for a creation
   * @throws dev.nauarch.api.ApiException {@code CONFLICT} when others own what is applied
   */
  ObjectNode apply(Kind kind, ObjectNode live, ObjectNode applied, Writer writer);
}
