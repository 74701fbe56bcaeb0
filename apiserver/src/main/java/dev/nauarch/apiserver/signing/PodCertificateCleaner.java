package dev.nauarch.apiserver.signing;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.upkeep.Chore;
import dev.nauarch.apiserver.upkeep.Due;
import dev.nauarch.apiserver.upkeep.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Removes requests for certificates of pods, answered or not, once nobody waits for them. */
public final class PodCertificateCleaner implements Chore {

  private static final String PLURAL = "podcertificaterequests";
  private static final String ACCOUNT = "podcertificaterequestcleaner";
  private static final Duration KEPT = Duration.ofMinutes(15);

  @Override
  public String name() {
    return ACCOUNT;
  }

  @Override
  public User user() {
    return Chore.account(ACCOUNT);
  }

  @Override
  public Followed followed() {
    return new Followed(Signers.GROUP, "v1", PLURAL, "");
  }

  @Override
  public Due due(List<ObjectNode> objects, Instant now) {
    var writes = new ArrayList<Write>();
    var again = Optional.<Instant>empty();
    for (var object : objects) {
      var end = Instant.parse(Json.text(object, "metadata", "creationTimestamp")).plus(KEPT);
      if (now.isBefore(end)) {
        again = Due.earlier(again, end);
      } else {
        writes.add(
            new Write.Delete(
                PLURAL,
                Json.text(object, "metadata", "namespace"),
                Json.text(object, "metadata", "name"),
                Json.text(object, "metadata", "uid")));
      }
    }
    return new Due(writes, again);
  }
}
