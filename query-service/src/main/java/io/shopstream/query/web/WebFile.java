package io.shopstream.query.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** A file of the pages as it is served: packed once, not at every request. */
final class WebFile {

  private final String mediaType;
  private final String tag;
  private final byte[] plain;
  private final byte[] packed;

  private WebFile(String mediaType, String tag, byte[] plain, byte[] packed) {
    this.mediaType = mediaType;
    this.tag = tag;
    this.plain = plain;
    this.packed = packed;
  }

  static WebFile of(String mediaType, byte[] bytes) {
    var packed = gzip(bytes);
    return new WebFile(
        mediaType, tag(bytes), bytes, packed.length < bytes.length ? packed : new byte[0]);
  }

  String mediaType() {
    return mediaType;
  }

  /** Changes when the content does; weak, because it is the same packed and not. */
  String tag() {
    return tag;
  }

  byte[] plain() {
    return plain;
  }

  /** The same in gzip; empty when that would not be shorter. */
  Optional<byte[]> packed() {
    return packed.length == 0 ? Optional.empty() : Optional.of(packed);
  }

  private static String tag(byte[] bytes) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "W/\"" + HexFormat.of().formatHex(digest, 0, 8) + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  private static byte[] gzip(byte[] bytes) {
    var packed = new ByteArrayOutputStream(bytes.length / 2);
    try (var out =
        new GZIPOutputStream(packed) {
          {
            def.setLevel(Deflater.BEST_COMPRESSION);
          }
        }) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot fail to be written", e);
    }
    return packed.toByteArray();
  }
}
