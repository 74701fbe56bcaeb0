package dev.nauarch.apiserver.certificates;

import java.util.List;

/**
 * What a certificate shall say of its holder.
 *
 * @param commonName the subject's name: the user's, for a client
 * @param organizations the subject's organizations: the user's groups, for a client
 * @param addresses host names and IP addresses that a server answers to
 * @param usage what the certificate is good for
 */
public record CertificateRequest(
    String commonName, List<String> organizations, List<String> addresses, Usage usage) {

  /** What a certificate is good for. */
  public enum Usage {
    /** Signing other certificates. */
    AUTHORITY,
    /** Serving TLS. */
    SERVER,
    /** Proving who a client is. */
    CLIENT
  }

  /** Copies the lists. */
  public CertificateRequest {
    organizations = List.copyOf(organizations);
    addresses = List.copyOf(addresses);
  }

  /** A client's certificate. */
  public static CertificateRequest client(String user, List<String> groups) {
    return new CertificateRequest(user, groups, List.of(), Usage.CLIENT);
  }

  /** A server's certificate for these host names and IP addresses. */
  public static CertificateRequest server(
      String commonName, List<String> organizations, List<String> addresses) {
    return new CertificateRequest(commonName, organizations, addresses, Usage.SERVER);
  }
}
