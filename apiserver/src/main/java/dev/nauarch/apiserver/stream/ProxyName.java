package dev.nauarch.apiserver.stream;

import java.util.List;
import java.util.Optional;

/**
 * What the name of a proxied object says: {@code NAME}, {@code NAME:PORT} or {@code
 * SCHEME:NAME:PORT}.
 *
 * @param isSecure whether TLS is spoken
 * @param name the object's name
 * @param port the port's name or number; empty for none
 */
record ProxyName(boolean isSecure, String name, String port) {

  /** Reads a name; empty where it has another form. */
  static Optional<ProxyName> of(String text) {
    var parts = List.of(text.split(":", -1));
    var name =
        switch (parts.size()) {
          case 1 -> new ProxyName(false, text, "");
          case 2 -> new ProxyName(false, parts.get(0), parts.get(1));
          case 3 -> new ProxyName(parts.get(0).equals("https"), parts.get(1), parts.get(2));
          default -> new ProxyName(false, "", "");
        };
    var isKnown = parts.size() != 3 || List.of("", "http", "https").contains(parts.getFirst());
    return isKnown && !name.name.isEmpty() ? Optional.of(name) : Optional.empty();
  }

  /** The port's number; empty where it is a name. */
  Optional<Integer> number() {
    try {
      return Optional.of(Integer.parseInt(port));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
