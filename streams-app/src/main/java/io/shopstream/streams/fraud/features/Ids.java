package io.shopstream.streams.fraud.features;

/** Identifiers as 64-bit hashes, so that a set of them has a fixed size. */
public final class Ids {
  private Ids() {}

  /**
   * FNV-1a over the characters, finished with the mixer of MurmurHash3. Two of a million different
   * ids share a hash with a chance of 3 in 100 million.
   *
   * @return the hash; 0 means «no id» and is given for the empty string only
   */
  public static long hash(String id) {
    if (id.isEmpty()) {
      return 0;
    }
    long h = 0xcbf29ce484222325L;
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      h = (h ^ (c & 0xFF)) * 0x100000001b3L;
      h = (h ^ (c >>> 8)) * 0x100000001b3L;
    }
    h = mix(h);
    return h == 0 ? 1 : h;
  }

  /**
   * The finaliser of MurmurHash3 (A. Appleby): every bit of the input moves every bit of the
   * result.
   */
  public static long mix(long value) {
    long h = value;
    h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }

  /**
   * A number from 0 (inclusive) to 1 (exclusive) that depends on nothing but the id and the salt.
   */
  public static double fraction(String id, long salt) {
    return (mix(hash(id) ^ mix(salt)) >>> 11) * 0x1.0p-53;
  }
}
