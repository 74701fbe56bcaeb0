package dev.nauarch.expression;

/** Lets expressions ask who may do what. */
@FunctionalInterface
public interface AccessCheck {

  /** The type of a variable that asks about anything; its value is {@link #authorizer}. */
  ValueType AUTHORIZER = new ValueType.Opaque("kubernetes.authorization.Authorizer");

  /** The type of a variable that asks about one resource; its value is {@link #resource}. */
  ValueType RESOURCE_CHECK = new ValueType.Opaque("kubernetes.authorization.ResourceCheck");

  /**
   * What is asked.
   *
   * @param subject who is to do it
   * @param verb what is to be done
   * @param path the path, for what is no resource; empty for a resource
   * @param resource to which resource; all its parts are empty for a path
   */
  record Question(Subject subject, String verb, String path, Resource resource) {}

  /**
   * Who is to do it: a service account, or, where both parts are empty, whoever sent the request.
   *
   * @param namespace the account's namespace
   * @param name the account's name
   */
  record Subject(String namespace, String name) {

    /** Whoever sent the request. */
    public static final Subject SENDER = new Subject("", "");
  }

  /**
   * A resource.
   *
   * @param group its API group
   * @param plural its name in URLs
   * @param subresource empty for the resource itself
   * @param namespace empty for the cluster, and for all
   * @param name empty for all
   * @param selectors which of its objects
   */
  record Resource(
      String group,
      String plural,
      String subresource,
      String namespace,
      String name,
      Selectors selectors) {

    /** No resource. */
    public static final Resource NONE = new Resource("", "", "", "", "", new Selectors("", ""));
  }

  /**
   * Which objects of a collection.
   *
   * @param fields a field selector; empty for none
   * @param labels a label selector; empty for none
   */
  record Selectors(String fields, String labels) {}

  /**
   * An answer.
   *
   * @param isAllowed yes or no
   * @param reason why; may be empty
   * @param error what went wrong; empty for nothing
   */
  record Answer(boolean isAllowed, String reason, String error) {}

  /** Answers. */
  Answer ask(Question question);

  /** The value of a variable that asks about anything. */
  static Object authorizer(AccessCheck check) {
    return dev.nauarch.expression.library.AccessFunctions.authorizer(check);
  }

  /** The value of a variable that asks about one resource. */
  static Object resource(AccessCheck check, Resource resource) {
    return dev.nauarch.expression.library.AccessFunctions.resource(check, resource);
  }
}
