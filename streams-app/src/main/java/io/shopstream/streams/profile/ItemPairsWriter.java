package io.shopstream.streams.profile;

import io.shopstream.events.ItemPairs;
import io.shopstream.events.PairKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Writes {@link ItemPairs} in Avro binary from ids that are UTF-8 already, without an object a
 * pair: a commit sends tens of thousands. Fields stand in the order of the schema. Used by one
 * thread.
 */
final class ItemPairsWriter {

  private static final int USUAL_BYTES = 1 << 16;

  /** Avro writes a symbol as its place in the schema. */
  private static final Map<PairKind, Integer> SYMBOLS = symbols();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(USUAL_BYTES);
  private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
  private int elements;

  private static Map<PairKind, Integer> symbols() {
    var symbols = new EnumMap<PairKind, Integer>(PairKind.class);
    for (var kind : PairKind.values()) {
      symbols.put(kind, PairKind.getClassSchema().getEnumOrdinal(kind.name()));
    }
    return symbols;
  }

  /** Begins what an item gained; so many neighbours follow, and {@link #end}. */
  void begin(
      byte[] ids,
      int from,
      int to,
      PairKind kind,
      long timeMs,
      double ownWeight,
      int ownSupport,
      int neighbours) {
    try {
      if (elements == 0) {
        encoder.writeArrayStart();
      }
      // How many groups there will be is not known yet: each is a block of its own.
      encoder.setItemCount(1);
      encoder.startItem();
      encoder.writeBytes(ids, from, to - from);
      encoder.writeEnum(SYMBOLS.get(kind));
      encoder.writeLong(timeMs);
      encoder.writeDouble(ownWeight);
      encoder.writeInt(ownSupport);
      encoder.writeArrayStart();
      encoder.setItemCount(neighbours);
    } catch (IOException e) {
      throw impossible(e);
    }
    elements += 1 + neighbours;
  }

  /** One neighbour of the item. */
  void neighbour(byte[] ids, int from, int to, double weight, int support) {
    try {
      encoder.startItem();
      // Text and bytes are written alike.
      encoder.writeBytes(ids, from, to - from);
      encoder.writeDouble(weight);
      encoder.writeInt(support);
    } catch (IOException e) {
      throw impossible(e);
    }
  }

  /** The item's neighbours are complete. */
  void end(double ownRepeatWeight, double ownReturnWeight) {
    try {
      encoder.writeArrayEnd();
      encoder.writeDouble(ownRepeatWeight);
      encoder.writeDouble(ownReturnWeight);
    } catch (IOException e) {
      throw impossible(e);
    }
  }

  /** Items and neighbours of the record under way. */
  int elements() {
    return elements;
  }

  /** The record under way; the next one is empty. */
  byte[] record() {
    try {
      if (elements == 0) {
        encoder.writeArrayStart();
      }
      encoder.writeArrayEnd();
      encoder.flush();
    } catch (IOException e) {
      throw impossible(e);
    }
    var record = out.toByteArray();
    out.reset();
    elements = 0;
    return record;
  }

  /** Forgets what was begun, if anything was. */
  void clear() {
    if (elements > 0) {
      record();
    }
  }

  private static UncheckedIOException impossible(IOException e) {
    return new UncheckedIOException("Writing to memory failed", e);
  }
}
