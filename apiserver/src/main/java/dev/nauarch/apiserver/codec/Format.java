package dev.nauarch.apiserver.codec;

import java.util.Locale;
import java.util.Optional;

/** How an object is written on the wire. */
public enum Format {
  JSON("application/json"),
  YAML("application/yaml"),
  PROTOBUF("application/vnd.kubernetes.protobuf");

  private final String mediaType;

  Format(String mediaType) {
    this.mediaType = mediaType;
  }

  /** Its media type, without parameters. */
  public String mediaType() {
    return mediaType;
  }

  /** The format of a media type, with or without parameters; an empty one is JSON. */
  public static Optional<Format> of(String contentType) {
    var semicolon = contentType.indexOf(';');
    var name = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return contentType.isEmpty()
        ? Optional.of(JSON)
        : ofName(name.strip().toLowerCase(Locale.ROOT));
  }

  private static Optional<Format> ofName(String name) {
    return switch (name) {
      case "application/json" -> Optional.of(JSON);
      case "application/yaml" -> Optional.of(YAML);
      case "application/vnd.kubernetes.protobuf" -> Optional.of(PROTOBUF);
      default -> Optional.empty();
    };
  }
}
