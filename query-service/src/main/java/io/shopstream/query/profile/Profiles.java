package io.shopstream.query.profile;

import io.shopstream.events.PairKind;
import io.shopstream.events.UserProfile;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.query.state.ReadState;
import io.shopstream.query.state.RowsAlong;
import io.shopstream.query.state.StateClient;
import io.shopstream.query.state.StateRow;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /**
   * What was found of one.
   *
   * @param profile empty when nothing is known, or nobody answered
   * @param unavailable whether nobody answered in time
   * @param along rows that the visit leads to, as far as they came with the profile
   */
  public record OfVisit(
      Optional<UserProfile> profile, boolean unavailable, ReadState state, RowsAlong along) {}

  /**
   * Reads the profile of a user or visitor, and what comes along of the neighbours of its visit.
   *
   * @param kind of the neighbours
   */
  public CompletableFuture<OfVisit> withVisit(String id, PairKind kind) {
    return withVisit(id, kind, ReadState.CURRENT, MAX_HOPS);
  }

  /** Reads the profile of a user or visitor; nothing comes along. */
  public CompletableFuture<OfVisit> alone(String id) {
    return of(List.of(id))
        .thenApply(
            found ->
                new OfVisit(
                    Optional.ofNullable(found.profiles().get(id)),
                    found.unavailable().contains(id),
                    found.state(),
                    RowsAlong.NONE));
  }

  private CompletableFuture<OfVisit> withVisit(
      String id, PairKind kind, ReadState before, int hops) {
    return state
        .readVisit(StateStore.key(id), kind)
        .thenCompose(
            row -> {
              var all = before.and(ReadState.of(List.of(row)));
              if (!(row instanceof StateRow.Found found)) {
                return done(
                    Optional.empty(), row instanceof StateRow.Unavailable, all, RowsAlong.NONE);
              }
              var profile = AvroBinary.decode(found.bytes(), UserProfile.class);
              if (profile.getForwardedTo() == null) {
                return done(Optional.of(profile), false, all, found.along());
              }
              return hops > 0
                  ? withVisit(profile.getForwardedTo(), kind, all, hops - 1)
                  : done(Optional.empty(), false, all, RowsAlong.NONE);
            });
  }

  private static CompletableFuture<OfVisit> done(
      Optional<UserProfile> profile, boolean unavailable, ReadState state, RowsAlong along) {
    return CompletableFuture.completedFuture(new OfVisit(profile, unavailable, state, along));
  }

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
