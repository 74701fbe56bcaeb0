package dev.nauarch.apiserver.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.apiserver.object.StoredObject;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A snapshot against a sorted set, under changes drawn by chance. */
class SnapshotTest {
  private static final List<String> PREFIXES = List.of("", "a/", "b/", "b", "bb/", "c/", "0", "z/");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void selectsAndCountsWhatASortedSetWould(long seed) {
    var random = new Random(seed);
    var expected = new TreeSet<String>();
    var snapshot = Snapshot.EMPTY;
    for (var change = 0; change < 400; change++) {
      var key = List.of("a/", "b/", "bb/", "c/").get(random.nextInt(4)) + random.nextInt(60);
      if (random.nextInt(3) > 0) {
        snapshot = snapshot.with(new StoredObject(key, new byte[0], change + 1));
        expected.add(key);
      } else {
        snapshot = snapshot.without(key);
        expected.remove(key);
      }
      var prefix = PREFIXES.get(random.nextInt(PREFIXES.size()));
      var in = expected.stream().filter(it -> it.startsWith(prefix)).toList();
      assertEquals(in.size(), snapshot.count(prefix), prefix);
      assertEquals(in, keys(snapshot.select(prefix, object -> true, Integer.MAX_VALUE)), prefix);
      var limit = 1 + random.nextInt(20);
      assertEquals(
          in.stream().filter(it -> it.endsWith("1")).limit(limit).toList(),
          keys(snapshot.select(prefix, object -> object.key().endsWith("1"), limit)),
          prefix);
    }
  }

  private static List<String> keys(List<StoredObject> objects) {
    return objects.stream().map(StoredObject::key).toList();
  }
}
