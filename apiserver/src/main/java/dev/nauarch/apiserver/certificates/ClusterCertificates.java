package dev.nauarch.apiserver.certificates;

import dev.nauarch.apiserver.http.TlsIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * The keys and certificates of one cluster, in a directory that only its owner can read. What is
 * there and good is kept; what is missing, near its end, signed by another authority or lacking an
 * address is made anew. May be called from any thread.
 */
public final class ClusterCertificates {

  /** A certificate with less than this left is replaced. */
  static final Duration RENEWED_BEFORE_END = Duration.ofDays(60);

  /** The group whose members may do everything. */
  public static final String MASTERS = "system:masters";

  private static final int SAN_DNS = 2;
  private static final int SAN_IP = 7;

  /**
   * What the API server's certificate covers.
   *
   * @param hostName this machine's name
   * @param serviceAddress the cluster address of the Service {@code kubernetes}
   * @param extraAddresses further host names and addresses
   */
  public record Options(String hostName, String serviceAddress, List<String> extraAddresses) {

    /** All host names and addresses, each once. */
    List<String> addresses() {
      var all = new LinkedHashSet<String>();
      all.addAll(List.of("localhost", "127.0.0.1", "::1", hostName));
      all.addAll(List.of("kubernetes", "kubernetes.default", "kubernetes.default.svc"));
      all.add("kubernetes.default.svc.cluster.local");
      all.add(serviceAddress);
      all.addAll(extraAddresses);
      return List.copyOf(all);
    }
  }

  private final PrivateDirectory directory;
  private final InstantSource clock;
  private final CertificateAuthority authority;
  private final Credential server;
  private final FrontProxy frontProxy;
  private final KeyPair serviceAccountKeys;

  private ClusterCertificates(
      PrivateDirectory directory,
      InstantSource clock,
      CertificateAuthority authority,
      Credential server,
      FrontProxy frontProxy,
      KeyPair serviceAccountKeys) {
    this.directory = directory;
    this.clock = clock;
    this.authority = authority;
    this.server = server;
    this.frontProxy = frontProxy;
    this.serviceAccountKeys = serviceAccountKeys;
  }

  /**
   * Opens the directory, and makes what is missing in it.
   *
   * @throws IOException when the directory can't be read or written, or holds a damaged file
   */
  public static ClusterCertificates open(Path pki, Options options, InstantSource clock)
      throws IOException {
    var directory = new PrivateDirectory(pki);
    try {
      var authority = new CertificateAuthority(openAuthority(directory, "ca", clock.instant()));
      var request = CertificateRequest.server("kube-apiserver", List.of(), options.addresses());
      var server = openLeaf(directory, authority, "apiserver", request, clock.instant());
      var serviceAccountKeys = openServiceAccountKeys(directory);
      var frontProxy = openFrontProxy(directory, clock.instant());
      return new ClusterCertificates(
          directory, clock, authority, server, frontProxy, serviceAccountKeys);
    } catch (GeneralSecurityException e) {
      throw new IOException("the keys in " + pki + " can't be used: " + e.getMessage(), e);
    }
  }

  /** The certificate that everybody in the cluster trusts. */
  public X509Certificate authority() {
    return authority.certificate();
  }

  /** What signs with the authority's key. */
  public CertificateAuthority signer() {
    return authority;
  }

  /** {@link #authority} as PEM. */
  public String authorityPem() {
    return Pem.certificate(authority.certificate());
  }

  /** What the API server serves TLS with. */
  public Credential server() {
    return server;
  }

  /**
   * How this server proves to servers behind it that it speaks for its users.
   *
   * @param authority who vouches for such servers, and for nobody else
   * @param client what is shown; its name is {@link #NAME}
   */
  public record FrontProxy(X509Certificate authority, Credential client) {

    /** The name that servers behind believe. */
    public static final String NAME = "front-proxy-client";
  }

  /** How this server proves to servers behind it that it speaks for its users. */
  public FrontProxy frontProxy() {
    return frontProxy;
  }

  private static FrontProxy openFrontProxy(PrivateDirectory directory, Instant now)
      throws IOException, GeneralSecurityException {
    var authority = openAuthority(directory, "front-proxy-ca", now);
    var request = CertificateRequest.client(FrontProxy.NAME, List.of());
    var client =
        openLeaf(directory, new CertificateAuthority(authority), FrontProxy.NAME, request, now);
    return new FrontProxy(authority.certificate(), client);
  }

  /**
   * What the API server serves TLS with, and whose clients it believes: users and front proxies.
   */
  public TlsIdentity serverIdentity() {
    return new TlsIdentity(
        List.of(server.certificate()), server.key(), List.of(authority(), frontProxy.authority()));
  }

  /** The keys that sign and check the tokens of service accounts. */
  public KeyPair serviceAccountKeys() {
    return serviceAccountKeys;
  }

  /**
   * The public keys of former keys of service accounts, whose tokens are still believed: what lies
   * in the directory as {@code sa-NAME.pub}.
   *
   * @throws IOException when one of them can't be read
   */
  public List<PublicKey> formerAccountKeys() throws IOException {
    var keys = new ArrayList<PublicKey>();
    try (var files = Files.newDirectoryStream(directory.path(), "sa-*.pub")) {
      for (var file : files) {
        keys.add(Pem.readPublicKey(Files.readString(file)));
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("a former key in " + directory.path() + " can't be used", e);
    }
    return keys;
  }

  /** The credential of the cluster's administrator, a member of {@code system:masters}. */
  public Credential admin() throws IOException {
    return client("admin", "kubernetes-admin", List.of(MASTERS));
  }

  /** What the API server shows to node agents. */
  public Credential agentClient() throws IOException {
    return client("apiserver-kubelet-client", "kube-apiserver-kubelet-client", List.of());
  }

  /** What the agent of a node shows to the API server. */
  public Credential node(String nodeName) throws IOException {
    return client("node-" + nodeName, "system:node:" + nodeName, List.of("system:nodes"));
  }

  /** What the agent of a node serves TLS with. */
  public Credential nodeServer(String nodeName, Collection<String> addresses) throws IOException {
    var request =
        CertificateRequest.server(
            "system:node:" + nodeName, List.of("system:nodes"), new ArrayList<>(addresses));
    return leaf("node-" + nodeName + "-server", request);
  }

  /**
   * A client's credential, kept under a file name.
   *
   * @param fileName the file's name without its ending
   * @param user the user that it proves
   * @param groups the user's groups
   */
  public Credential client(String fileName, String user, List<String> groups) throws IOException {
    return leaf(fileName, CertificateRequest.client(user, groups));
  }

  private Credential leaf(String fileName, CertificateRequest request) throws IOException {
    try {
      return openLeaf(directory, authority, fileName, request, clock.instant());
    } catch (GeneralSecurityException e) {
      throw new IOException("no certificate can be made for " + request.commonName(), e);
    }
  }

  private static Credential openAuthority(PrivateDirectory directory, String fileName, Instant now)
      throws IOException, GeneralSecurityException {
    var found = read(directory, fileName);
    if (found.isPresent() && !isNearEnd(found.get().certificate(), now)) {
      return found.get();
    }
    var made = CertificateAuthority.create("nauarch-" + fileName, now);
    write(directory, fileName, made);
    return made;
  }

  private static Credential openLeaf(
      PrivateDirectory directory,
      CertificateAuthority authority,
      String fileName,
      CertificateRequest request,
      Instant now)
      throws IOException, GeneralSecurityException {
    var found = read(directory, fileName);
    if (found.isPresent() && isGood(found.get().certificate(), authority, request, now)) {
      return found.get();
    }
    var made = authority.issue(request, now);
    write(directory, fileName, made);
    return made;
  }

  private static boolean isGood(
      X509Certificate found,
      CertificateAuthority authority,
      CertificateRequest request,
      Instant now) {
    try {
      found.verify(authority.certificate().getPublicKey());
      return !isNearEnd(found, now) && covers(found, request);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean isNearEnd(X509Certificate certificate, Instant now) {
    return certificate.getNotAfter().toInstant().minus(RENEWED_BEFORE_END).isBefore(now);
  }

  private static boolean covers(X509Certificate found, CertificateRequest request)
      throws GeneralSecurityException {
    var names = new LinkedHashSet<String>();
    var alternatives = found.getSubjectAlternativeNames();
    for (var name : alternatives == null ? List.<List<?>>of() : alternatives) {
      if (name.get(0).equals(SAN_DNS)) {
        names.add((String) name.get(1));
      } else if (name.get(0).equals(SAN_IP)) {
        names.add(InetAddress.ofLiteral((String) name.get(1)).getHostAddress());
      }
    }
    return request.addresses().stream()
        .map(address -> address.contains(":") ? ipv6(address) : address)
        .allMatch(names::contains);
  }

  private static String ipv6(String literal) {
    return InetAddress.ofLiteral(literal).getHostAddress();
  }

  private static KeyPair openServiceAccountKeys(PrivateDirectory directory)
      throws IOException, GeneralSecurityException {
    try {
      return new KeyPair(
          Pem.readPublicKey(directory.read("sa.pub")),
          Pem.readPrivateKey(directory.read("sa.key")));
    } catch (NoSuchFileException e) {
      var keys = CertificateAuthority.newKeys();
      // The public key is written last: a crash between the two leaves a pair that is made anew.
      directory.write("sa.key", Pem.privateKey(keys.getPrivate()));
      directory.write("sa.pub", Pem.publicKey(keys.getPublic()));
      return keys;
    }
  }

  private static Optional<Credential> read(PrivateDirectory directory, String fileName)
      throws IOException, GeneralSecurityException {
    try {
      return Optional.of(
          new Credential(
              Pem.readCertificate(directory.read(fileName + ".crt")),
              Pem.readPrivateKey(directory.read(fileName + ".key"))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static void write(PrivateDirectory directory, String fileName, Credential made)
      throws IOException {
    // The old certificate goes first: a crash in between must not pair it with the new key.
    Files.deleteIfExists(directory.path().resolve(fileName + ".crt"));
    directory.write(fileName + ".key", made.keyPem());
    directory.write(fileName + ".crt", made.certificatePem());
  }
}
