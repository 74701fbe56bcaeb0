package dev.nauarch.apiserver.aggregation;

import dev.nauarch.apiserver.aggregation.ApiService.Backing;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import dev.nauarch.apiserver.request.Response.Header;
import dev.nauarch.apiserver.stream.Destination;
import dev.nauarch.apiserver.stream.Exchange;
import dev.nauarch.apiserver.stream.Forwarder;
import dev.nauarch.apiserver.stream.Outgoing;
import dev.nauarch.apiserver.stream.ServiceEndpoints;
import dev.nauarch.client.tls.TlsContexts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;

/**
 * Reaches the servers that serve groups of the API. This server shows them the certificate of the
 * front proxy, and tells them in headers on behalf of whom it asks.
 */
final class ExtensionServers {

  /** Who asks for what this server itself wants to know. */
  private static final User AGGREGATOR = User.of("system:kube-aggregator", List.of(User.MASTERS));

  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
  private static final int CONTEXTS_MAX = 256;

  private final ObjectView view;
  private final ServiceEndpoints endpoints;
  private final TlsContexts.Identity identity;
  private final Map<String, SSLContext> contexts = new ConcurrentHashMap<>();

  ExtensionServers(ObjectView view, TlsContexts.Identity identity) {
    this.view = view;
    this.endpoints = new ServiceEndpoints(view);
    this.identity = identity;
  }

  /**
   * Asks for a document in this server's own name.
   *
   * @throws IOException where the server does not answer in time
   */
  Exchange ask(Backing backing, String path, String accept) throws IOException {
    var to = resolve(backing);
    var headers = new ArrayList<Header>();
    headers.add(new Header("Host", to.authority()));
    headers.add(new Header("Accept", accept));
    headers.add(new Header("Connection", "close"));
    headers.addAll(identify(AGGREGATOR));
    return Exchange.begin(to, Outgoing.of("GET", path, headers), ANSWER_MAX);
  }

  /** The address of the server that is asked next, for messages. */
  String url(Backing backing, String path) {
    try {
      return "https://" + resolve(backing).authority() + path;
    } catch (IOException e) {
      return "https://" + backing.serverName() + ":" + backing.port() + path;
    }
  }

  /**
   * Passes a user's request on.
   *
   * @throws IOException where the server can't be reached or does not speak HTTP
   */
  Response pass(Backing backing, Request request, User user) throws IOException {
    var to = resolve(backing);
    var target =
        request.query().isEmpty() ? request.path() : request.path() + "?" + request.query();
    var more = new ArrayList<>(identify(user));
    more.add(new Header("X-Forwarded-Uri", request.path()));
    more.add(new Header("X-Forwarded-Host", to.authority()));
    more.add(new Header("X-Forwarded-Proto", "https"));
    var exchange = Forwarder.begin(to, request, new Forwarder.Way(target, to.authority(), more));
    try {
      return Forwarder.answer(exchange);
    } catch (IOException | RuntimeException e) {
      exchange.close();
      throw e;
    }
  }

  /** One of the ready endpoints of the server's Service. */
  private Destination resolve(Backing backing) throws IOException {
    var service = view.find("", "services", backing.namespace(), backing.service());
    var name = backing.namespace() + "/" + backing.service();
    if (service.isEmpty()) {
      throw new IOException("service \"" + backing.service() + "\" not found");
    }
    var tls = Optional.of(new Destination.Tls(context(backing), verifiedName(backing)));
    var external = Json.text(service.get(), "spec", "externalName");
    if (Json.text(service.get(), "spec", "type").equals("ExternalName")) {
      return new Destination(external, backing.port(), tls);
    }
    var port =
        ServiceEndpoints.port(service.get(), backing.port())
            .orElseThrow(
                () ->
                    new IOException(
                        "no service port " + backing.port() + " found for service " + name));
    var place =
        endpoints
            .ready(backing.namespace(), backing.service(), port.path("name").asString(""))
            .orElseThrow(
                () -> new IOException("no endpoints available for service \"" + name + "\""));
    return new Destination(place.address(), place.port(), tls);
  }

  private static String verifiedName(Backing backing) {
    return backing.isInsecure() ? "" : backing.serverName();
  }

  private SSLContext context(Backing backing) throws IOException {
    var key = backing.isInsecure() ? "*" : backing.caBundle();
    var known = contexts.get(key);
    if (known != null) {
      return known;
    }
    var own = Optional.of(identity);
    var made =
        backing.isInsecure()
            ? TlsContexts.believingEverybody(own)
            : backing.caBundle().isEmpty()
                ? TlsContexts.ofMachine(own)
                : TlsContexts.of(own, certificates(backing.caBundle()));
    if (contexts.size() >= CONTEXTS_MAX) {
      contexts.clear();
    }
    contexts.put(key, made);
    return made;
  }

  private static List<X509Certificate> certificates(String bundle) throws IOException {
    try {
      var pem = new ByteArrayInputStream(Base64.getDecoder().decode(bundle));
      var certificates = new ArrayList<X509Certificate>();
      for (var each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        certificates.add((X509Certificate) each);
      }
      if (certificates.isEmpty()) {
        throw new IOException("unable to load root certificates: the caBundle holds none");
      }
      return certificates;
    } catch (CertificateException | IllegalArgumentException e) {
      throw new IOException("unable to load root certificates: the caBundle can't be read", e);
    }
  }

  private static List<Header> identify(User user) {
    var headers = new ArrayList<Header>();
    headers.add(new Header("X-Remote-User", user.name()));
    if (!user.uid().isEmpty()) {
      headers.add(new Header("X-Remote-Uid", user.uid()));
    }
    user.groups().forEach(group -> headers.add(new Header("X-Remote-Group", group)));
    user.extra()
        .forEach(
            (key, values) ->
                values.forEach(
                    value -> headers.add(new Header("X-Remote-Extra-" + escaped(key), value))));
    // A name with a line end in it would be two headers.
    headers.removeIf(header -> header.value().chars().anyMatch(c -> c < ' '));
    return headers;
  }

  /** A key as the name of a header may have it. */
  private static String escaped(String key) {
    var text = new StringBuilder();
    for (var b : key.getBytes(StandardCharsets.UTF_8)) {
      var c = (char) (b & 0xff);
      if (c < 128 && (Character.isLetterOrDigit(c) || "!#$&'*+-.^_`|~".indexOf(c) >= 0)) {
        text.append(c);
      } else {
        text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return text.toString();
  }
}
