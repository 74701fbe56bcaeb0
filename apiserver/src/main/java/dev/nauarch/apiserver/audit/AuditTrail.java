package dev.nauarch.apiserver.audit;

import dev.nauarch.apiserver.audit.AuditEvent.Answer;
import dev.nauarch.apiserver.audit.AuditEvent.Content;
import dev.nauarch.apiserver.audit.AuditEvent.Who;
import dev.nauarch.apiserver.audit.AuditPolicy.Level;
import dev.nauarch.apiserver.audit.AuditPolicy.Stage;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.AuditNotes;
import dev.nauarch.apiserver.port.User;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What is collected of one request while it is answered. */
final class AuditTrail implements AuditNotes.Taker {

  /** What is known of a request before anybody has looked at it. */
  record Beginning(String id, String uri, List<String> addresses, String agent, Instant at) {}

  private final AuditPolicy policy;
  private final AuditLog log;
  private final InstantSource clock;
  private final Beginning beginning;
  private final Map<String, String> annotations = new ConcurrentHashMap<>();
  private User sender = new User("", "", List.of(), Map.of());
  private Optional<User> impersonated = Optional.empty();
  private AuditPolicy.@Nullable Terms terms;
  private @Nullable Who who;
  private volatile Content request = Content.NONE;

  AuditTrail(AuditPolicy policy, AuditLog log, InstantSource clock, Beginning beginning) {
    this.policy = policy;
    this.log = log;
    this.clock = clock;
    this.beginning = beginning;
  }

  @Override
  public void annotate(String key, String value) {
    annotations.putIfAbsent(key, value);
  }

  @Override
  public void known(User from, User user) {
    sender = from;
    impersonated = from.equals(user) ? Optional.empty() : Optional.of(user);
  }

  @Override
  public void asked(Attributes wanted) {
    if (terms == null) {
      settle(wanted);
      emit(Stage.RECEIVED, Optional.empty());
    }
  }

  private AuditPolicy.Terms settle(Attributes wanted) {
    var settled = policy.terms(impersonated.orElse(sender), wanted);
    terms = settled;
    who =
        new Who(
            beginning.id,
            beginning.uri,
            wanted,
            sender,
            impersonated,
            beginning.addresses,
            beginning.agent,
            beginning.at);
    return settled;
  }

  @Override
  public boolean keepsRequest() {
    var settled = terms;
    return settled != null && settled.level().compareTo(Level.REQUEST) >= 0;
  }

  /** Whether answers are kept. */
  boolean keepsAnswer() {
    var settled = terms;
    return settled != null && settled.level() == Level.REQUEST_RESPONSE;
  }

  void received(Content content) {
    request = content;
  }

  /** A request that was refused before anybody asked what it wants. */
  void refused(Attributes wanted, Answer answer) {
    if (terms == null) {
      settle(wanted);
      emit(Stage.STARTED, Optional.of(answer));
    }
  }

  boolean hasBegun() {
    return terms != null;
  }

  void started(Answer answer) {
    emit(Stage.STARTED, Optional.of(answer));
  }

  void completed(Answer answer) {
    emit(Stage.COMPLETE, Optional.of(answer));
  }

  private void emit(Stage stage, Optional<Answer> answer) {
    var settled = terms;
    var asked = who;
    if (settled == null
        || asked == null
        || settled.level() == Level.NONE
        || settled.omitted().contains(stage)) {
      return;
    }
    var body = stage == Stage.RECEIVED ? Content.NONE : request;
    log.offer(
        new AuditEvent(
            asked, settled, stage, clock.instant(), Map.copyOf(annotations), answer, body));
  }
}
