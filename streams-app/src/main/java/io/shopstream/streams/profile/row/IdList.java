package io.shopstream.streams.profile.row;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Distinct ids, newest last, in their binary form: each a length of one byte and UTF-8. Keeps the
 * newest ones that fit. Read and written without making strings, because most events leave it as it
 * is.
 */
public final class IdList {
  private static final byte[] NOTHING = new byte[0];

  private byte[] bytes = NOTHING;
  private int size;

  /** Number of ids. */
  public int size() {
    return size;
  }

  /** Bytes that {@link #write} takes. */
  public int bytes() {
    return 1 + bytes.length;
  }

  /**
   * Makes an id the newest.
   *
   * @param most ids to keep, 1 to 255; the oldest leave
   */
  public void add(String id, int most) {
    remove(id);
    var utf8 = id.getBytes(StandardCharsets.UTF_8);
    var longer = Arrays.copyOf(bytes, bytes.length + 1 + utf8.length);
    longer[bytes.length] = (byte) utf8.length;
    System.arraycopy(utf8, 0, longer, bytes.length + 1, utf8.length);
    bytes = longer;
    size++;
    while (size > most) {
      removeOldest();
    }
  }

  /** Removes an id; whether it was there. */
  public boolean remove(String id) {
    if (size == 0) {
      return false;
    }
    var utf8 = id.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < bytes.length; at += 1 + bytes[at]) {
      if (Arrays.equals(bytes, at + 1, at + 1 + bytes[at], utf8, 0, utf8.length)) {
        cut(at);
        return true;
      }
    }
    return false;
  }

  /** Lets the oldest go; whether there was one. */
  public boolean removeOldest() {
    if (size == 0) {
      return false;
    }
    cut(0);
    return true;
  }

  private void cut(int at) {
    var end = at + 1 + bytes[at];
    var shorter = new byte[bytes.length - (end - at)];
    System.arraycopy(bytes, 0, shorter, 0, at);
    System.arraycopy(bytes, end, shorter, at, bytes.length - end);
    bytes = shorter;
    size--;
  }

  /** The ids, newest last. */
  public List<String> ids() {
    var ids = new ArrayList<String>(size);
    for (int at = 0; at < bytes.length; at += 1 + bytes[at]) {
      ids.add(new String(bytes, at + 1, bytes[at], StandardCharsets.UTF_8));
    }
    return ids;
  }

  public void write(ByteBuffer out) {
    out.put((byte) size).put(bytes);
  }

  /** Reads what {@link #write} wrote. */
  public static IdList read(ByteBuffer in) {
    var list = new IdList();
    list.size = in.get() & 0xFF;
    if (list.size > 0) {
      int start = in.position();
      int end = start;
      for (int i = 0; i < list.size; i++) {
        end += 1 + in.get(end);
      }
      list.bytes = new byte[end - start];
      in.get(list.bytes);
    }
    return list;
  }
}
