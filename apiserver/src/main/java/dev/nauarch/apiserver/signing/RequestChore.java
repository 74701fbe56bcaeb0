package dev.nauarch.apiserver.signing;

import dev.nauarch.apiserver.certificates.CertificateAuthority;
import dev.nauarch.apiserver.certificates.Pem;
import dev.nauarch.apiserver.certificates.SigningRequest;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.Authorizer;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.upkeep.Chore;
import dev.nauarch.apiserver.upkeep.Due;
import dev.nauarch.apiserver.upkeep.Write;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the cluster does with requests for its own signers: approves those for certificates of nodes
 * by whoever may have them, certifies what is approved, and removes what is old.
 */
public final class RequestChore implements Chore {

  private static final Logger LOG = LoggerFactory.getLogger(RequestChore.class);
  private static final Duration LIFETIME = Duration.ofDays(365);
  private static final Duration LIFETIME_MIN = Duration.ofMinutes(10);
  private static final Duration KEPT = Duration.ofHours(1);
  private static final Duration KEPT_OPEN = Duration.ofHours(24);
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Duration AWAITED = Duration.ofMinutes(15);
  private static final String NODE = "nodeclient";
  private static final String OWN_NODE = "selfnodeclient";

  private final CertificateAuthority authority;
  private final Authorizer authorizer;
  private final ServingApproval serving;

  /**
   * A chore of these parts.
   *
   * @param authority signs
   * @param authorizer says who may have what without being asked about
   * @param view where the nodes are, and what has addresses
   */
  public RequestChore(CertificateAuthority authority, Authorizer authorizer, ObjectView view) {
    this.authority = authority;
    this.authorizer = authorizer;
    this.serving = new ServingApproval(view);
  }

  @Override
  public String name() {
    return "certificate-controller";
  }

  @Override
  public User user() {
    return Chore.account("certificate-controller");
  }

  @Override
  public Followed followed() {
    return new Followed(Signers.GROUP, "v1", Signers.PLURAL, "");
  }

  @Override
  public Due due(List<ObjectNode> objects, Instant now) {
    var writes = new ArrayList<Write>();
    for (var object : objects) {
      due(new Request(object), now).ifPresent(writes::add);
    }
    // Once an hour is enough for what has been there for one or for a day.
    var isOpen = objects.stream().anyMatch(object -> awaitsNode(new Request(object), now));
    return new Due(writes, Optional.of(now.plus(isOpen ? LOOK : KEPT)));
  }

  /** Whether a node may yet come to tell the addresses that it asks for. */
  private static boolean awaitsNode(Request request, Instant now) {
    return request.signer().equals(Signers.NODE_SERVER)
        && request.conditions().isEmpty()
        && !isBefore(request.object().path("metadata").path("creationTimestamp"), now, AWAITED);
  }

  private Optional<Write> due(Request request, Instant now) {
    if (isOld(request, now)) {
      var uid = request.object().path("metadata").path("uid").asString("");
      return Optional.of(new Write.Delete(Signers.PLURAL, "", request.name(), uid));
    }
    if (!Signers.areOurs(request.signer())
        || !request.certificate().isEmpty()
        || request.condition(Request.DENIED).isPresent()
        || request.condition(Request.FAILED).isPresent()) {
      return Optional.empty();
    }
    try {
      var content = request.content();
      return request.condition(Request.APPROVED).isPresent()
          ? Optional.of(certified(request, content, now))
          : approval(request, content);
    } catch (GeneralSecurityException e) {
      LOG.warn("The request {} can't be signed: {}", request.name(), e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<Write> approval(Request request, SigningRequest content) {
    if (request.signer().equals(Signers.NODE_SERVER)) {
      return ofServer(request, content);
    }
    if (!request.signer().equals(Signers.NODE_CLIENT)
        || Signers.refusal(Signers.NODE_CLIENT, content, request.usages()).isPresent()) {
      return Optional.empty();
    }
    var user = requester(request.object().path("spec"));
    if (user.name().equals(content.commonName()) && may(user, OWN_NODE)) {
      return Optional.of(
          approved(
              request,
              "Auto approving self kubelet client certificate after SubjectAccessReview."));
    }
    return may(user, NODE)
        ? Optional.of(
            approved(
                request, "Auto approving kubelet client certificate after SubjectAccessReview."))
        : Optional.empty();
  }

  private Optional<Write> ofServer(Request request, SigningRequest content) {
    var user = requester(request.object().path("spec"));
    return Signers.refusal(Signers.NODE_SERVER, content, request.usages()).isEmpty()
            && serving.allows(user, content)
        ? Optional.of(
            approved(
                request, "Auto approving kubelet serving certificate for addresses of the node."))
        : Optional.empty();
  }

  private boolean may(User user, String subresource) {
    var wanted =
        new Attributes(
            "create", Signers.GROUP, "*", Signers.PLURAL, subresource, "", "", "", List.of());
    return authorizer.authorize(user, wanted) instanceof Authorizer.Decision.Allowed;
  }

  private static User requester(JsonNode spec) {
    var extra = new HashMap<String, List<String>>();
    for (var entry : spec.path("extra").properties()) {
      extra.put(entry.getKey(), texts(entry.getValue()));
    }
    return new User(
        spec.path("username").asString(""),
        spec.path("uid").asString(""),
        texts(spec.path("groups")),
        extra);
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(item -> item.asString("")).toList();
  }

  private static Write approved(Request request, String message) {
    return new Write.Change(
        Signers.PLURAL,
        "",
        request.name(),
        "approval",
        current -> {
          var isDecided =
              new Request(current).condition(Request.APPROVED).isPresent()
                  || new Request(current).condition(Request.DENIED).isPresent();
          if (!isDecided) {
            addCondition(current, Request.APPROVED, "AutoApproved", message);
          }
          return current;
        });
  }

  private Write certified(Request request, SigningRequest content, Instant now)
      throws GeneralSecurityException {
    var refusal = Signers.refusal(request.signer(), content, request.usages());
    if (refusal.isPresent()) {
      return status(
          request,
          current -> {
            addCondition(current, Request.FAILED, "SignerValidationFailure", refusal.get());
            // Upstream's signers date it themselves, by their clock.
            var conditions = new Request(current).conditions();
            ((ObjectNode) conditions.get(conditions.size() - 1))
                .put("lastUpdateTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
          });
    }
    var certificate = authority.sign(content, request.usages(), lifetime(request), now);
    var pem = Pem.certificate(certificate).getBytes(StandardCharsets.US_ASCII);
    var encoded = Base64.getEncoder().encodeToString(pem);
    return status(request, current -> current.withObject("status").put("certificate", encoded));
  }

  /** Another server over the same store may have answered meanwhile; the first answer holds. */
  private static Write status(Request request, java.util.function.Consumer<ObjectNode> change) {
    return new Write.Change(
        Signers.PLURAL,
        "",
        request.name(),
        "status",
        current -> {
          var now = new Request(current);
          if (now.certificate().isEmpty() && now.condition(Request.FAILED).isEmpty()) {
            change.accept(current);
          }
          return current;
        });
  }

  private static void addCondition(ObjectNode object, String type, String reason, String message) {
    object
        .withObject("status")
        .withArray("conditions")
        .addObject()
        .put("type", type)
        .put("status", "True")
        .put("reason", reason)
        .put("message", message);
  }

  private static Duration lifetime(Request request) {
    var seconds =
        request.object().path("spec").path("expirationSeconds").asLong(LIFETIME.toSeconds());
    var wanted = Duration.ofSeconds(seconds);
    if (wanted.compareTo(LIFETIME_MIN) < 0) {
      return LIFETIME_MIN;
    }
    return wanted.compareTo(LIFETIME) < 0 ? wanted : LIFETIME;
  }

  private static boolean isOld(Request request, Instant now) {
    var isIssued = !request.certificate().isEmpty();
    if (request.conditions().isEmpty()) {
      return isBefore(request.object().path("metadata").path("creationTimestamp"), now, KEPT_OPEN);
    }
    for (var condition : request.conditions()) {
      var updated = condition.path("lastUpdateTime");
      var isOld =
          switch (condition.path("type").asString("")) {
            case Request.DENIED, Request.FAILED -> isBefore(updated, now, KEPT);
            case Request.APPROVED ->
                isBefore(updated, now, isIssued ? KEPT : KEPT_OPEN)
                    || (isIssued && hasEnded(request, now));
            default -> false;
          };
      if (isOld) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBefore(JsonNode time, Instant now, Duration kept) {
    var text = time.asString("");
    return !text.isEmpty() && OffsetDateTime.parse(text).toInstant().isBefore(now.minus(kept));
  }

  private static boolean hasEnded(Request request, Instant now) {
    try {
      var chain = Pem.readChain(Base64.getDecoder().decode(request.certificate()));
      return now.isAfter(chain.getFirst().getNotAfter().toInstant());
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }
}
