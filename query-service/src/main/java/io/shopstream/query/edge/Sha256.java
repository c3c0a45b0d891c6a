package io.shopstream.query.edge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The hash of a key. Keys are long and random, so nobody finds one by trying: no salt is needed.
 */
final class Sha256 {

  private static final int BYTES = 32;

  private final byte[] hash;

  private Sha256(byte[] hash) {
    this.hash = hash;
  }

  static Sha256 of(String key) {
    try {
      return new Sha256(
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }

  /** Reads 64 hexadecimal digits; empty when it is something else. */
  static Optional<Sha256> parse(String hex) {
    try {
      var hash = HexFormat.of().parseHex(hex);
      return hash.length == BYTES ? Optional.of(new Sha256(hash)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether both are the same, in a time that does not tell how much of them is. */
  boolean matches(Sha256 other) {
    return MessageDigest.isEqual(hash, other.hash);
  }
}
