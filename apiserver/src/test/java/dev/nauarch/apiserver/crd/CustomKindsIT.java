package dev.nauarch.apiserver.crd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.Awaiting;
import dev.nauarch.apiserver.SecureCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Custom kinds, many of them and very large ones. */
class CustomKindsIT {

  private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private static final int COUNT = 500;
  private static final int SCHEMA_BYTES = 1_400_000;

  @Test
  void eachOfManyKindsIsUsable(@TempDir Path directory) throws Exception {
    try (var cluster = SecureCluster.start(directory)) {
      var admin = cluster.admin();
      for (int i = 0; i < COUNT; i++) {
        admin.create(CRDS, definition(i));
        var created = System.nanoTime();
        var path = "/apis/example.com/v1/namespaces/default/kinds" + i;
        var object =
            "{'apiVersion':'example.com/v1','kind':'Kind%d','metadata':{'name':'first'},'spec':{'n':1}}"
                .formatted(i);
        while (admin.send("POST", path, object).code() != 201) {
          assertTrue(System.nanoTime() - created < 20_000_000_000L, path);
        }
      }
      assertEquals(200, admin.get("/openapi/v3/apis/example.com/v1").code());
    }
  }

  @Test
  void aSchemaOfAMegabyteAndAHalfIsServedAndHeldTo(@TempDir Path directory) throws Exception {
    try (var cluster = SecureCluster.start(directory)) {
      var admin = cluster.admin();
      var properties = new StringBuilder();
      int count = 0;
      for (; properties.length() < SCHEMA_BYTES; count++) {
        properties.append(
            "%s'field%d':{'type':'string','maxLength':9,'description':'%s'}"
                .formatted(count == 0 ? "" : ",", count, "what it says, ".repeat(10)));
      }
      admin.create(
          CRDS,
          ("{'metadata':{'name':'bigs.example.com'},'spec':{'group':'example.com','scope':'Cluster',"
                  + "'names':{'plural':'bigs','kind':'Big'},'versions':[{'name':'v1','served':true,"
                  + "'storage':true,'schema':{'openAPIV3Schema':{'type':'object','properties':{'spec':"
                  + "{'type':'object','properties':{%s}}}}}}]}}")
              .formatted(properties));
      var path = "/apis/example.com/v1/bigs";
      var form =
          "{'apiVersion':'example.com/v1','kind':'Big','metadata':{'name':'b%d'},'spec':{'field7':'%s'}}";
      Awaiting.await(
          "the kind is not served",
          () -> admin.send("POST", path, form.formatted(0, "right")).code() == 201);
      var last = "field" + (count - 1);
      Awaiting.await(
          "the schema is not shown",
          () -> admin.get("/openapi/v3/apis/example.com/v1").text().contains(last));
      for (int i = 0; i < 20; i++) {
        assertEquals(422, admin.send("POST", path, form.formatted(i + 1, "much too long")).code());
        admin.create(path, form.formatted(i + 1, "right"));
      }
    }
  }

  private static String definition(int i) {
    return ("{'metadata':{'name':'kinds%d.example.com'},'spec':{'group':'example.com','scope':"
            + "'Namespaced','names':{'plural':'kinds%d','kind':'Kind%d'},'versions':[{'name':'v1',"
            + "'served':true,'storage':true,'schema':{'openAPIV3Schema':{'type':'object','properties':{'spec':{'type':'object','x-kubernetes-validations':[{'rule':'self.n"
            + " > 0'}],"
            + "'properties':{'n':{'type':'integer'},'text':{'type':'string','default':'t'}}}}}}}]}}")
        .formatted(i, i, i);
  }
}
