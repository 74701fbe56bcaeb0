package dev.nauarch.client;

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

  /** Every object of one namespace. */
  public static Selection inNamespace(String namespace) {
    return new Selection(namespace, "", "");
  }
}
