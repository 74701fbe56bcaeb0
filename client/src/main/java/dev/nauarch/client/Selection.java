package dev.nauarch.client;

import dev.nauarch.api.Resource;

/**
 * Which objects of a kind.
 *
 * @param namespace of one namespace; empty for all
 * @param labelSelector for example {@code app=web,tier!=cache}; empty for all
 * @param fieldSelector for example {@code spec.nodeName=node-1}; empty for all
 */
public record Selection(String namespace, String labelSelector, String fieldSelector) {

  /** Every object of the kind. */
  public static final Selection ALL = new Selection("", "", "");

  /** The objects that a resource stands for: all of its kind, or those of one name. */
  public static Selection of(Resource<?> resource) {
    return resource.name().isEmpty()
        ? ALL
        : new Selection("", "", "metadata.name=" + resource.name());
  }

  /** Every object of one namespace. */
  public static Selection inNamespace(String namespace) {
    return new Selection(namespace, "", "");
  }
}
