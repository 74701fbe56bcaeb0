package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.authentication.TokenAuthenticator.Found;
import java.util.ArrayList;
import java.util.List;

/** Tokens of several sorts. */
public final class Tokens implements TokenAuthenticator {

  private final List<TokenAuthenticator> sorts;

  /** Tokens of these sorts, asked in this order. */
  public Tokens(List<TokenAuthenticator> sorts) {
    this.sorts = List.copyOf(sorts);
  }

  /** The first that knows the token decides; else every reason why it is none. */
  @Override
  public Found find(String token, List<String> audiences) {
    var reasons = new ArrayList<String>();
    for (var sort : sorts) {
      switch (sort.find(token, audiences)) {
        case Found.Nothing() -> {
          // Another sort may know it.
        }
        case Found.Bad(var reason) -> reasons.add(reason);
        case Found.Bearer bearer -> {
          return bearer;
        }
      }
    }
    return switch (reasons.size()) {
      case 0 -> new Found.Bad("invalid bearer token");
      case 1 -> new Found.Bad("[invalid bearer token, " + reasons.getFirst() + "]");
      default -> new Found.Bad("[invalid bearer token, [" + String.join(", ", reasons) + "]]");
    };
  }
}
