package io.shopstream.streams.fraud.messages;

import io.shopstream.streams.fraud.features.ByteReader;
import io.shopstream.streams.fraud.features.ByteWriter;
import io.shopstream.streams.fraud.features.EntityType;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What is kept of an order: its score until its outcome is known, an outcome that came first, or
 * that it was erased.
 */
public sealed interface OrderRow {

  /** What an order turned out to be, as far as is known. */
  enum Label {
    /** Nothing is known yet. */
    NONE(0),
    LEGITIMATE(1),
    CHARGEBACK(2);

    private final int code;

    Label(int code) {
      this.code = code;
    }

    private static Label ofCode(int code) {
      for (var label : values()) {
        if (label.code == code) {
          return label;
        }
      }
      throw new IllegalArgumentException("a label of code " + code + " is not known");
    }
  }

  /** When the row was written first, in milliseconds of the clock. */
  long sinceMs();

  byte[] toBytes();

  /** An outcome of an order that has not been scored: it is applied once it is. */
  record Early(boolean fraud, long knownMs, long sinceMs) implements OrderRow {
    @Override
    public byte[] toBytes() {
      var out = new ByteWriter(32);
      out.putByte(EARLY);
      out.putVarint(sinceMs);
      out.putByte(fraud ? 1 : 0);
      out.putVarint(knownMs);
      return out.toBytes();
    }
  }

  /** An order that was erased with its shopper: whatever comes of it later is passed by. */
  record Erased(long sinceMs) implements OrderRow {
    @Override
    public byte[] toBytes() {
      var out = new ByteWriter(16);
      out.putByte(ERASED);
      out.putVarint(sinceMs);
      return out.toBytes();
    }
  }

  /**
   * An order that was scored.
   *
   * @param sinceMs when it was scored
   * @param timeMs time of the order
   * @param amountMinor what is paid
   * @param declined whether it was declined, so that nothing will be heard of it
   * @param probability that was given
   * @param margin the log-odds before calibration
   * @param parties of the order, for the outcome
   * @param features as they stood, in their compact form; empty once the outcome is known
   * @param score the published score, in Avro binary
   * @param label what it turned out to be
   * @param late parts that came after the score
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed, and never compared
  record Scored(
      long sinceMs,
      long timeMs,
      long amountMinor,
      boolean declined,
      double probability,
      double margin,
      Map<EntityType, String> parties,
      byte[] features,
      byte[] score,
      Label label,
      Set<EntityType> late)
      implements OrderRow {

    /** The same with an outcome. */
    public Scored with(Label known) {
      return new Scored(
          sinceMs,
          timeMs,
          amountMinor,
          declined,
          probability,
          margin,
          parties,
          // Only an order taken for legitimate may yet turn out to be a fraud.
          known == Label.CHARGEBACK ? new byte[0] : features,
          score,
          known,
          late);
    }

    /** The same with a part that came too late. */
    public Scored withLate(EntityType type) {
      var more = EnumSet.of(type);
      more.addAll(late);
      return new Scored(
          sinceMs,
          timeMs,
          amountMinor,
          declined,
          probability,
          margin,
          parties,
          features,
          score,
          label,
          more);
    }

    @Override
    public byte[] toBytes() {
      var out = new ByteWriter(512 + score.length + features.length);
      out.putByte(SCORED);
      out.putVarint(sinceMs);
      out.putVarint(timeMs);
      out.putVarint(amountMinor);
      out.putByte(declined ? 1 : 0);
      out.putDouble(probability);
      out.putDouble(margin);
      out.putByte(parties.size());
      parties.forEach(
          (type, id) -> {
            out.putByte(type.code());
            out.putText(id);
          });
      out.putBlock(features);
      out.putBlock(score);
      out.putByte(label.code);
      out.putByte(late.size());
      late.forEach(type -> out.putByte(type.code()));
      return out.toBytes();
    }
  }

  /** The tag of {@link Early}; part of the stored format. */
  int EARLY = 1;

  /** The tag of {@link Scored}; part of the stored format. */
  int SCORED = 2;

  /** The tag of {@link Erased}; part of the stored format. */
  int ERASED = 3;

  /**
   * Reads a row.
   *
   * @throws IllegalArgumentException when the bytes are none
   */
  static OrderRow fromBytes(byte[] bytes) {
    var in = new ByteReader(bytes);
    var tag = in.getByte();
    var sinceMs = in.getVarint();
    if (tag == EARLY) {
      return new Early(in.getByte() == 1, in.getVarint(), sinceMs);
    }
    if (tag == ERASED) {
      return new Erased(sinceMs);
    }
    if (tag != SCORED) {
      throw new IllegalArgumentException("an order row of kind " + tag + " is not known");
    }
    var timeMs = in.getVarint();
    var amountMinor = in.getVarint();
    var declined = in.getByte() == 1;
    var probability = in.getDouble();
    var margin = in.getDouble();
    var parties = new EnumMap<EntityType, String>(EntityType.class);
    for (var left = in.getByte(); left > 0; left--) {
      var type = EntityType.ofCode(in.getByte());
      parties.put(type, in.getText());
    }
    var features = in.getBlock();
    var score = in.getBlock();
    var label = Label.ofCode(in.getByte());
    var late = EnumSet.noneOf(EntityType.class);
    for (var left = in.getByte(); left > 0; left--) {
      late.add(EntityType.ofCode(in.getByte()));
    }
    return new Scored(
        sinceMs,
        timeMs,
        amountMinor,
        declined,
        probability,
        margin,
        parties,
        features,
        score,
        label,
        late);
  }
}
