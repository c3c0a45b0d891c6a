package io.shopstream.query.direct;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Packs answers (RFC 1952). A deflater is a quarter of a megabyte outside of the heap, so each
 * thread keeps one.
 */
final class Gzip {

  private static final byte[] HEADER = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, 0};

  /** Room for what comes at the end of a pass; a pass writes all that there is room for. */
  private static final int LEAST_ROOM = 512;

  private final FastThreadLocal<Deflater> deflaters =
      new FastThreadLocal<>() {
        @Override
        protected Deflater initialValue() {
          return new Deflater(level, true);
        }

        @Override
        protected void onRemoval(Deflater deflater) {
          deflater.end();
        }
      };

  private final int level;

  /**
   * Packs at one level.
   *
   * @param level 1 (fast) to 9 (small)
   */
  Gzip(int level) {
    this.level = level;
  }

  /** The same, packed. What was given is released. */
  ByteBuf pack(ByteBufAllocator buffers, ByteBuf plain) {
    var packed = buffers.ioBuffer(HEADER.length + LEAST_ROOM + plain.readableBytes() / 2);
    var deflater = deflaters.get();
    try {
      var length = plain.readableBytes();
      var crc = new CRC32();
      crc.update(plain.nioBuffer());
      packed.writeBytes(HEADER);
      deflater.setInput(plain.nioBuffer());
      deflater.finish();
      while (!deflater.finished()) {
        packed.ensureWritable(LEAST_ROOM);
        var room = packed.nioBuffer(packed.writerIndex(), packed.writableBytes());
        packed.writerIndex(packed.writerIndex() + deflater.deflate(room));
      }
      packed.writeIntLE((int) crc.getValue());
      packed.writeIntLE(length);
      return packed.retain();
    } finally {
      deflater.reset();
      packed.release();
      plain.release();
    }
  }
}
