package dev.nauarch.verification.fields;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.InactiveFields;
import dev.nauarch.api.catalog.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The page of fields that are not acted upon says what the catalog says. */
class FieldsPageTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path PAGE = ROOT.resolve("docs/fields-not-acted-upon.md");
  private static final Catalog CATALOG = Catalog.builtIn("1.37");
  private static final String REWRITE =
      "mvn -pl verification -am -Dtest=FieldsPageTest -Dfields.rewrite"
          + " -Dsurefire.failIfNoSpecifiedTests=false test";

  private static final String HEAD =
      """
      # Fields that are not acted upon

      The server keeps these fields and does not act upon them yet. Whoever sets one to a value that asks for something is
      answered with a `Warning` header, which `kubectl` prints. This page is made of the catalog's
      [list](../api/src/main/catalog/inactive.yaml): `%s`.
      """
          .formatted(REWRITE);

  @Test
  void thePageSaysWhatTheCatalogSays() throws IOException {
    if (Boolean.getBoolean("fields.rewrite") || "".equals(System.getProperty("fields.rewrite"))) {
      Files.writeString(PAGE, page());
    }
    assertEquals(page(), Files.readString(PAGE), "write it anew: " + REWRITE);
    assertTrue(
        Files.readString(ROOT.resolve("README.md")).contains("(docs/fields-not-acted-upon.md)"));
  }

  @Test
  void everyFieldOfEveryKindIsOnThePage() throws IOException {
    var page = Files.readString(PAGE);
    for (var kind : CATALOG.kinds()) {
      for (var field : fields(kind)) {
        var template = template(kind, field);
        var shown = template.map(prefix -> field.path().substring(prefix.length() + 1));
        assertTrue(page.contains("| `" + shown.orElse(field.path()) + "`"), field.path());
        template.ifPresent(
            prefix -> assertTrue(page.contains(kind.kind() + " (`" + prefix + "`)"), prefix));
      }
    }
  }

  private static String page() {
    var text = new StringBuilder(HEAD);
    for (var kind : CATALOG.kinds()) {
      var fields = fields(kind).stream().filter(field -> template(kind, field).isEmpty()).toList();
      if (!fields.isEmpty()) {
        text.append("\n## ").append(kind.kind()).append('\n');
        if (kind.kind().equals("Pod")) {
          text.append("\nThe same holds of pod templates: ").append(templates()).append(".\n");
        }
        text.append("\n| field | what happens instead |\n|---|---|\n");
        fields.forEach(field -> text.append(row(field)));
      }
    }
    return text.toString();
  }

  /** All of a kind's, but for ephemeral containers, which are refused in new pods and templates. */
  private static List<InactiveFields.Field> fields(Kind kind) {
    return InactiveFields.of(kind).all().stream()
        .filter(field -> !field.path().contains("ephemeralContainers"))
        .toList();
  }

  private static String row(InactiveFields.Field field) {
    var mark = field.mark();
    var when = "";
    if (!mark.only().isEmpty()) {
      when = " with " + values(mark.only());
    } else if (!mark.unless().isEmpty()) {
      when = " other than " + values(mark.unless());
    } else if (!mark.unlessAbove().isEmpty()) {
      when =
          mark.unlessAbove().entrySet().stream()
              .map(entry -> " without `" + entry.getKey() + ": " + word(entry.getValue()) + "`")
              .collect(Collectors.joining());
    }
    return "| `" + field.path() + "`" + when + " | " + mark.instead() + " |\n";
  }

  private static String values(List<JsonNode> values) {
    return values.stream()
        .map(value -> "`" + word(value) + "`")
        .collect(Collectors.joining(" or "));
  }

  private static String word(JsonNode value) {
    return value.isString() ? value.asString() : value.toString();
  }

  private static String templates() {
    return CATALOG.kinds().stream()
        .flatMap(
            kind ->
                fields(kind).stream()
                    .flatMap(field -> template(kind, field).stream())
                    .distinct()
                    .map(prefix -> kind.kind() + " (`" + prefix + "`)"))
        .collect(Collectors.joining(", "));
  }

  /** The path of the pod template that a field is in. */
  private static Optional<String> template(Kind kind, InactiveFields.Field field) {
    var end = field.path().indexOf("template.spec.");
    var inner = field.path().lastIndexOf("template.spec.");
    var isInPod = kind.kind().equals("Pod") || end < 0;
    return isInPod ? Optional.empty() : Optional.of(field.path().substring(0, inner + 8));
  }
}
