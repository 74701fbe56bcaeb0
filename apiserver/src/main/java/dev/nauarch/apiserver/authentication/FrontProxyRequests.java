package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.certificates.ClusterCertificates.FrontProxy;
import dev.nauarch.apiserver.port.Authentication;
import dev.nauarch.apiserver.port.Authenticator;
import dev.nauarch.apiserver.port.Credentials;
import dev.nauarch.apiserver.port.Headers;
import dev.nauarch.apiserver.port.User;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Believes a front proxy, which it knows by its certificate, for whom it asks: the proxy tells so
 * in headers. A certificate of the front proxies' authority proves nothing else.
 */
public final class FrontProxyRequests implements Authenticator {

  private static final String EXTRA = "x-remote-extra-";
  private static final int KEPT_MAX = 4096;

  private final Authenticator others;
  private final X509Certificate authority;
  private final InstantSource clock;
  private final Map<X509Certificate, Boolean> isProxys = new ConcurrentHashMap<>();

  /**
   * @param others know all other senders
   * @param authority vouches for front proxies
   */
  public FrontProxyRequests(Authenticator others, X509Certificate authority, InstantSource clock) {
    this.others = others;
    this.authority = authority;
    this.clock = clock;
  }

  @Override
  public Authentication authenticate(Credentials credentials) {
    if (credentials.chain().isEmpty() || !isSigned(credentials.chain().getFirst())) {
      return others.authenticate(credentials);
    }
    var certificate = credentials.chain().getFirst();
    var subject = certificate.getSubjectX500Principal().getName();
    if (!subject.equals("CN=" + FrontProxy.NAME)) {
      return new Authentication.Rejected("no front proxy is called " + subject);
    }
    if (clock.instant().isAfter(certificate.getNotAfter().toInstant())) {
      return new Authentication.Rejected("the front proxy's certificate has ended");
    }
    var names = credentials.headers().all("X-Remote-User");
    return names.isEmpty() || names.getFirst().isEmpty()
        ? new Authentication.Rejected("a front proxy that asks for nobody")
        : new Authentication.Known(user(names.getFirst(), credentials.headers()));
  }

  /** A connection shows the same certificate with every request. */
  private boolean isSigned(X509Certificate certificate) {
    if (isProxys.size() >= KEPT_MAX) {
      isProxys.clear();
    }
    return isProxys.computeIfAbsent(
        certificate,
        each -> {
          if (!each.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
            return false;
          }
          try {
            each.verify(authority.getPublicKey());
            return true;
          } catch (GeneralSecurityException e) {
            return false;
          }
        });
  }

  private static User user(String name, Headers headers) {
    var groups = new ArrayList<>(headers.all("X-Remote-Group"));
    var everybody = name.equals(User.ANONYMOUS.name()) ? User.UNAUTHENTICATED : User.AUTHENTICATED;
    if (!groups.contains(everybody)) {
      groups.add(everybody);
    }
    var uid = headers.all("X-Remote-Uid");
    var extra = new LinkedHashMap<String, List<String>>();
    for (var header : headers.names(EXTRA)) {
      var key = header.substring(EXTRA.length()).toLowerCase(Locale.ROOT);
      extra.put(unescaped(key), List.copyOf(headers.all(header)));
    }
    return new User(name, uid.isEmpty() ? "" : uid.getFirst(), groups, extra);
  }

  private static String unescaped(String key) {
    try {
      return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return key;
    }
  }
}
