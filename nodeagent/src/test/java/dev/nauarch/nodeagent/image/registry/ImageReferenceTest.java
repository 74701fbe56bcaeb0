package dev.nauarch.nodeagent.image.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What names mean, and how registries want to be told who asks. */
final class ImageReferenceTest {
  private static final String DIGEST = "sha256:" + "0a".repeat(32);

  @ParameterizedTest
  @CsvSource({
    "busybox, docker.io/library/busybox:latest",
    "busybox:1.36, docker.io/library/busybox:1.36",
    "team/app, docker.io/team/app:latest",
    "index.docker.io/app, docker.io/library/app:latest",
    "localhost/app, localhost/app:latest",
    "localhost:5000/app:v1, localhost:5000/app:v1",
    "ghcr.io/a/b/c:v1, ghcr.io/a/b/c:v1",
    "[::1]:5000/a:b, [::1]:5000/a:b"
  })
  void namesAreFilledUp(String name, String full) throws Exception {
    assertEquals(full, ImageReference.parse(name).toString());
  }

  @Test
  void aDigestGoesBeforeATag() throws Exception {
    var both = ImageReference.parse("busybox:1@" + DIGEST);
    assertEquals(DIGEST, both.version());
    assertEquals("docker.io/library/busybox:1@" + DIGEST, both.toString());
    assertEquals("", ImageReference.parse("busybox@" + DIGEST).tag());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "UPPER",
        "a b",
        "a:",
        "a@sha256:12",
        "a//b",
        "-a",
        "a/../b",
        "http://a/b",
        "a:b:c",
        "ghcr.io/",
        "ghcr.io/A",
        "a@",
        "a.b:99999999/c",
        "a\n"
      })
  void whatIsNoNameIsRefused(String name) {
    var fault = assertThrows(ImageFault.class, () -> ImageReference.parse(name));
    assertEquals(ImageFault.Reason.NAME, fault.reason());
  }

  @Test
  void challengesAreRead() {
    var found =
        Challenge.parse(
            List.of(
                "Bearer realm=\"https://a/t?x=1,2\", service=reg ,scope=\"a b\\\"c\"",
                "Basic realm=\"x\", Negotiate"));
    assertEquals(
        List.of("bearer", "basic", "negotiate"), found.stream().map(Challenge::scheme).toList());
    assertEquals("https://a/t?x=1,2", found.getFirst().parameter("realm"));
    assertEquals("reg", found.getFirst().parameter("service"));
    assertEquals("a b\"c", found.getFirst().parameter("scope"));
  }
}
