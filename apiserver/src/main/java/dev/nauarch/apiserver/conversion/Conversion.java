package dev.nauarch.apiserver.conversion;

import tools.jackson.databind.node.ObjectNode;

/**
 * How an object of a version becomes the stored one and back. Both ways lose nothing: an object
 * that is read in a version and written back as it was read is the same stored object.
 */
public interface Conversion {

  /** Makes an object of the version the stored one, in place; its apiVersion is not touched. */
  void toStored(ObjectNode object);

  /** Makes a stored object one of the version, in place; its apiVersion is not touched. */
  void toServed(ObjectNode object);
}
