package dev.nauarch.apiserver;

import dev.nauarch.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The verbs on etcd. */
class EtcdOneServerIT extends ApiServerTest {

  @RegisterExtension private static final TestEtcd ETCD = new TestEtcd();

  @Override
  List<Store> stores(Path directory) throws IOException {
    return ETCD.emptied(1);
  }
}
