package dev.nauarch.apiserver.request;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.registry.ListPage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a list object by object, so that the whole answer never lies in memory. The objects
 * themselves do: they are the cache's own.
 */
final class ListAnswer {

  private static final int CHUNK_BYTES = 64 * 1024;
  private static final byte[] COMMA = {','};
  private static final byte[] JSON_END = {']', '}', '\n'};

  private final View view;
  private final Encoding encoding;
  private final BodyCodec codec;
  private final ListPage page;

  ListAnswer(View view, Encoding encoding, BodyCodec codec, ListPage page) {
    this.view = view;
    this.encoding = encoding;
    this.codec = codec;
    this.page = page;
  }

  /** About how many bytes all objects take. */
  long bytes() {
    var bytes = 512L;
    for (var object : page.objects()) {
      bytes += object.stored().length + 48L;
    }
    return bytes;
  }

  /** All of it. */
  byte[] whole() throws IOException {
    var out = new ByteArrayOutputStream((int) Math.min(bytes(), Integer.MAX_VALUE - 16));
    if (encoding.mediaType().equals(Encoding.YAML)) {
      out.writeBytes(view.encoded(tree()));
    } else {
      writeTo(out);
    }
    return out.toByteArray();
  }

  /** Bit by bit, compressed or not. */
  Response.Writer stream(boolean isCompressed) {
    return sink -> {
      // The stream's buffer is sent, and used again, whenever it is full.
      try (var chunks = new Chunks(sink);
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
      out.write(view.itemBytes(object));
    }
    out.write(JSON_END);
  }

  /** The size of all comes first: large lists are encoded twice rather than kept. */
  private void writeProtobuf(OutputStream out) throws IOException {
    var objects = page.objects();
    var isKept = bytes() <= Answers.WHOLE_BYTES_MAX;
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

  /** Collects bytes, and sends them once there are many. */
  private static final class Chunks extends OutputStream {
    private final Sink sink;
    private byte[] buffer = new byte[CHUNK_BYTES];
    private int length;

    Chunks(Sink sink) {
      this.sink = sink;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      if (length + count > CHUNK_BYTES) {
        send();
      }
      if (count > buffer.length) {
        sink.send(bytes, offset, count);
      } else {
        System.arraycopy(bytes, offset, buffer, length, count);
        length += count;
      }
    }

    @Override
    public void close() throws IOException {
      send();
      buffer = Arrays.copyOf(buffer, 0);
    }

    private void send() throws IOException {
      if (length > 0) {
        sink.send(buffer, 0, length);
        length = 0;
      }
    }
  }
}
