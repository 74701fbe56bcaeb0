package dev.nauarch.apiserver.request;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Documents that clients keep, and ask for again only when they have changed. */
public final class Page {

  /** What is not worth compressing, in bytes. */
  private static final int COMPRESSED_BYTES_MIN = 1400;

  private static final Pattern COMMA = Pattern.compile(",");

  private Page() {}

  /**
   * A document, or the word that the client has it already.
   *
   * @param etag what changes when the document does, without quotes
   * @param headers others
   */
  public static Response of(
      Request request, String mediaType, byte[] body, String etag, List<Response.Header> headers) {
    var all = new ArrayList<>(headers);
    all.add(new Response.Header("ETag", "\"" + etag + "\""));
    if (isKnown(request.headers().first("If-None-Match"), etag)) {
      return new Response.Full(304, "", new byte[0], all);
    }
    if (body.length >= COMPRESSED_BYTES_MIN && Compression.isWanted(request.headers())) {
      all.add(Compression.HEADER);
      return new Response.Full(200, mediaType, Compression.compressed(body), all);
    }
    return new Response.Full(200, mediaType, body, all);
  }

  /** The answer to a client that takes none of the media types that there are. */
  public static Response notAcceptable(String body) {
    return new Response.Full(
        406, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8), List.of());
  }

  private static boolean isKnown(String ifNoneMatch, String etag) {
    return COMMA
        .splitAsStream(ifNoneMatch)
        .map(String::strip)
        .map(known -> known.startsWith("W/") ? known.substring(2) : known)
        .anyMatch(known -> known.equals("*") || known.equals("\"" + etag + "\""));
  }
}
