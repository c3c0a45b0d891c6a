package io.shopstream.query.recommend;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Deals users into the groups of an experiment: always the same one for a user, in every process;
 * groups of different experiments have nothing to do with each other.
 */
final class Buckets {

  private final String experiment;
  private final SortedMap<Long, String> groups = new TreeMap<>();
  private final long shares;

  /**
   * Groups with their shares.
   *
   * @param shares of the users by group, compared with their sum; one at least is above 0
   */
  Buckets(String experiment, SortedMap<String, Integer> shares) {
    this.experiment = experiment;
    var end = 0L;
    for (var group : shares.entrySet()) {
      if (group.getValue() > 0) {
        end += group.getValue();
        groups.put(end, group.getKey());
      }
    }
    if (end == 0) {
      throw new IllegalArgumentException(
          "shopstream.recommendations.variants: one at least must have a share above 0");
    }
    this.shares = end;
  }

  /** The group of a user. */
  String of(String userId) {
    var place = Long.remainderUnsigned(hash(userId), shares); // the bias is below 2^-32
    return groups.get(groups.tailMap(place + 1).firstKey());
  }

  private long hash(String userId) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(experiment.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      return ByteBuffer.wrap(digest.digest(userId.getBytes(StandardCharsets.UTF_8))).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
