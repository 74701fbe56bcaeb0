package dev.nauarch.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ModelCodecTest {

  @Test
  void aWholeNumberOfATreeIsTakenWhereATextMayStandToo() {
    var tree = ModelCodec.emptyTree();
    var port = ModelCodec.decode(tree.put("targetPort", 80L), ServicePort.class);
    assertEquals(new IntOrString(80), port.getTargetPort());
    assertEquals(tree.toString(), ModelCodec.tree(port).toString());
    port = ModelCodec.decode(tree.put("targetPort", "http"), ServicePort.class);
    assertEquals(new IntOrString("http"), port.getTargetPort());
    var bytes = "{\"targetPort\":80}".getBytes(StandardCharsets.UTF_8);
    port = ModelCodec.decode(bytes, ServicePort.class);
    assertEquals(new IntOrString(80), port.getTargetPort());
  }

  @Test
  void aNumberThatIsNoPortIsRefused() {
    var tree = ModelCodec.emptyTree().put("targetPort", 1L << 40);
    assertThrows(IllegalArgumentException.class, () -> ModelCodec.decode(tree, ServicePort.class));
  }
}
