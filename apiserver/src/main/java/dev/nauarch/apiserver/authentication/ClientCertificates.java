package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.port.Authentication;
import dev.nauarch.apiserver.port.User;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;

/**
 * Reads users from client certificates: the common name is the user, the organizations are its
 * groups. TLS takes any certificate, so that whoever shows a bad one hears {@code Unauthorized}
 * rather than that the connection broke. What was found good is kept, since a connection shows the
 * same certificate with every request.
 */
final class ClientCertificates {

  private static final int KEPT_MAX = 4096;
  private static final String CREDENTIAL = "authentication.kubernetes.io/credential-id";

  /** The attribute of a subject that carries a user's uid. */
  private static final String UID = "1.3.6.1.4.1.57683.2";

  private static final Set<String> PURPOSES = Set.of("1.3.6.1.5.5.7.3.2", "2.5.29.37.0");

  private final X509Certificate authority;
  private final InstantSource clock;
  private final ConcurrentHashMap<X509Certificate, Holder> holders = new ConcurrentHashMap<>();

  ClientCertificates(X509Certificate authority, InstantSource clock) {
    this.authority = authority;
    this.clock = clock;
  }

  /** Whose certificate it is; the first of the chain is its own, the others vouch for it. */
  Authentication authenticate(List<X509Certificate> chain) {
    var now = clock.instant();
    var holder = holders.get(chain.getFirst());
    if (holder == null) {
      try {
        holder = holder(chain, now);
      } catch (GeneralSecurityException | NamingException e) {
        return new Authentication.Rejected("the certificate is not good: " + e.getMessage());
      }
      if (holders.size() >= KEPT_MAX) {
        holders.clear();
      }
      holders.put(chain.getFirst(), holder);
    }
    if (now.isAfter(holder.until) || now.isBefore(holder.from)) {
      return new Authentication.Rejected(
          "the certificate of "
              + holder.user.name()
              + " is good from "
              + holder.from
              + " until "
              + holder.until);
    }
    return holder.user.name().isEmpty()
        ? new Authentication.Rejected("the certificate's subject has no common name")
        : new Authentication.Known(holder.user);
  }

  private Holder holder(List<X509Certificate> chain, Instant now)
      throws GeneralSecurityException, NamingException {
    var own = chain.getFirst();
    var purposes = own.getExtendedKeyUsage();
    if (purposes != null && purposes.stream().noneMatch(PURPOSES::contains)) {
      throw new GeneralSecurityException("it is not for clients");
    }
    var from = own.getNotBefore().toInstant();
    var until = own.getNotAfter().toInstant();
    for (var certificate : verified(chain, now)) {
      from = from.isBefore(certificate.from) ? certificate.from : from;
      until = until.isAfter(certificate.until) ? certificate.until : until;
    }
    return new Holder(user(own), from, until);
  }

  private record Span(Instant from, Instant until) {}

  /** The spans of the certificates that lead to the authority, and of the authority itself. */
  private List<Span> verified(List<X509Certificate> chain, Instant now)
      throws GeneralSecurityException {
    var target = new X509CertSelector();
    target.setCertificate(chain.getFirst());
    var parameters = new PKIXBuilderParameters(Set.of(new TrustAnchor(authority, null)), target);
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(now));
    var built = (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
    var spans = new ArrayList<Span>();
    spans.add(span(authority));
    for (var certificate : built.getCertPath().getCertificates()) {
      spans.add(span((X509Certificate) certificate));
    }
    return spans;
  }

  private static Span span(X509Certificate certificate) {
    return new Span(certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
  }

  private static User user(X509Certificate certificate)
      throws NamingException, GeneralSecurityException {
    var name = "";
    var uid = "";
    var groups = new ArrayList<String>();
    for (var rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
      var attributes = rdn.toAttributes().getAll();
      while (attributes.hasMore()) {
        Attribute attribute = attributes.next();
        switch (attribute.getID().toUpperCase(java.util.Locale.ROOT)) {
          case "CN" -> name = attribute.get().toString();
          case "O" -> groups.add(attribute.get().toString());
          case UID -> uid = text(attribute.get());
          default -> {
            // Nothing else of a subject says who somebody is.
          }
        }
      }
    }
    groups.add(User.AUTHENTICATED);
    var digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    var credential = "X509SHA256=" + HexFormat.of().formatHex(digest);
    return new User(name, uid, groups, Map.of(CREDENTIAL, List.of(credential)));
  }

  /** The value of an attribute that the JDK has no name for comes as its DER. */
  private static String text(Object value) {
    return value instanceof byte[] der && der.length > 2
        ? new String(der, 2, der.length - 2, java.nio.charset.StandardCharsets.UTF_8)
        : value.toString();
  }

  private record Holder(User user, Instant from, Instant until) {}
}
