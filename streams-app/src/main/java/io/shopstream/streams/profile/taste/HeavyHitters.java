package io.shopstream.streams.profile.taste;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.ObjDoubleConsumer;

/**
 * The names with the greatest weights of an unbounded number, in a bounded place: Space-Saving
 * (Metwally, Agrawal, El Abbadi: «Efficient Computation of Frequent and Top-k Elements in Data
 * Streams», ICDT 2005). A newcomer to a full list takes the place of the lightest name and inherits
 * its weight, so the weights always add up to all that was ever added.
 *
 * <p>Kept in its binary form and changed in place: a count, then for each name its weight (4 bytes,
 * float), the length of the name and the name in UTF-8.
 */
final class HeavyHitters {
  private static final int HEADER = 1;
  private static final int NAME = Float.BYTES + 1;

  private ByteBuffer bytes = ByteBuffer.wrap(new byte[HEADER]);

  int size() {
    return bytes.get(0);
  }

  int bytes() {
    return bytes.capacity();
  }

  /**
   * Adds to the weight of a name; what falls to nothing leaves.
   *
   * @param most names to keep
   */
  void add(byte[] name, float weight, int most) {
    int lightest = -1;
    for (int at = HEADER; at < bytes.capacity(); at = end(at)) {
      if (isNamed(at, name)) {
        var sum = bytes.getFloat(at) + weight;
        if (sum > 0) {
          bytes.putFloat(at, sum);
        } else {
          cut(at);
        }
        return;
      }
      if (lightest < 0 || bytes.getFloat(at) < bytes.getFloat(lightest)) {
        lightest = at;
      }
    }
    if (weight <= 0) {
      return;
    }
    float inherited = 0;
    if (size() >= most) {
      inherited = bytes.getFloat(lightest);
      cut(lightest);
    }
    append(name, inherited + weight);
  }

  private boolean isNamed(int at, byte[] name) {
    return bytes.get(at + Float.BYTES) == name.length
        && Arrays.equals(bytes.array(), at + NAME, end(at), name, 0, name.length);
  }

  private int end(int at) {
    return at + NAME + bytes.get(at + Float.BYTES);
  }

  private void append(byte[] name, float weight) {
    int at = bytes.capacity();
    var longer = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), at + NAME + name.length));
    longer.putFloat(at, weight).put(at + Float.BYTES, (byte) name.length);
    longer.put(at + NAME, name);
    longer.put(0, (byte) (size() + 1));
    bytes = longer;
  }

  private void cut(int at) {
    int end = end(at);
    var shorter = new byte[bytes.capacity() - (end - at)];
    System.arraycopy(bytes.array(), 0, shorter, 0, at);
    System.arraycopy(bytes.array(), end, shorter, at, bytes.capacity() - end);
    shorter[0]--;
    bytes = ByteBuffer.wrap(shorter);
  }

  /** Lets the lightest name go; whether there was one. */
  boolean removeLightest() {
    int lightest = -1;
    for (int at = HEADER; at < bytes.capacity(); at = end(at)) {
      if (lightest < 0 || bytes.getFloat(at) < bytes.getFloat(lightest)) {
        lightest = at;
      }
    }
    if (lightest >= 0) {
      cut(lightest);
    }
    return lightest >= 0;
  }

  /** Multiplies all weights. */
  void scale(double factor) {
    for (int at = HEADER; at < bytes.capacity(); at = end(at)) {
      bytes.putFloat(at, (float) (bytes.getFloat(at) * factor));
    }
  }

  /** Tells each name, in no order. */
  void forEach(ObjDoubleConsumer<byte[]> each) {
    for (int at = HEADER; at < bytes.capacity(); at = end(at)) {
      each.accept(Arrays.copyOfRange(bytes.array(), at + NAME, end(at)), bytes.getFloat(at));
    }
  }

  void write(ByteBuffer out) {
    out.put(bytes.array());
  }

  static HeavyHitters read(ByteBuffer in) {
    int start = in.position();
    int end = start + HEADER;
    for (int left = in.get(start); left > 0; left--) {
      end += NAME + in.get(end + Float.BYTES);
    }
    var copy = new byte[end - start];
    in.get(copy);
    var hitters = new HeavyHitters();
    hitters.bytes = ByteBuffer.wrap(copy);
    return hitters;
  }
}
