package dev.nauarch.apiserver;

import dev.nauarch.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Two servers of one cluster over one etcd. */
@SuppressWarnings("NullAway.Init") // set before all tests
class TwoServersEtcdIT extends TwoServersTest {

  private static TestEtcd etcd;

  @BeforeAll
  static void startEtcd(@TempDir Path directory) throws IOException {
    etcd = TestEtcd.start(directory);
  }

  @AfterAll
  static void stopEtcd() {
    etcd.close();
  }

  @Override
  List<Store> stores() throws IOException {
    return etcd.emptied(2);
  }
}
