package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.upkeep.Chore;
import dev.nauarch.apiserver.upkeep.Due;
import dev.nauarch.apiserver.upkeep.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes ServiceCIDRs ready, and keeps one that is to go for as long as services have addresses that
 * no other range has (KEP-1880).
 */
public final class ServiceRangeChore implements Chore {

  private static final String NAME = "service-cidrs-controller";
  private static final String FINALIZER = "networking.k8s.io/service-cidr-finalizer";

  /** For so long servers may still give addresses of a range that is to go. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** How often a range that can't go yet is looked at. */
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final ServiceRanges ranges;

  /**
   * A chore.
   *
   * @param own the range that the server was started with
   */
  public ServiceRangeChore(ObjectView view, AddressRange own) {
    this.ranges = new ServiceRanges(view, own);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public User user() {
    return Chore.account(NAME);
  }

  @Override
  public Followed followed() {
    return new Followed(AddressObjects.GROUP, "v1", ServiceRanges.PLURAL, "");
  }

  @Override
  public Due due(List<ObjectNode> objects, Instant now) {
    var writes = new ArrayList<Write>();
    var again = Optional.<Instant>empty();
    for (var range : objects) {
      if (!ServiceRanges.isEnding(range)) {
        if (!hasFinalizer(range)) {
          writes.add(change(range, "", ServiceRangeChore::protect));
        }
        condition(range, true, "", "Kubernetes Service CIDR is ready", now).ifPresent(writes::add);
        continue;
      }
      var asked = range.path("metadata").path("deletionTimestamp").asString("");
      var end = Instant.parse(asked).plus(GRACE);
      if (ranges.isNeeded(range)) {
        condition(
                range,
                false,
                "Terminating",
                "There are still IPAddresses referencing the ServiceCIDR, please remove them or"
                    + " create a new ServiceCIDR",
                now)
            .ifPresent(writes::add);
        again = Due.earlier(again, now.plus(PERIOD));
      } else if (end.isAfter(now)) {
        again = Due.earlier(again, end);
      } else if (hasFinalizer(range)) {
        writes.add(change(range, "", ServiceRangeChore::release));
      }
    }
    return new Due(writes, again);
  }

  private interface Change {
    void make(ObjectNode object);
  }

  private static Write change(ObjectNode range, String subresource, Change change) {
    return new Write.Change(
        ServiceRanges.PLURAL,
        "",
        ServiceRanges.name(range),
        subresource,
        current -> {
          change.make(current);
          return current;
        });
  }

  private static boolean hasFinalizer(JsonNode range) {
    return range
        .path("metadata")
        .path("finalizers")
        .valueStream()
        .anyMatch(each -> each.asString("").equals(FINALIZER));
  }

  private static void protect(ObjectNode range) {
    if (!hasFinalizer(range)) {
      range.withObject("metadata").withArrayProperty("finalizers").add(FINALIZER);
    }
  }

  private static void release(ObjectNode range) {
    if (range.path("metadata").path("finalizers") instanceof ArrayNode all) {
      all.removeIf(each -> each.asString("").equals(FINALIZER));
    }
  }

  private static Optional<Write> condition(
      ObjectNode range, boolean isReady, String reason, String message, Instant now) {
    var status = isReady ? "True" : "False";
    boolean isThere =
        range
            .path("status")
            .path("conditions")
            .valueStream()
            .anyMatch(
                each ->
                    each.path("type").asString("").equals("Ready")
                        && each.path("status").asString("").equals(status)
                        && each.path("message").asString("").equals(message));
    if (isThere) {
      return Optional.empty();
    }
    return Optional.of(
        change(
            range,
            "status",
            current -> {
              var conditions = current.withObject("status").withArrayProperty("conditions");
              conditions.removeIf(each -> each.path("type").asString("").equals("Ready"));
              conditions
                  .addObject()
                  .put("type", "Ready")
                  .put("status", status)
                  .put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString())
                  .put("reason", reason)
                  .put("message", message);
            }));
  }
}
