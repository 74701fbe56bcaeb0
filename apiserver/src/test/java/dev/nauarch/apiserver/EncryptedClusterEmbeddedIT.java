package dev.nauarch.apiserver;

import dev.nauarch.store.Store;
import dev.nauarch.store.embedded.EmbeddedStore;
import dev.nauarch.store.embedded.EmbeddedStoreOptions;
import java.io.IOException;
import java.nio.file.Path;

/** Encryption in the durable store of a cluster, and in its files. */
class EncryptedClusterEmbeddedIT extends EncryptedClusterTest {

  @Override
  Store open(Path at) throws IOException {
    return EmbeddedStore.open(at.resolve("store"), EmbeddedStoreOptions.DEFAULT);
  }
}
