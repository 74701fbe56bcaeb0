package dev.nauarch.nodeagent.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.spdy.SpdyFrames;
import dev.nauarch.nodeagent.spdy.SpdyFrames.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.Adler32;
import org.junit.jupiter.api.Test;

class SpdyFramesTest {
  /** What the library that kubectl uses writes: two streams, some data, a ping and a reset. */
  private static final byte[] WRITTEN_BY_KUBECTL =
      HexFormat.of()
          .parseHex(
              "800300010000003d0000000100000000000078f9e3c6a7c202253a48f95b044eea160616a084c8590489"
                  + "af4c503a663400a7c492a2d4c45c6861c39a0a8a0a00000000ffff0000000101000000"
                  + "800300010000001a00000003000000000000826a469502954389848d04000000ffff"
                  + "000000030000000568656c6c6f800300060000000400000001"
                  + "80030003000000080000000300000005");

  private final SpdyFrames frames = new SpdyFrames();

  @Test
  void framesAreReadHoweverTheirBytesAreCut() throws IOException {
    for (var size = 1; size <= WRITTEN_BY_KUBECTL.length; size += 7) {
      try (var reader = new SpdyFrames()) {
        var read = new StringBuilder();
        for (var from = 0; from < WRITTEN_BY_KUBECTL.length; from += size) {
          var to = Math.min(from + size, WRITTEN_BY_KUBECTL.length);
          for (var frame : reader.read(Arrays.copyOfRange(WRITTEN_BY_KUBECTL, from, to))) {
            read.append(told(frame)).append('\n');
          }
        }
        assertEquals(
            """
            open 1 of error to 8081 for 0
            data 1 last
            open 3 of data to 8081 for 0
            data 3 hello
            ping 1
            reset 3
            """,
            read.toString());
      }
    }
  }

  private static String told(Frame frame) {
    return switch (frame) {
      case Frame.Open(var stream, var headers) -> {
        assertEquals(3, headers.size());
        yield "open %d of %s to %s for %s"
            .formatted(
                stream, headers.get("streamtype"), headers.get("port"), headers.get("requestid"));
      }
      case Frame.Data(var stream, var isLast, var content) ->
          "data " + stream + " " + (isLast ? "last" : new String(content, StandardCharsets.UTF_8));
      case Frame.Reset(var stream) -> "reset " + stream;
      case Frame.Ping(var id) -> "ping " + id;
    };
  }

  @Test
  void theDictionaryIsThatOfTheProtocol() {
    var sum = new Adler32();
    sum.update(SpdyFrames.dictionary());
    assertEquals(0xe3c6a7c2L, sum.getValue());
  }

  @Test
  void aReplyHasNoHeadersAndDataItsLength() throws IOException {
    try (var client = new SpdyClient()) {
      assertEquals(Map.of(), client.headersOf(frames.reply(1)));
      assertEquals(Map.of(), client.headersOf(frames.reply(3)));
    }
    var data = SpdyFrames.data(3, true, new byte[] {7, 8, 9}, 2);
    assertArrayEquals(new byte[] {0, 0, 0, 3, 1, 0, 0, 2, 7, 8}, data);
    assertArrayEquals(new byte[] {-128, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 5}, SpdyFrames.ping(5));
  }

  @Test
  void whatIsNoFrameIsRefused() {
    var refused =
        Map.of(
            "80020001000000000000", "a frame of another version of SPDY",
            "0000000100ffffff", "a frame of 16777215 bytes; at most 1 MiB is taken",
            "80030006000000020000", "a frame is cut short",
            "800300010000000c000000010000000000000102", "headers can't be read");
    refused.forEach(
        (bytes, message) -> {
          var e =
              assertThrows(
                  IOException.class, () -> new SpdyFrames().read(HexFormat.of().parseHex(bytes)));
          assertEquals(message, e.getMessage());
        });
  }

  @Test
  void headersAreBounded() throws IOException {
    try (var client = new SpdyClient()) {
      var headers = Map.of("port", "1".repeat(20_000));
      var frame = client.open(1, headers);
      assertTrue(frame.length < 1_000);
      var e = assertThrows(IOException.class, () -> frames.read(frame));
      assertEquals("headers are longer than 16 KiB", e.getMessage());
    }
  }
}
