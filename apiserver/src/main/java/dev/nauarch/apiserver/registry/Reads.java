package dev.nauarch.apiserver.registry;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.encryption.Unreadable;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.StorageKey;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.schema.ObjectForm;
import dev.nauarch.apiserver.watch.WatchCache;
import dev.nauarch.apiserver.watch.WatchChannel;
import dev.nauarch.apiserver.watch.WatchRequest;
import dev.nauarch.apiserver.watch.WatchStart;
import dev.nauarch.store.Entry;
import dev.nauarch.store.Page;
import dev.nauarch.store.Store;
import dev.nauarch.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads: get, list, watch. */
final class Reads {

  private static final Duration FRESHNESS_WAIT_MAX = Duration.ofSeconds(3);
  private static final int RANGE_PAGE = 500;

  private final Store store;
  private final WatchCache cache;
  private final ServedForms forms;

  Reads(Parts parts) {
    this.store = parts.store();
    this.cache = parts.cache();
    this.forms = parts.forms();
  }

  /** The current object, as of now or later: what every acknowledged write has left. */
  Optional<StoredObject> get(Target target) {
    return store
        .get(target.key())
        .map(entry -> new StoredObject(target.localKey(), entry.value(), entry.revision()))
        .map(stored -> forms.served(target.kind(), stored));
  }

  Optional<StoredObject> cached(Target target) {
    return cache
        .of(Versions.group(target.kind()), target.kind().names().plural())
        .get(target.localKey())
        .map(stored -> forms.served(target.kind(), stored));
  }

  /** The object in the cache once that is as fresh as asked for. */
  Optional<StoredObject> get(Target target, String resourceVersion) {
    awaitRevision(parse(resourceVersion));
    return cached(target);
  }

  ListPage list(Kind kind, ListQuery query) {
    var page = stored(kind, query);
    var objects = forms.served(kind, page.objects());
    return new ListPage(objects, page.revision(), page.continueToken(), page.remaining());
  }

  private ListPage stored(Kind kind, ListQuery query) {
    if (!query.continueToken().isEmpty()) {
      checkContinue(query);
      return listOn(kind, query, ContinueToken.parse(query.continueToken()));
    }
    var wanted = query.resourceVersion();
    if (!wanted.isEmpty() && isExact(query)) {
      return range(kind, query, "", parse(wanted));
    }
    if (!wanted.isEmpty()) {
      awaitRevision(parse(wanted));
    } else if (!cache.await(store.revision(), FRESHNESS_WAIT_MAX)) {
      return range(kind, query, "", 0);
    }
    var known = cache.revision();
    var all = cache.of(Versions.group(kind), kind.names().plural());
    all.requireReadable(query.selection());
    var state = all.state();
    var revision = Math.max(known, state.revision());
    // Whoever takes any version takes all of it at once, as from kube-apiserver's cache.
    var isPage = query.limit() > 0 && !wanted.equals("0");
    var limit = isPage ? query.limit() : Integer.MAX_VALUE;
    var found = state.select(query.selection(), limit == Integer.MAX_VALUE ? limit : limit + 1);
    if (found.size() <= limit) {
      return new ListPage(found, revision, "", 0);
    }
    return full(query, found.subList(0, limit), revision, state.count(query.selection()) - limit);
  }

  WatchChannel watch(Kind kind, WatchRequest selection, WatchStart start) {
    if (start instanceof WatchStart.After(var revision) && revision > cache.revision()) {
      awaitRevision(revision);
    }
    var all = cache.of(Versions.group(kind), kind.names().plural());
    all.requireReadable(selection);
    var channel = all.watch(selection, start);
    if (ObjectForm.isCustom(kind)) {
      channel.showAs(objects -> forms.served(kind, objects));
    }
    return channel;
  }

  /** Waits until the cache has everything that is in the store now. */
  void awaitLatest() {
    awaitRevision(store.revision());
  }

  void awaitRevision(long revision) {
    if (!cache.await(revision, FRESHNESS_WAIT_MAX)) {
      throw StoreAnswers.tooLarge(revision, cache.revision());
    }
  }

  static long parse(String resourceVersion) {
    try {
      var revision = Long.parseLong(resourceVersion);
      if (revision >= 0) {
        return revision;
      }
    } catch (NumberFormatException e) {
      // It is refused below, like a negative number.
    }
    var quoted = Json.quoted(resourceVersion);
    var isNumber = resourceVersion.chars().allMatch(letter -> letter >= '0' && letter <= '9');
    throw ApiException.badRequest(
        "invalid resource version: resourceVersion: Invalid value: "
            + quoted
            + ": strconv.ParseUint: parsing "
            + quoted
            + (isNumber ? ": value out of range" : ": invalid syntax"));
  }

  private static void checkContinue(ListQuery query) {
    if (!query.resourceVersion().isEmpty() && !query.resourceVersion().equals("0")) {
      throw ApiException.badRequest(
          "specifying resource version is not allowed when using continue");
    }
  }

  /** Whether a list is to show one revision: a page of it is, so that the others fit to it. */
  private static boolean isExact(ListQuery query) {
    var isPage = query.match().isEmpty() && query.limit() > 0;
    return query.match().equals("Exact") || (isPage && parse(query.resourceVersion()) > 0);
  }

  private ListPage listOn(Kind kind, ListQuery query, ContinueToken token) {
    if (token.revision() < 0) {
      return range(kind, query, token.start(), 0);
    }
    try {
      return range(kind, query, token.start(), token.revision());
    } catch (StoreException e) {
      if (e.reason() == StoreException.Reason.COMPACTED) {
        throw new InconsistentContinue(new ContinueToken(-1, token.start()).text());
      }
      throw e;
    }
  }

  private static String after(StoredObject last, long revision) {
    return new ContinueToken(revision, last.key() + "\u0000").text();
  }

  /** Reads from the store at a revision. */
  private ListPage range(Kind kind, ListQuery query, String start, long revision) {
    var root = StorageKey.prefix(Versions.group(kind), kind.names().plural());
    var prefix = root + query.selection().prefix();
    var found = new ArrayList<StoredObject>();
    var from = start.isEmpty() ? "" : root + start;
    var at = revision;
    Page page;
    do {
      page = store.range(prefix, from, RANGE_PAGE, at);
      at = page.revision();
      for (var i = 0; i < page.entries().size(); i++) {
        var entry = page.entries().get(i);
        var object = object(entry, root);
        if (query.selection().isInScope(object) && query.selection().selects(object)) {
          found.add(object);
          if (found.size() == query.limit()) {
            return full(query, found, at, page.entries().size() - i - 1 + page.remaining());
          }
        }
        from = entry.key() + "\u0000";
      }
    } while (page.remaining() > 0);
    return new ListPage(found, at, "", 0);
  }

  private static ListPage full(
      ListQuery query, List<StoredObject> found, long revision, long after) {
    if (after == 0) {
      return new ListPage(found, revision, "", 0);
    }
    var remaining = query.selection().selectsAll() ? after : 0;
    return new ListPage(found, revision, after(found.getLast(), revision), remaining);
  }

  private static StoredObject object(Entry entry, String root) {
    Unreadable.check(entry);
    return new StoredObject(entry.key().substring(root.length()), entry.value(), entry.revision());
  }
}
