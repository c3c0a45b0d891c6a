package io.shopstream.events.state;

import io.shopstream.events.PairKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/**
 * The stores that the state endpoint answers for: their names, the form of their keys, and how a
 * key finds its partition. The partition is that of the producer's default partitioner for the key
 * of the topic that feeds the store, so a query finds its store as a record does.
 */
public enum StateStore {
  /**
   * Neighbours of an item, a {@link NeighbourRow}; the key is one byte of the kind, then the item.
   */
  ITEM_NEIGHBOURS("item-neighbours", 1),
  /** {@code ItemPopularity} in Avro binary; the key is the item. */
  ITEM_POPULARITY("item-popularity", 0),
  /** {@code UserProfile} in Avro binary; the key is the user, or the visitor before login. */
  USER_PROFILES("user-profiles", 0),
  /** {@code LinkedVisitors} in Avro binary; the key is the user. */
  LINKED_VISITORS("linked-visitors", 0),
  /** {@code OrderFingerprint} in Avro binary; the key is the order. */
  ORDERS("orders-by-id", 0),
  /** {@code FraudScore} in Avro binary; the key is the order. */
  FRAUD_ORDERS("fraud-orders", 0),
  /** {@code EntityVelocity} in Avro binary; see {@link #entityKey}. */
  FRAUD_ENTITIES("fraud-entities", 0),
  /** {@code ReviewQueue} in Avro binary, one row a partition; see {@link #partitionKey}. */
  FRAUD_REVIEWS("fraud-reviews", 0),
  /** {@code OrdersOfShopper} in Avro binary; the key is the user, else the visitor of an order. */
  FRAUD_SHOPPER_ORDERS("fraud-shopper-orders", 0),
  /** {@code ShopperFeedback} in Avro binary; the key is the user, or the visitor before login. */
  SHOPPER_FEEDBACK("feedback-shoppers", 0);

  private final String storeName;
  private final int idOffset;

  StateStore(String storeName, int idOffset) {
    this.storeName = storeName;
    this.idOffset = idOffset;
  }

  /** Name of the store in the topology and in the address of the state endpoint. */
  public String storeName() {
    return storeName;
  }

  /** Key of a store that is keyed by an id alone. */
  public static byte[] key(String id) {
    return id.getBytes(StandardCharsets.UTF_8);
  }

  /** Key of {@link #ITEM_NEIGHBOURS}. */
  public static byte[] neighboursKey(PairKind kind, String itemId) {
    return neighboursKey(kind, key(itemId));
  }

  /**
   * Key of {@link #ITEM_NEIGHBOURS}.
   *
   * @param id of the item, in UTF-8
   */
  public static byte[] neighboursKey(PairKind kind, byte[] id) {
    var key = new byte[id.length + 1];
    key[0] =
        switch (kind) {
          case VIEWED -> 'v';
          case BOUGHT -> 'b';
          case BOUGHT_AFTER_VIEWING -> 'a';
          case UNKNOWN -> throw new IllegalArgumentException("No row is kept of kind UNKNOWN");
        };
    System.arraycopy(id, 0, key, 1, id.length);
    return key;
  }

  /**
   * Key of {@link #FRAUD_ENTITIES}.
   *
   * @param type of the party: user, card, device, ip, email, address or seller
   */
  public static byte[] entityKey(String type, String id) {
    return key(type + ":" + id);
  }

  /** Key of the one row that {@link #FRAUD_REVIEWS} has in a partition. */
  public static byte[] partitionKey(int partition) {
    return new byte[] {(byte) (partition >> 8), (byte) partition};
  }

  /**
   * Partition of a key of this store.
   *
   * @param partitions number of partitions of the store's topic, 1 or more
   */
  public int partition(byte[] key, int partitions) {
    if (this == FRAUD_REVIEWS && key.length == 2) {
      return Math.min(partitions - 1, ((key[0] & 0xFF) << 8) | (key[1] & 0xFF));
    }
    var id = idOffset == 0 ? key : Arrays.copyOfRange(key, idOffset, key.length);
    return BuiltInPartitioner.partitionForKey(id, partitions);
  }
}
