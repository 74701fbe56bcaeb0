package dev.nauarch.apiserver;

import dev.nauarch.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Encryption in etcd, and in its files. */
@SuppressWarnings("NullAway.Init") // set before all tests
class EncryptedClusterEtcdIT extends EncryptedClusterTest {

  @TempDir private static Path files;
  private static TestEtcd etcd;

  @BeforeAll
  static void startEtcd() throws IOException {
    etcd = TestEtcd.start(files);
  }

  @AfterAll
  static void stopEtcd() {
    etcd.close();
  }

  @Override
  Store open(Path at) throws IOException {
    return etcd.emptied(1).getFirst();
  }

  @Override
  Path files(Path at) {
    return files;
  }
}
