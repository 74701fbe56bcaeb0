package dev.nauarch.store.etcd;

import static dev.nauarch.store.contract.StoreFixture.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nauarch.store.Store;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import dev.nauarch.store.contract.RecordingWatcher;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An etcd that wants client certificates. The certificates are made by openssl. */
@Timeout(120)
class EtcdTlsIT {
  @TempDir private Path directory;
  private EtcdProcess etcd;

  @BeforeEach
  void startEtcd() throws Exception {
    authority("ca");
    authority("stranger");
    certificate("server", "ca");
    certificate("client", "ca");
    etcd =
        EtcdProcess.start(
            directory,
            List.of(
                "--cert-file=" + file("server.crt"),
                "--key-file=" + file("server.key"),
                "--trusted-ca-file=" + file("ca.crt"),
                "--client-cert-auth=true"));
  }

  @AfterEach
  void stopEtcd() throws Exception {
    etcd.kill();
  }

  @Test
  void storeWorksWithACertificateThatEtcdTrusts() throws Exception {
    var tls = new EtcdOptions.Tls(file("ca.crt"), file("client.crt"), file("client.key"));
    // The first endpoint answers nothing, and the member's certificate is not for it.
    try (Store store =
        EtcdStore.open(options(tls, Duration.ofSeconds(30), "localhost:1", etcd.endpoint()))) {
      var watcher = new RecordingWatcher();
      try (var _ = store.watch("/", 0, watcher)) {
        long revision = put(store, "/a", "one");
        watcher.awaitTold(revision);
        assertEquals(revision, store.get("/a").orElseThrow().revision());
      }
    }
  }

  @Test
  void memberThatAnotherAuthorityVouchesForIsNotTrusted() {
    var tls = new EtcdOptions.Tls(file("stranger.crt"), file("client.crt"), file("client.key"));
    var refused =
        assertThrows(
            StoreException.class,
            () -> EtcdStore.open(options(tls, Duration.ofSeconds(3), etcd.endpoint())).close());
    assertEquals(Reason.UNAVAILABLE, refused.reason());
  }

  private static EtcdOptions options(
      EtcdOptions.Tls tls, Duration requestTimeout, String... endpoints) {
    return new EtcdOptions(
        List.of(endpoints), Optional.of(tls), requestTimeout, 100, Duration.ofSeconds(1));
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private void authority(String name) throws Exception {
    openssl(
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=" + name,
        "-keyout",
        name + ".key",
        "-out",
        name + ".crt");
  }

  private void certificate(String name, String authority) throws Exception {
    Files.writeString(file(name + ".ext"), "subjectAltName=IP:127.0.0.1");
    openssl(
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=" + name,
        "-keyout",
        name + ".key",
        "-out",
        name + ".csr");
    openssl(
        "x509",
        "-req",
        "-in",
        name + ".csr",
        "-CA",
        authority + ".crt",
        "-CAkey",
        authority + ".key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        name + ".ext",
        "-out",
        name + ".crt");
  }

  private void openssl(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + output);
  }
}
