package dev.nauarch.apiserver.request;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.registry.ListPage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a list object by object, so that the whole answer never lies in memory. The objects
 * themselves do: they are the cache's own.
 */
final class ListAnswer {

  /** About what an object has more in an answer than in the store. */
  private static final int OVERHEAD_BYTES = 48;

  private static final byte[] COMMA = {','};
  private static final byte[] JSON_END = {']', '}', '\n'};

  private final View view;
  private final Encoding encoding;
  private final BodyCodec codec;
  private final ListPage page;
  private final boolean isIndented;

  ListAnswer(Call call, View view, BodyCodec codec, ListPage page) {
    this.view = view;
    this.encoding = call.encoding();
    this.codec = codec;
    this.page = page;
    this.isIndented = Indentation.isWanted(call.query(), call.request().headers());
  }

  /** Whether the answer takes no more than about so many bytes. */
  boolean isAtMost(long limit) {
    var bytes = 0L;
    for (var object : page.objects()) {
      bytes += object.stored().length + OVERHEAD_BYTES;
      if (bytes > limit) {
        return false;
      }
    }
    return true;
  }

  /** All of it. */
  byte[] whole() throws IOException {
    if (encoding.mediaType().equals(Encoding.YAML)) {
      return view.encoded(tree());
    }
    var out = ListBuffer.whole(bytes());
    writeTo(out);
    return out.bytes();
  }

  /** How many bytes all of it takes; exact where objects are shown as they are stored. */
  private int bytes() {
    var bytes = (long) Json.write(head()).length + 1;
    for (var object : page.objects()) {
      bytes +=
          1L
              + (view.isAsStored(object)
                  ? object.servedBytes(view.apiVersion())
                  : object.stored().length + OVERHEAD_BYTES);
    }
    return (int) Math.min(bytes - (page.objects().isEmpty() ? 0 : 1), Integer.MAX_VALUE - 16);
  }

  /** Bit by bit, compressed or not. */
  Response.Writer stream(boolean isCompressed) {
    return sink -> {
      try (var chunks = ListBuffer.chunks(sink);
          var out = isCompressed ? Compression.into(chunks) : chunks) {
        writeTo(out);
      }
    };
  }

  private ObjectNode tree() {
    var list = head();
    var items = list.withArray(list.has("rows") ? "rows" : "items");
    page.objects().forEach(object -> items.add(view.item(object)));
    return list;
  }

  private ObjectNode head() {
    var list = view.emptyList();
    var metadata = Json.childOf(list, "metadata");
    metadata.put("resourceVersion", Long.toString(page.revision()));
    if (!page.continueToken().isEmpty()) {
      metadata.put("continue", page.continueToken());
      if (page.remaining() > 0) {
        metadata.put("remainingItemCount", page.remaining());
      }
    }
    return list;
  }

  private void writeTo(OutputStream out) throws IOException {
    if (encoding.mediaType().equals(Encoding.PROTOBUF)) {
      writeProtobuf(out);
    } else if (isIndented) {
      writeJson(new Indenter(out));
    } else {
      writeJson(out);
    }
  }

  private void writeJson(OutputStream out) throws IOException {
    var empty = Json.write(head());
    var end = empty.length - 1;
    while (empty[end] != ']') {
      end--;
    }
    out.write(empty, 0, end);
    var isFirst = true;
    for (var object : page.objects()) {
      if (!isFirst) {
        out.write(COMMA);
      }
      isFirst = false;
      if (out instanceof ListBuffer buffer && view.isAsStored(object)) {
        buffer.put(object, view.apiVersion());
      } else {
        out.write(view.itemBytes(object));
      }
    }
    out.write(JSON_END);
  }

  /** The size of all comes first: large lists are encoded twice rather than kept. */
  private void writeProtobuf(OutputStream out) throws IOException {
    var objects = page.objects();
    var isKept = isAtMost(Answers.WHOLE_BYTES_MAX);
    var kept = new byte[isKept ? objects.size() : 0][];
    var size = 0L;
    for (var i = 0; i < objects.size(); i++) {
      var item = item(objects, i);
      size += item.length;
      if (isKept) {
        kept[i] = item;
      }
    }
    out.write(codec.listHead(head(), size));
    for (var i = 0; i < objects.size(); i++) {
      out.write(isKept ? kept[i] : item(objects, i));
    }
    out.write(codec.listTail());
  }

  private byte[] item(List<StoredObject> objects, int at) {
    return codec.listItem(view.itemBytes(objects.get(at)));
  }
}
