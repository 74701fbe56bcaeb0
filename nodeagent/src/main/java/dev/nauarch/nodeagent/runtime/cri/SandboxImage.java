package dev.nauarch.nodeagent.runtime.cri;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The image of the program that holds a pod's namespaces, for machines that reach no registry which
 * has one: an archive of an OCI image layout with one program of some 200 bytes, which lets the
 * kernel collect ended children and sleeps. For 64-bit x86 processors.
 */
final class SandboxImage {
  private static final int BLOCK = 512;
  private static final int LOADED_AT = 0x400000;
  private static final int HEAD_BYTES = 64 + 56;

  /** The kernel's calls are rt_sigaction of SIGCHLD with the action that follows, then pause. */
  private static final byte[] CODE =
      HexFormat.of()
          .parseHex(
              "b80d000000" // mov eax, rt_sigaction
                  + "bf11000000" // mov edi, SIGCHLD
                  + "488d3517000000" // lea rsi, [the action]
                  + "31d2" // xor edx, edx
                  + "41ba08000000" // mov r10d, 8
                  + "0f05" // syscall
                  + "b822000000" // again: mov eax, pause
                  + "0f05" // syscall
                  + "ebf7" // jmp again
                  + "90909090"
                  // Its handler is SIG_IGN; flags, restorer and mask are nothing.
                  + "0100000000000000"
                  + "0000000000000000"
                  + "0000000000000000"
                  + "0000000000000000");

  private SandboxImage() {}

  /** Whether this machine's processor can run the program. */
  static boolean isForThisMachine() {
    return System.getProperty("os.arch").equals("amd64");
  }

  /** Writes the archive; the runtime knows the image by this name then. */
  static void write(Path file, String name) throws IOException {
    var layer = new ByteArrayOutputStream();
    entry(layer, "pause", 0755, program());
    end(layer);
    var config =
        """
        {"architecture":"amd64","os":"linux","config":{"Entrypoint":["/pause"]},\
        "rootfs":{"type":"layers","diff_ids":["%s"]}}"""
            .formatted(digest(layer.toByteArray()))
            .getBytes(StandardCharsets.UTF_8);
    var manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
        "config":{"mediaType":"application/vnd.oci.image.config.v1+json",\
        "digest":"%s","size":%d},\
        "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar",\
        "digest":"%s","size":%d}]}"""
            .formatted(digest(config), config.length, digest(layer.toByteArray()), layer.size())
            .getBytes(StandardCharsets.UTF_8);
    var index =
        """
        {"schemaVersion":2,"manifests":[\
        {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":%d,\
        "platform":{"architecture":"amd64","os":"linux"},\
        "annotations":{"io.containerd.image.name":"%s"}}]}"""
            .formatted(digest(manifest), manifest.length, name);
    var archive = new ByteArrayOutputStream();
    entry(archive, "oci-layout", 0644, bytes("{\"imageLayoutVersion\":\"1.0.0\"}"));
    entry(archive, "index.json", 0644, bytes(index));
    entry(archive, blob(manifest), 0644, manifest);
    entry(archive, blob(config), 0644, config);
    entry(archive, blob(layer.toByteArray()), 0644, layer.toByteArray());
    end(archive);
    Files.write(file, archive.toByteArray());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** An ELF file with one segment, which is the whole file. */
  static byte[] program() {
    var size = HEAD_BYTES + CODE.length;
    var elf = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(HexFormat.of().parseHex("7f454c46020101000000000000000000"));
    elf.putShort((short) 2).putShort((short) 0x3e).putInt(1);
    elf.putLong(LOADED_AT + HEAD_BYTES).putLong(64).putLong(0).putInt(0);
    elf.putShort((short) 64).putShort((short) 56).putShort((short) 1);
    elf.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    elf.putInt(1).putInt(5).putLong(0).putLong(LOADED_AT).putLong(LOADED_AT);
    elf.putLong(size).putLong(size).putLong(0x1000);
    return elf.put(CODE).array();
  }

  private static String blob(byte[] content) {
    return "blobs/sha256/" + digest(content).substring("sha256:".length());
  }

  private static String digest(byte[] content) {
    try {
      var sum = MessageDigest.getInstance("SHA-256").digest(content);
      return "sha256:" + HexFormat.of().formatHex(sum);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A file in a tar archive, by POSIX.1-1988. */
  private static void entry(ByteArrayOutputStream tar, String name, int mode, byte[] content) {
    var header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, "%07o".formatted(mode));
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, String.format(Locale.ROOT, "%011o", content.length));
    put(header, 136, "00000000000");
    put(header, 148, "        ");
    header[156] = '0';
    put(header, 257, "ustar");
    put(header, 263, "00");
    var sum = 0;
    for (var each : header) {
      sum += each & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    tar.writeBytes(header);
    tar.writeBytes(content);
    tar.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
  }

  private static void put(byte[] header, int at, String text) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  private static void end(ByteArrayOutputStream tar) {
    tar.writeBytes(new byte[2 * BLOCK]);
  }
}
