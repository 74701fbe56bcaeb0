package dev.nauarch.nodeagent.runtime.cri;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** An image of busybox, made and pushed by tests. */
final class TestImage {
  private static final int BLOCK = 512;
  private static final List<String> APPLETS =
      List.of(
          "sh",
          "cat",
          "echo",
          "sleep",
          "grep",
          "id",
          "env",
          "true",
          "false",
          "head",
          "tail",
          "tty",
          "stty",
          "pidof",
          "wc",
          "kill",
          "ls",
          "mkdir",
          "touch",
          "nc",
          "httpd",
          "wget",
          "df",
          "dd",
          "ip",
          "nslookup",
          "hostname",
          "mount",
          "ps",
          "test",
          "date",
          "cut",
          "tr");

  private final HttpClient http;
  private final String registry;

  /**
   * @param registry its host and port
   */
  TestImage(HttpClient http, String registry) {
    this.http = http;
    this.registry = registry;
  }

  /**
   * Pushes busybox.
   *
   * @param user whom its containers run as; empty for root
   * @return the image's name
   */
  String push(String repository, String tag, String user) throws IOException, InterruptedException {
    var layer = layer();
    var config =
        """
        {"architecture":"amd64","os":"linux",
         "config":{"User":"%s","Env":["PATH=/bin","FROM_IMAGE=yes"],"Entrypoint":["/bin/echo"],
                   "Cmd":["from","image"],"WorkingDir":"/work"},
         "rootfs":{"type":"layers","diff_ids":["%s"]}}
        """
            .formatted(user, digest(layer))
            .getBytes(StandardCharsets.UTF_8);
    upload(repository, layer);
    upload(repository, config);
    var manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
         "config":{"mediaType":"application/vnd.oci.image.config.v1+json",
                   "digest":"%s","size":%d},
         "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar",
                    "digest":"%s","size":%d}]}
        """
            .formatted(digest(config), config.length, digest(layer), layer.length);
    var request =
        HttpRequest.newBuilder(uri("/v2/" + repository + "/manifests/" + tag))
            .header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
            .PUT(HttpRequest.BodyPublishers.ofString(manifest))
            .build();
    expect(201, http.send(request, HttpResponse.BodyHandlers.ofString()));
    return registry + "/" + repository + ":" + tag;
  }

  private URI uri(String path) {
    return URI.create("http://" + registry + path);
  }

  private static void expect(int code, HttpResponse<String> answer) throws IOException {
    if (answer.statusCode() != code) {
      throw new IOException(answer.uri() + ": " + answer.statusCode() + " " + answer.body());
    }
  }

  private void upload(String repository, byte[] blob) throws IOException, InterruptedException {
    var begin =
        HttpRequest.newBuilder(uri("/v2/" + repository + "/blobs/uploads/"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    var answer = http.send(begin, HttpResponse.BodyHandlers.ofString());
    expect(202, answer);
    var place = answer.headers().firstValue("Location").orElseThrow();
    var end = place + (place.contains("?") ? "&" : "?") + "digest=" + digest(blob);
    var request =
        HttpRequest.newBuilder(URI.create(end))
            .PUT(HttpRequest.BodyPublishers.ofByteArray(blob))
            .build();
    expect(201, http.send(request, HttpResponse.BodyHandlers.ofString()));
  }

  static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] layer() throws IOException {
    var tar = new ByteArrayOutputStream();
    for (var directory :
        List.of("bin", "etc", "tmp", "proc", "sys", "dev", "work", "var", "root")) {
      entry(tar, directory + "/", '5', "", new byte[0]);
    }
    var passwd = "root:x:0:0:root:/root:/bin/sh\nworker:x:1001:1002::/work:/bin/sh\n";
    entry(tar, "etc/passwd", '0', "", passwd.getBytes(StandardCharsets.UTF_8));
    var group = "root:x:0:\nworker:x:1002:\nextra:x:1003:worker\n";
    entry(tar, "etc/group", '0', "", group.getBytes(StandardCharsets.UTF_8));
    entry(tar, "bin/busybox", '0', "", Files.readAllBytes(Path.of("/bin/busybox")));
    for (var applet : APPLETS) {
      entry(tar, "bin/" + applet, '2', "busybox", new byte[0]);
    }
    tar.write(new byte[2 * BLOCK]);
    return tar.toByteArray();
  }

  private static void entry(OutputStream tar, String name, char type, String link, byte[] content)
      throws IOException {
    var header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, type == '0' && name.startsWith("etc") ? "0000644" : "0000755");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, "%011o".formatted(content.length));
    put(header, 136, "%011o".formatted(1_700_000_000L));
    put(header, 148, "        ");
    header[156] = (byte) type;
    put(header, 157, link);
    put(header, 257, "ustar");
    put(header, 263, "00");
    var sum = 0;
    for (var each : header) {
      sum += each & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    tar.write(header);
    tar.write(content);
    tar.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
  }

  private static void put(byte[] header, int at, String text) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
