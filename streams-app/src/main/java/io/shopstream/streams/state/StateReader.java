package io.shopstream.streams.state;

import io.netty.buffer.ByteBuf;
import io.shopstream.events.PairKind;
import io.shopstream.events.PartitionOwners;
import io.shopstream.events.StateHost;
import io.shopstream.events.StateMetadata;
import io.shopstream.events.StateRequest;
import io.shopstream.events.StoreOwners;
import io.shopstream.events.VisitRequest;
import io.shopstream.events.state.StateStore;
import io.shopstream.streams.runtime.QueryableStore;
import io.shopstream.streams.runtime.RunningApplication;
import io.shopstream.streams.runtime.StreamsRuntime;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsNotStartedException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Reads the stores of this instance for others. */
@Singleton
final class StateReader {

  private final StreamsRuntime runtime;
  private final OpenRows open;
  private final LocalCopies copies;
  private final Lease lease;
  private final int partitions;

  StateReader(StreamsRuntime runtime, OpenRows open, LocalCopies copies, Lease lease) {
    this.runtime = runtime;
    this.open = open;
    this.copies = copies;
    this.lease = lease;
    this.partitions = runtime.partitions();
  }

  /** The instance does not hold a key that it was asked for. */
  static final class NotHeldHereException extends RuntimeException {
    NotHeldHereException(String message) {
      super(message, null, false, false);
    }
  }

  /** The instance cannot answer yet: it is starting, or the store is being restored. */
  static final class NotReadyException extends RuntimeException {
    NotReadyException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Which instance holds what, as far as this one knows.
   *
   * @throws NotReadyException when it was cut off, so that others may know better
   */
  StateMetadata metadata() {
    var stores = new ArrayList<StoreOwners>();
    for (var application : runtime.applications()) {
      if (!lease.holds(application)) {
        throw new NotReadyException(
            application.applicationId() + " has not heard from its group lately");
      }
      var clients = clients(application);
      for (var store : application.topology().queryableStores()) {
        stores.add(owners(store, clients));
      }
    }
    return new StateMetadata(stores);
  }

  private static Collection<StreamsMetadata> clients(RunningApplication application) {
    try {
      return application.streams().metadataForAllStreamsClients();
    } catch (StreamsNotStartedException | IllegalStateException e) {
      return List.of();
    }
  }

  private StoreOwners owners(QueryableStore store, Collection<StreamsMetadata> clients) {
    var owners = new ArrayList<PartitionOwners>(partitions);
    for (var partition = 0; partition < partitions; partition++) {
      var at = new TopicPartition(store.topic(), partition);
      StateHost active = null;
      var standbys = new ArrayList<StateHost>();
      for (var client : clients) {
        if (client.topicPartitions().contains(at)) {
          active = host(client.hostInfo());
        } else if (client.standbyTopicPartitions().contains(at)) {
          standbys.add(host(client.hostInfo()));
        }
      }
      owners.add(new PartitionOwners(partition, active, standbys));
    }
    return new StoreOwners(store.store().storeName(), owners);
  }

  private static StateHost host(HostInfo info) {
    return new StateHost(info.host(), info.port());
  }

  /**
   * Reads keys.
   *
   * @param answer takes the {@code StateAnswer}; what it holds after an exception is worthless
   * @throws NotHeldHereException when one of them is not held here, or only as a standby and stale
   *     answers are not allowed
   * @throws NotReadyException when the instance is starting or restoring
   */
  void read(StateStore store, StateRequest request, ByteBuf answer) {
    var rows = new AnswerWriter(answer, request.getKeys().size());
    var views = new Views(held(store), request.getStaleAllowed());
    for (var buffer : request.getKeys()) {
      var key = bytes(buffer);
      var value = views.value(key);
      rows.add(value.orElse(null), views.last.stale(), views.last.lagRecords());
    }
  }

  /**
   * Reads profiles, and of the rows that their visits lead to those that this instance updates.
   *
   * @param answer takes the {@code VisitAnswer}; what it holds after an exception is worthless
   * @throws NotHeldHereException when a profile is not held here, or only as a standby and stale
   *     answers are not allowed
   * @throws NotReadyException when the instance is starting or restoring
   * @throws IllegalArgumentException when the kind is none that rows are kept of
   */
  void readVisits(VisitRequest request, ByteBuf answer) {
    var kind = PairKind.valueOf(request.getKind());
    var visits = new VisitWriter(answer, request.getShoppers().size());
    var profiles = new Views(held(StateStore.USER_PROFILES), request.getStaleAllowed());
    var neighbours = find(StateStore.ITEM_NEIGHBOURS).map(held -> new Views(held, false));
    for (var buffer : request.getShoppers()) {
      var key = bytes(buffer);
      var profile = profiles.value(key);
      visits.begin(profile.orElse(null), profiles.last.stale(), profiles.last.lagRecords());
      if (profile.isPresent() && neighbours.isPresent()) {
        VisitOfProfile.read(
            profile.get(),
            (item, inBasket) -> {
              neighbours.get().addOwn(StateStore.neighboursKey(kind, item), visits);
              if (inBasket && kind != PairKind.BOUGHT) {
                neighbours.get().addOwn(StateStore.neighboursKey(PairKind.BOUGHT, item), visits);
              }
            });
      }
      visits.end();
    }
  }

  private record Held(RunningApplication application, QueryableStore store) {}

  private Optional<Held> find(StateStore store) {
    for (var application : runtime.applications()) {
      for (var queryable : application.topology().queryableStores()) {
        if (queryable.store() == store) {
          return Optional.of(new Held(application, queryable));
        }
      }
    }
    return Optional.empty();
  }

  private Held held(StateStore store) {
    return find(store)
        .orElseThrow(
            () ->
                runtime.applications().isEmpty()
                    ? new NotReadyException("No application of this instance has started")
                    : new NotHeldHereException(
                        store.storeName() + " is not held by this instance"));
  }

  /** The partitions of a store as one request finds them. */
  private final class Views {
    private final RunningApplication application;
    private final QueryableStore store;
    private final boolean staleAllowed;
    private final PartitionView[] views = new PartitionView[partitions];
    private PartitionView last; // that of the key read last

    private Views(Held held, boolean staleAllowed) {
      this.application = held.application();
      this.store = held.store();
      this.staleAllowed = staleAllowed;
    }

    private Optional<byte[]> value(byte[] key) {
      var partition = store.store().partition(key, partitions);
      if (views[partition] == null) {
        views[partition] = first(application, store, partition, staleAllowed);
      }
      last = views[partition];
      try {
        return last.stale()
            ? valueOfCopy(application, store, last, key, partition)
            : store.answer().of(last.rows(), key);
      } catch (InvalidStateStoreException | IllegalStateException notActive) {
        // What is closed since the last key may be here again as a copy.
        if (!staleAllowed) {
          throw refusal(application, store, partition);
        }
        last = copy(application, store, partition);
        views[partition] = last;
        return valueOfCopy(application, store, last, key, partition);
      }
    }

    /** Adds what an own partition holds, unless the key's is not this instance's for sure. */
    private void addOwn(byte[] key, VisitWriter visits) {
      if (!lease.holds(application)) {
        return;
      }
      var rows = open.owned(application, store.store(), store.store().partition(key, partitions));
      if (rows.isEmpty()) {
        return;
      }
      Optional<byte[]> value;
      try {
        value = store.answer().of(rows.get(), key);
      } catch (InvalidStateStoreException | IllegalStateException closed) {
        return; // who asks will find out who has it now
      }
      visits.neighbours(key, value.orElse(null));
    }
  }

  private Optional<byte[]> valueOfCopy(
      RunningApplication application,
      QueryableStore store,
      PartitionView copy,
      byte[] key,
      int partition) {
    Optional<byte[]> value;
    try {
      value = store.answer().of(copy.rows(), key);
    } catch (InvalidStateStoreException | IllegalStateException gone) {
      throw refusal(application, store, partition);
    }
    // It may have been thrown away and begun anew between the look at its lag and the read.
    if (value.isEmpty() && copies.lag(application, store.store(), partition).isEmpty()) {
      throw refusal(application, store, partition);
    }
    return value;
  }

  private record PartitionView(
      ReadOnlyKeyValueStore<Bytes, byte[]> rows, boolean stale, long lagRecords) {}

  /** What this instance owns, where it can be sure that it does; else its copy. */
  private PartitionView first(
      RunningApplication application, QueryableStore store, int partition, boolean staleAllowed) {
    var owned =
        staleAllowed && !lease.holds(application)
            ? Optional.<ReadOnlyKeyValueStore<Bytes, byte[]>>empty()
            : open.owned(application, store.store(), partition);
    if (owned.isPresent()) {
      return new PartitionView(owned.get(), false, 0);
    }
    if (!staleAllowed) {
      throw refusal(application, store, partition);
    }
    return copy(application, store, partition);
  }

  /** A standby, or an active that is being promoted, rebalanced or cut off. */
  private PartitionView copy(RunningApplication application, QueryableStore store, int partition) {
    var lag = copies.lag(application, store.store(), partition);
    var held = open.held(application, store.store(), partition);
    if (lag.isEmpty() || held.isEmpty()) {
      throw refusal(application, store, partition);
    }
    return new PartitionView(held.get(), true, lag.getAsLong());
  }

  /** An active that is still restoring must not send the asker in circles. */
  private RuntimeException refusal(
      RunningApplication application, QueryableStore store, int partition) {
    var name = store.store().storeName();
    return switch (application.phase()) {
      case RUNNING, STOPPED ->
          new NotHeldHereException(
              "Partition %d of %s is not held here (%s)"
                  .formatted(partition, name, copies.told(application, store.store(), partition)));
      case STARTING, RESTORING, REBALANCING ->
          new NotReadyException(
              "%s is %s (%s)"
                  .formatted(
                      application.applicationId(),
                      application.phase().name().toLowerCase(Locale.ROOT),
                      copies.told(application, store.store(), partition)));
    };
  }

  private static byte[] bytes(ByteBuffer buffer) {
    return Arrays.copyOfRange(
        buffer.array(),
        buffer.arrayOffset() + buffer.position(),
        buffer.arrayOffset() + buffer.limit());
  }
}
