package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Tokens that stand in Secrets, by which a machine that nobody knows yet asks for a certificate.
 * May be called from any thread.
 */
public final class BootstrapTokens implements TokenAuthenticator {

  private static final Pattern FORM = Pattern.compile("([a-z0-9]{6})\\.([a-z0-9]{16})");
  private static final Pattern GROUP =
      Pattern.compile("system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]");
  private static final String BOOTSTRAPPERS = "system:bootstrappers";

  private final ObjectView view;
  private final InstantSource clock;

  /** Tokens in the Secrets of this view. */
  public BootstrapTokens(ObjectView view, InstantSource clock) {
    this.view = view;
    this.clock = clock;
  }

  @Override
  public Found find(String token, List<String> audiences) {
    var parts = FORM.matcher(token);
    if (!parts.matches()) {
      return new Found.Nothing();
    }
    var name = BootstrapSecret.NAME_PREFIX + parts.group(1);
    var secret =
        view.find("", "secrets", BootstrapSecret.NAMESPACE, name)
            .map(BootstrapSecret::new)
            .filter(found -> isGood(found, parts.group(1), parts.group(2)));
    if (secret.isEmpty() || !audiences.contains(ServiceAccountTokens.ISSUER)) {
      return new Found.Nothing();
    }
    var groups = new TreeSet<String>(List.of(BOOTSTRAPPERS));
    var extra = secret.get().data("auth-extra-groups");
    for (var group : extra.isEmpty() ? new String[0] : extra.split(",", -1)) {
      if (!GROUP.matcher(group).matches()) {
        return new Found.Nothing();
      }
      groups.add(group);
    }
    groups.add(User.AUTHENTICATED);
    return new Found.Bearer(
        User.of("system:bootstrap:" + parts.group(1), List.copyOf(groups)),
        List.of(ServiceAccountTokens.ISSUER));
  }

  private boolean isGood(BootstrapSecret secret, String id, String key) {
    return secret.isToken()
        && !secret.isBeingDeleted()
        && MessageDigest.isEqual(bytes(secret.data("token-secret")), bytes(key))
        && secret.data("token-id").equals(id)
        && !secret.hasExpired(clock.instant())
        && secret.data("usage-bootstrap-authentication").equals("true");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
