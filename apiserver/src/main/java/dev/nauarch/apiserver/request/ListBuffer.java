package dev.nauarch.apiserver.request;

import dev.nauarch.apiserver.object.StoredObject;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Collects the bytes of a list, and sends them once there are many where it has a way to. Objects
 * are put right into its array.
 */
final class ListBuffer extends OutputStream {

  private static final int CHUNK_BYTES = 64 * 1024;

  private final Optional<Sink> sink;
  private byte[] buffer;
  private int length;

  private ListBuffer(Optional<Sink> sink, int bytes) {
    this.sink = sink;
    this.buffer = new byte[bytes];
  }

  /** Keeps everything; costs no copy where it becomes exactly this many bytes. */
  static ListBuffer whole(int bytes) {
    return new ListBuffer(Optional.empty(), bytes);
  }

  /** Sends a chunk after the other; the array is used again whenever it was sent. */
  static ListBuffer chunks(Sink sink) {
    return new ListBuffer(Optional.of(sink), CHUNK_BYTES);
  }

  /** Adds an object as a reader of this apiVersion sees it. */
  void put(StoredObject object, String apiVersion) throws IOException {
    makeRoom(object.servedBytes(apiVersion));
    length = object.serve(apiVersion, buffer, length);
  }

  @Override
  public void write(int value) throws IOException {
    makeRoom(1);
    buffer[length++] = (byte) value;
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    makeRoom(count);
    System.arraycopy(bytes, offset, buffer, length, count);
    length += count;
  }

  /** Everything that was written to one that keeps it. */
  byte[] bytes() {
    return length == buffer.length ? buffer : Arrays.copyOf(buffer, length);
  }

  @Override
  public void close() throws IOException {
    send();
  }

  private void makeRoom(int bytes) throws IOException {
    if (length + bytes > buffer.length) {
      send();
    }
    if (length + bytes > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, length + bytes));
    }
  }

  private void send() throws IOException {
    if (sink.isPresent() && length > 0) {
      sink.get().send(buffer, 0, length);
      length = 0;
    }
  }
}
