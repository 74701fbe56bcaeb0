package dev.nauarch.scheduling.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Things made on demand, of which those are kept that were asked for last. */
public final class Recent<K, V> {

  private final int limit;

  /** Its first entry is the one that nobody has asked for for the longest time. */
  private final Map<K, V> known = new LinkedHashMap<>(16, 0.75f, true);

  /** Of which so many are kept. */
  public Recent(int limit) {
    this.limit = limit;
  }

  /** The one of a key, made where it is not there any more. */
  public V get(K key, Function<K, V> making) {
    var value = known.get(key);
    if (value != null) {
      return value;
    }
    if (known.size() >= limit) {
      known.remove(known.keySet().iterator().next());
    }
    var made = making.apply(key);
    known.put(key, made);
    return made;
  }

  /** What is known is not so any more. */
  void clear() {
    known.clear();
  }
}
