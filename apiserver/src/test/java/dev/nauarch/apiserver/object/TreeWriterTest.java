package dev.nauarch.apiserver.object;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

class TreeWriterTest {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  @Test
  void treesAreWrittenAsJacksonDoes() {
    var random = new Random(20261121);
    for (var round = 0; round < 3000; round++) {
      var tree = tree(random, 4);
      assertEquals(
          Json.MAPPER.writeValueAsString(tree),
          new String(TreeWriter.write(tree), StandardCharsets.UTF_8));
    }
  }

  @Test
  void everyLetterIsWrittenAsJacksonDoes() {
    var text = new StringBuilder();
    for (var letter = 0; letter < 0xD800; letter++) {
      text.append((char) letter);
    }
    text.appendCodePoint(0x1F600).appendCodePoint(0x10FFFF);
    var node = NODES.stringNode(text.toString());
    assertEquals(
        Json.MAPPER.writeValueAsString(node),
        new String(TreeWriter.write(node), StandardCharsets.UTF_8));
  }

  @Test
  void aLetterToEscapeIsFoundWhereverItStands() {
    for (var letter : new char[] {0, '\n', 0x1F, '"', '\\', 0x7F, 0x80, 'é', '€'}) {
      for (var at = 0; at < 20; at++) {
        var text = "a".repeat(at) + letter + "!".repeat(19 - at);
        assertEquals(
            Json.MAPPER.writeValueAsString(NODES.stringNode(text)),
            new String(TreeWriter.write(NODES.stringNode(text)), StandardCharsets.UTF_8));
      }
    }
  }

  private static JsonNode tree(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 12 : 9)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(random.nextInt());
      case 3 -> NODES.numberNode(random.nextLong());
      case 4 -> NODES.numberNode(random.nextGaussian() * 1e12);
      case 5 -> NODES.numberNode(new BigInteger(90, random));
      case 6 -> NODES.numberNode(new BigDecimal(new BigInteger(80, random), random.nextInt(40)));
      case 7, 8 -> NODES.stringNode(text(random));
      case 9 -> {
        var array = NODES.arrayNode();
        for (var i = random.nextInt(5); i > 0; i--) {
          array.add(tree(random, depth - 1));
        }
        yield array;
      }
      default -> {
        var object = NODES.objectNode();
        for (var i = random.nextInt(6); i > 0; i--) {
          object.set(text(random), tree(random, depth - 1));
        }
        yield object;
      }
    };
  }

  private static String text(Random random) {
    var text = new StringBuilder();
    for (var i = random.nextInt(random.nextInt(20) == 0 ? 9000 : 20); i > 0; i--) {
      text.appendCodePoint(
          switch (random.nextInt(12)) {
            case 0 -> random.nextInt(0x80);
            case 1 -> 0x80 + random.nextInt(0xD000);
            case 2 -> 0x10000 + random.nextInt(0x1000);
            default -> 'a' + random.nextInt(26);
          });
    }
    return text.toString();
  }
}
