package dev.nauarch.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.client.ClusterClient;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which controllers run. */
class ControlPlaneTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* | true",
        "*,-job-controller | false",
        "job-controller | true",
        "deployment-controller | false",
        "deployment-controller,job-controller | true",
        "-deployment-controller | false",
      })
  void controllersAreChosenByName(String chosen, boolean runs) {
    assertEquals(runs, options(chosen).runs("job-controller"));
  }

  @Test
  void whoNamesAControllerThatDoesNotExistIsTold() {
    var client =
        (ClusterClient)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ClusterClient.class},
                (proxy, method, words) -> {
                  throw new AssertionError("nothing is asked of the server");
                });
    var wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> ControlPlane.start(client, options("*,-job-controler")));
    assertTrue(
        String.valueOf(wrong.getMessage())
            .startsWith("there is no controller -job-controler; there are "));
    assertTrue(String.valueOf(wrong.getMessage()).contains("job-controller, "));
  }

  private static ControlPlaneOptions options(String chosen) {
    return new ControlPlaneOptions(
        List.of(chosen.split(",")),
        List.of(),
        "",
        "",
        "",
        ControlPlaneOptions.NODE_GRACE,
        InstantSource.system());
  }
}
