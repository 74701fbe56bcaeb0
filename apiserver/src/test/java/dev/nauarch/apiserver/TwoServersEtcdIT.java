package dev.nauarch.apiserver;

import dev.nauarch.store.Store;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two servers of one cluster over one etcd. */
class TwoServersEtcdIT extends TwoServersTest {

  @RegisterExtension private static final TestEtcd ETCD = new TestEtcd();

  @Override
  List<Store> stores() throws IOException {
    return ETCD.emptied(2);
  }
}
