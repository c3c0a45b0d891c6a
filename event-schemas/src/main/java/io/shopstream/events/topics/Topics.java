package io.shopstream.events.topics;

import io.shopstream.events.CatalogItem;
import io.shopstream.events.Click;
import io.shopstream.events.Erasure;
import io.shopstream.events.FraudModelCommand;
import io.shopstream.events.FraudScore;
import io.shopstream.events.IdentityLink;
import io.shopstream.events.ItemPairs;
import io.shopstream.events.ItemPopularity;
import io.shopstream.events.Order;
import io.shopstream.events.OrderOutcome;
import io.shopstream.events.ProfileChange;
import io.shopstream.events.ProfileMove;
import io.shopstream.events.RecommendationImpression;
import io.shopstream.events.RecommendationPerformance;
import java.time.Duration;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * The topic catalogue: the contract between everything that writes and reads events.
 *
 * <p>All topics of one deployment have the same number of partitions, fixed for life, because keys
 * decide where state lives. Keys are raw UTF-8, partitioned by murmur2.
 */
public final class Topics {

  public static final Topic CLICKSTREAM =
      new Topic("clickstream", "user, else visitor", Click.class, false, Duration.ofDays(90));
  public static final Topic ORDERS =
      new Topic(
          "orders", "user, else visitor, else order", Order.class, false, Duration.ofDays(90));
  public static final Topic ORDER_OUTCOMES =
      new Topic("order-outcomes", "order", OrderOutcome.class, false, Duration.ofDays(365));
  public static final Topic CATALOG =
      new Topic("catalog", "item", CatalogItem.class, true, Duration.ofDays(1));
  public static final Topic IDENTITY_LINKS =
      new Topic("identity-links", "visitor", IdentityLink.class, false, Duration.ofDays(90));
  public static final Topic ERASURES =
      new Topic("erasures", "user", Erasure.class, false, Duration.ofDays(365));

  /** What of visitors goes to users; read by the user-profiles application alone. */
  public static final Topic PROFILE_MOVES =
      new Topic("profile-moves", "user", ProfileMove.class, false, Duration.ofDays(1));

  public static final Topic PROFILE_CHANGES =
      new Topic(
          "profile-changes", "user, else visitor", ProfileChange.class, false, Duration.ofDays(7));

  /** The contract between the user-profiles and the item-co-occurrence application. */
  public static final Topic ITEM_PAIRS =
      new Topic(
          "item-pairs", "number of the partition", ItemPairs.class, false, Duration.ofDays(7));

  public static final Topic ITEM_POPULARITY =
      new Topic("item-popularity", "item", ItemPopularity.class, true, Duration.ofDays(1));
  public static final Topic FRAUD_SCORES =
      new Topic("fraud-scores", "order", FraudScore.class, false, Duration.ofDays(90));

  /** Within the fraud-scoring application: what each party to an order needs to know of it. */
  public static final Topic FRAUD_PARTS =
      new Topic("fraud-parts", "entity", SpecificRecord.class, false, Duration.ofDays(3));

  /** Within the fraud-scoring application: all that belongs to one order, gathered again. */
  public static final Topic FRAUD_GATHERING =
      new Topic("fraud-gathering", "order", SpecificRecord.class, false, Duration.ofDays(3));

  /** The contract between scoring and learning: orders whose outcome is known. */
  public static final Topic FRAUD_EXAMPLES =
      new Topic("fraud-examples", "order", SpecificRecord.class, false, Duration.ofDays(30));

  /** The model that scores, under one key; every instance follows it. */
  public static final Topic FRAUD_MODEL =
      new Topic("fraud-model", "current", SpecificRecord.class, true, Duration.ofDays(1));

  public static final Topic FRAUD_MODEL_COMMANDS =
      new Topic("fraud-model-commands", "any", FraudModelCommand.class, false, Duration.ofDays(30));

  public static final Topic RECOMMENDATION_IMPRESSIONS =
      new Topic(
          "recommendation-impressions",
          "user, else visitor",
          RecommendationImpression.class,
          false,
          Duration.ofDays(30));

  /** Clicks of the clickstream that were made on a recommendation. */
  public static final Topic RECOMMENDATION_CLICKS =
      new Topic(
          "recommendation-clicks", "user, else visitor", Click.class, false, Duration.ofDays(30));

  public static final Topic RECOMMENDATION_PERFORMANCE =
      new Topic(
          "recommendation-performance",
          "partition, place, variant and strategy",
          RecommendationPerformance.class,
          true,
          Duration.ofDays(1));

  /** Records that could not be read or broke a rule, as they came, with headers that say why. */
  public static final Topic DEAD_LETTERS =
      new Topic("dead-letters", "key as it came", SpecificRecord.class, false, Duration.ofDays(30));

  private static final List<Topic> ALL =
      List.of(
          CLICKSTREAM,
          ORDERS,
          ORDER_OUTCOMES,
          CATALOG,
          IDENTITY_LINKS,
          ERASURES,
          PROFILE_MOVES,
          PROFILE_CHANGES,
          ITEM_PAIRS,
          ITEM_POPULARITY,
          FRAUD_SCORES,
          FRAUD_PARTS,
          FRAUD_GATHERING,
          FRAUD_EXAMPLES,
          FRAUD_MODEL,
          FRAUD_MODEL_COMMANDS,
          RECOMMENDATION_IMPRESSIONS,
          RECOMMENDATION_CLICKS,
          RECOMMENDATION_PERFORMANCE,
          DEAD_LETTERS);

  private Topics() {}

  /** Every topic, in the order of the data flow. */
  public static List<Topic> all() {
    return ALL;
  }
}
