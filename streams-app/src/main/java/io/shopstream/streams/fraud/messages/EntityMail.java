package io.shopstream.streams.fraud.messages;

import io.shopstream.events.topics.EventKeys;
import io.shopstream.streams.fraud.features.ByteReader;
import io.shopstream.streams.fraud.features.ByteWriter;
import io.shopstream.streams.fraud.features.EntityType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One message to all parties of an order that live in one partition. An order has seven of them in
 * a handful of partitions, and what a record costs on its way through Kafka is far more than what
 * it says.
 *
 * @param parties keys of those it is for, one or more; the first is the key of the record
 */
public record EntityMail(List<String> parties, EntityMessage message) {

  public EntityMail {
    if (parties.isEmpty()) {
      throw new IllegalArgumentException("mail for nobody");
    }
    parties = List.copyOf(parties);
  }

  /** The key of a party: its type and its id. */
  public static String key(EntityType type, String id) {
    return type.key() + ":" + id;
  }

  /** The type of a party, by its key. */
  public static EntityType type(String party) {
    return EntityType.of(party.substring(0, party.indexOf(':')));
  }

  /**
   * The same message to all of these, one mail for each partition in which some of them live.
   *
   * @param ids of the parties, by type
   * @param partitions of the topic
   */
  public static Collection<EntityMail> to(
      Map<EntityType, String> ids, EntityMessage message, int partitions) {
    var byPartition = new TreeMap<Integer, List<String>>();
    ids.forEach(
        (type, id) -> {
          var party = key(type, id);
          byPartition
              .computeIfAbsent(
                  EventKeys.partition(party, partitions), unused -> new ArrayList<>(ids.size()))
              .add(party);
        });
    return byPartition.values().stream().map(parties -> new EntityMail(parties, message)).toList();
  }

  /** Key of the record, which decides on its partition. */
  public String key() {
    return parties.get(0);
  }

  /** Value of the record, in the compact form for the wire. */
  public byte[] toBytes() {
    var out = new ByteWriter(192);
    message.write(out);
    for (var party : parties.subList(1, parties.size())) {
      out.putText(party);
    }
    return out.toBytes();
  }

  /**
   * Reads a record.
   *
   * @throws IllegalArgumentException when it is no mail
   */
  public static EntityMail of(String key, byte[] value) {
    var in = new ByteReader(value);
    var message = EntityMessage.read(in);
    var parties = new ArrayList<String>(4);
    parties.add(key);
    while (in.hasMore()) {
      parties.add(in.getText());
    }
    return new EntityMail(parties, message);
  }
}
