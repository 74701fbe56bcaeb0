package dev.nauarch.apiserver.http;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.port.Credentials;
import dev.nauarch.apiserver.port.Headers;
import dev.nauarch.apiserver.request.Body;
import java.io.IOException;
import java.io.InputStream;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** A request of Jetty's, as the request handler sees it. */
final class JettyRequest {

  private static final String BEARER = "Bearer ";
  private static final long DISCARDED_BYTES_MAX = 32L * 1024 * 1024;

  private JettyRequest() {}

  static dev.nauarch.apiserver.request.Request of(Request jetty) {
    var uri = jetty.getHttpURI();
    var query = uri.getQuery();
    var headers = new JettyHeaders(jetty.getHeaders(), authority(uri));
    return new dev.nauarch.apiserver.request.Request(
        jetty.getMethod(),
        uri.getPath(),
        query == null ? "" : query,
        headers,
        new JettyBody(jetty),
        new Credentials(chain(jetty), token(jetty), headers),
        remote(jetty));
  }

  /** What HTTP/2 has in place of the header {@code Host}. */
  private static String authority(HttpURI uri) {
    return uri.getAuthority() == null ? "" : uri.getAuthority();
  }

  private static List<X509Certificate> chain(Request jetty) {
    var session = jetty.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
    if (session == null) {
      return List.of();
    }
    var certificates = session.peerCertificates();
    return certificates == null ? List.of() : List.of(certificates);
  }

  private static String token(Request jetty) {
    var header = jetty.getHeaders().get(HttpHeader.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? header.substring(BEARER.length()).strip()
        : "";
  }

  private static String remote(Request jetty) {
    return String.valueOf(jetty.getConnectionMetaData().getRemoteSocketAddress());
  }

  /**
   * Reads what is left of a body that nobody wanted, up to a limit: most clients look for an answer
   * only once they have sent what they had to send. A client that waits to be told to send is not.
   */
  static void discardBody(Request jetty) {
    if (!jetty.getHeaders().contains(HttpHeader.EXPECT)) {
      try {
        discard(Content.Source.asInputStream(jetty));
      } catch (IOException e) {
        // The answer goes to a client that does not finish its request, too.
      }
    }
  }

  private static void discard(InputStream in) throws IOException {
    for (var left = DISCARDED_BYTES_MAX; left > 0; ) {
      var skipped = in.skip(left);
      if (skipped <= 0) {
        break;
      }
      left -= skipped;
    }
  }

  private record JettyHeaders(HttpFields fields, String authority) implements Headers {

    @Override
    public String first(String name) {
      var value = fields.get(name);
      if (value == null) {
        return name.equalsIgnoreCase("Host") ? authority : "";
      }
      return value;
    }

    @Override
    public List<String> all(String name) {
      return fields.getValuesList(name);
    }

    @Override
    public List<String> names(String prefix) {
      var found = List.<String>of();
      for (var field : fields) {
        if (field.getName().regionMatches(true, 0, prefix, 0, prefix.length())) {
          // Hardly any request has one: those that have none cost no list.
          found = found.isEmpty() ? new ArrayList<>() : found;
          if (!found.contains(field.getName())) {
            found.add(field.getName());
          }
        }
      }
      return found;
    }
  }

  private record JettyBody(Request jetty) implements Body {

    @Override
    public byte[] read(int max) throws IOException {
      var length = jetty.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
      try (var in = Content.Source.asInputStream(jetty)) {
        if (length > max) {
          throw tooLarge(in, max);
        }
        var bytes = in.readNBytes(length >= 0 ? (int) length : max + 1);
        if (bytes.length > max) {
          throw tooLarge(in, max);
        }
        return bytes;
      }
    }

    @Override
    public InputStream open() {
      return Content.Source.asInputStream(jetty);
    }

    private static ApiException tooLarge(InputStream in, int max) throws IOException {
      discard(in);
      return new ApiException(
          ApiException.Reason.REQUEST_ENTITY_TOO_LARGE,
          "Request entity too large: limit is " + max,
          ApiException.Details.NONE);
    }
  }
}
