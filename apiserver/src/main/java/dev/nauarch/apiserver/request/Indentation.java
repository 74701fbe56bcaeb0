package dev.nauarch.apiserver.request;

import dev.nauarch.apiserver.port.Headers;
import java.util.List;
import java.util.Set;

/** Which answers are indented: those that a client asks for so, and those that people look at. */
public final class Indentation {

  private static final String PARAMETER = "pretty";
  private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");

  /** How the tools call themselves that show people what they get. */
  private static final List<String> SHOWING = List.of("curl", "Wget", "Mozilla/5.0");

  private Indentation() {}

  /** Whether the answer to a request is indented. */
  static boolean isWanted(Query query, Headers headers) {
    var asked = query.text(PARAMETER);
    if (!asked.isEmpty()) {
      return TRUE.contains(asked);
    }
    var client = headers.first("User-Agent");
    return SHOWING.stream().anyMatch(client::startsWith);
  }

  /** An answer as its request wants it; only JSON that is known as a whole is changed. */
  public static Response of(Request request, Response answer) {
    return answer instanceof Response.Full(var status, var type, var body, var headers)
            && type.equals(Encoding.JSON)
            && !headers.contains(Compression.HEADER)
            && isWanted(Query.parse(request.query()), request.headers())
        ? new Response.Full(status, type, Indenter.indented(body), headers)
        : answer;
  }
}
