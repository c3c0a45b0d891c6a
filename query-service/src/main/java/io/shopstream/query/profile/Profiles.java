package io.shopstream.query.profile;

import io.shopstream.events.UserProfile;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.query.state.ReadState;
import io.shopstream.query.state.StateClient;
import io.shopstream.query.state.StateRow;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Reads profiles; a visitor who turned out to be a user has that user's. */
@Singleton
public final class Profiles {

  /** Links that are followed from one to the next. */
  private static final int MAX_HOPS = 3;

  private final StateClient state;

  Profiles(StateClient state) {
    this.state = state;
  }

  /**
   * What was found.
   *
   * @param profiles by the id that was asked for, in the order asked
   * @param unavailable ids that nobody answered for in time
   */
  public record Found(
      Map<String, UserProfile> profiles, Set<String> unavailable, ReadState state) {}

  /** Reads the profiles of users or visitors. */
  public CompletableFuture<Found> of(List<String> ids) {
    var asked = new LinkedHashMap<String, String>();
    ids.forEach(id -> asked.put(id, id));
    return read(
        asked, new Found(new LinkedHashMap<>(), new TreeSet<>(), ReadState.CURRENT), MAX_HOPS);
  }

  /**
   * One round.
   *
   * @param asked who is read, by the id that was asked for
   * @param found so far
   */
  private CompletableFuture<Found> read(Map<String, String> asked, Found found, int hops) {
    var ids = new ArrayList<>(asked.keySet());
    return state
        .read(
            StateStore.USER_PROFILES,
            ids.stream().map(id -> StateStore.key(asked.get(id))).toList())
        .thenCompose(
            rows -> {
              var further = new LinkedHashMap<String, String>();
              for (var i = 0; i < ids.size(); i++) {
                if (rows.get(i) instanceof StateRow.Found row) {
                  var profile = AvroBinary.decode(row.bytes(), UserProfile.class);
                  if (profile.getForwardedTo() == null) {
                    found.profiles().put(ids.get(i), profile);
                  } else if (hops > 0) {
                    further.put(ids.get(i), profile.getForwardedTo());
                  }
                } else if (rows.get(i) instanceof StateRow.Unavailable) {
                  found.unavailable().add(ids.get(i));
                }
              }
              var all =
                  new Found(
                      found.profiles(), found.unavailable(), found.state().and(ReadState.of(rows)));
              return further.isEmpty()
                  ? CompletableFuture.completedFuture(all)
                  : read(further, all, hops - 1);
            });
  }
}
