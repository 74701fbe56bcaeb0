package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.port.Authentication;
import dev.nauarch.apiserver.port.User;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;

/**
 * Reads users from client certificates: the common name is the user, the organizations are its
 * groups. What was read is kept, since a connection shows the same certificate with every request.
 */
final class ClientCertificates {

  private static final int KEPT_MAX = 4096;

  private final InstantSource clock;
  private final ConcurrentHashMap<X509Certificate, Holder> holders = new ConcurrentHashMap<>();

  ClientCertificates(InstantSource clock) {
    this.clock = clock;
  }

  Authentication authenticate(X509Certificate certificate) {
    var holder = holders.get(certificate);
    if (holder == null) {
      try {
        holder = new Holder(user(certificate), certificate.getNotAfter().toInstant());
      } catch (NamingException e) {
        return new Authentication.Rejected("the certificate's subject can't be read: " + e);
      }
      if (holders.size() >= KEPT_MAX) {
        holders.clear();
      }
      holders.put(certificate, holder);
    }
    // TLS looked at the dates when the connection opened; it may be open for long since.
    if (clock.instant().isAfter(holder.goodUntil)) {
      return new Authentication.Rejected(
          "the certificate of " + holder.user.name() + " ended at " + holder.goodUntil);
    }
    return holder.user.name().isEmpty()
        ? new Authentication.Rejected("the certificate's subject has no common name")
        : new Authentication.Known(holder.user);
  }

  private static User user(X509Certificate certificate) throws NamingException {
    var name = "";
    var groups = new ArrayList<String>();
    for (var rdn : subject(certificate).getRdns()) {
      var attributes = rdn.toAttributes().getAll();
      while (attributes.hasMore()) {
        Attribute attribute = attributes.next();
        if (attribute.getID().equalsIgnoreCase("CN")) {
          name = attribute.get().toString();
        } else if (attribute.getID().equalsIgnoreCase("O")) {
          groups.add(attribute.get().toString());
        }
      }
    }
    groups.add(User.AUTHENTICATED);
    return User.of(name, List.copyOf(groups));
  }

  private static LdapName subject(X509Certificate certificate) throws InvalidNameException {
    return new LdapName(certificate.getSubjectX500Principal().getName());
  }

  private record Holder(User user, Instant goodUntil) {}
}
