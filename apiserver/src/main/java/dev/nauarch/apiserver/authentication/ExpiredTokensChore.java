package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.upkeep.Chore;
import dev.nauarch.apiserver.upkeep.Due;
import dev.nauarch.apiserver.upkeep.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Removes the Secrets of bootstrap tokens whose time is over. */
public final class ExpiredTokensChore implements Chore {

  @Override
  public String name() {
    return "token-cleaner";
  }

  @Override
  public User user() {
    return Chore.account("token-cleaner");
  }

  @Override
  public Followed followed() {
    return new Followed("", "v1", "secrets", "type=" + BootstrapSecret.TYPE);
  }

  @Override
  public Due due(List<ObjectNode> objects, Instant now) {
    var writes = new ArrayList<Write>();
    var again = Optional.<Instant>empty();
    for (var object : objects) {
      var secret = new BootstrapSecret(object);
      if (!secret.isToken()) {
        continue;
      }
      if (secret.hasExpired(now)) {
        writes.add(
            new Write.Delete("secrets", BootstrapSecret.NAMESPACE, secret.name(), secret.uid()));
      } else if (secret.expiration().isPresent()) {
        again = Due.earlier(again, secret.expiration().get());
      }
    }
    return new Due(writes, again);
  }
}
