package dev.nauarch.apiserver;

import dev.nauarch.store.Store;
import dev.nauarch.store.embedded.EmbeddedStore;
import dev.nauarch.store.embedded.EmbeddedStoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The verbs on the durable store of a cluster. */
class EmbeddedApiServerIT extends ApiServerTest {

  @Override
  List<Store> stores(Path directory) throws IOException {
    return List.of(EmbeddedStore.open(directory.resolve("store"), EmbeddedStoreOptions.DEFAULT));
  }
}
