package dev.nauarch.apiserver;

import dev.nauarch.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Encryption in etcd, and in its files. */
class EncryptedClusterEtcdIT extends EncryptedClusterTest {

  @RegisterExtension private static final TestEtcd ETCD = new TestEtcd();

  @Override
  Store open(Path at) throws IOException {
    return ETCD.emptied(1).getFirst();
  }

  @Override
  Path files(Path at) {
    return ETCD.directory();
  }
}
