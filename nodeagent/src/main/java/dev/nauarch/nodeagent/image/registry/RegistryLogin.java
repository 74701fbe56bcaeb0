package dev.nauarch.nodeagent.image.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Who asks a registry, as CRI has it.
 *
 * @param user a name; empty for nobody
 * @param password what proves it
 * @param identityToken what is exchanged for access; empty for none
 * @param registryToken what is access itself; empty for none
 */
public record RegistryLogin(
    String user, String password, String identityToken, String registryToken) {

  /** Anybody. */
  public static final RegistryLogin NOBODY = new RegistryLogin("", "", "", "");

  /**
   * A user by what a file of Docker holds: name and password in base 64.
   *
   * @throws IllegalArgumentException where it holds no such thing
   */
  public static RegistryLogin ofAuth(String auth) {
    var text = new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
    var colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("the field auth holds no name and password");
    }
    // Some tools fill the end with zeros.
    var password = text.substring(colon + 1).replaceAll("\0+$", "");
    return new RegistryLogin(text.substring(0, colon), password, "", "");
  }

  /** What goes into a header of HTTP for name and password. */
  String basic() {
    return Base64.getEncoder()
        .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  /** Nothing of it is to be seen in logs. */
  @Override
  public String toString() {
    return "RegistryLogin[" + (user.isEmpty() ? "nobody" : user) + "]";
  }
}
