package dev.nauarch.client;

/**
 * A change of an object.
 *
 * @param type how the body is to be read
 * @param subresource the subresource to patch; empty for the object
 * @param body the patch, JSON (YAML is fine for apply)
 * @param fieldManager who writes; needed for apply, may be empty otherwise
 * @param force whether apply takes fields from other managers
 */
public record Patch(
    Type type, String subresource, String body, String fieldManager, boolean force) {

  /** The patch types of Kubernetes. */
  public enum Type {
    JSON("application/json-patch+json"),
    MERGE("application/merge-patch+json"),
    STRATEGIC("application/strategic-merge-patch+json"),
    APPLY("application/apply-patch+yaml");

    private final String mediaType;

    Type(String mediaType) {
      this.mediaType = mediaType;
    }

    /** The content type of the request. */
    public String mediaType() {
      return mediaType;
    }
  }

  /** A merge patch of the object itself. */
  public static Patch merge(String body) {
    return new Patch(Type.MERGE, "", body, "", false);
  }

  /** A merge patch of a subresource. */
  public static Patch merge(String subresource, String body) {
    return new Patch(Type.MERGE, subresource, body, "", false);
  }

  /** A server-side apply of the object that takes the fields it names. */
  public static Patch apply(String fieldManager, String body) {
    return new Patch(Type.APPLY, "", body, fieldManager, true);
  }
}
