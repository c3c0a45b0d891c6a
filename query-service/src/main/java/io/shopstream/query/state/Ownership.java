package io.shopstream.query.state;

import io.shopstream.events.StateHost;
import io.shopstream.events.StateMetadata;
import io.shopstream.events.state.StateStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who holds what, as an instance of streams-app told it last. Never changed, only replaced. */
final class Ownership {

  /** Who holds one partition of a store. */
  record Holders(Optional<Instance> active, List<Instance> standbys) {
    private boolean none() {
      return active.isEmpty() && standbys.isEmpty();
    }
  }

  /** Nobody has told anything. */
  static final Ownership NONE = new Ownership(Map.of(), Set.of());

  private final Map<StateStore, List<Holders>> stores;
  private final Set<Instance> instances;

  private Ownership(Map<StateStore, List<Holders>> stores, Set<Instance> instances) {
    this.stores = stores;
    this.instances = instances;
  }

  static Ownership of(StateMetadata metadata) {
    var stores = new EnumMap<StateStore, List<Holders>>(StateStore.class);
    var instances = new LinkedHashSet<Instance>();
    for (var store : StateStore.values()) {
      for (var owners : metadata.getStores()) {
        if (owners.getStore().equals(store.storeName())) {
          var partitions = new ArrayList<>(owners.getPartitions());
          partitions.sort(Comparator.comparingInt(partition -> partition.getPartition()));
          var holders = new ArrayList<Holders>();
          for (var partition : partitions) {
            var active = Optional.ofNullable(partition.getActive()).map(Ownership::instance);
            var standbys = partition.getStandbys().stream().map(Ownership::instance).toList();
            holders.add(new Holders(active, standbys));
            active.ifPresent(instances::add);
            instances.addAll(standbys);
          }
          stores.put(store, List.copyOf(holders));
        }
      }
    }
    return new Ownership(stores, instances);
  }

  private static Instance instance(StateHost host) {
    return new Instance(host.getHost(), host.getPort());
  }

  /**
   * The same, with what was known before where nothing is told: an instance that has just started
   * does not know of its applications yet.
   */
  Ownership orElse(Ownership before) {
    var merged = new EnumMap<StateStore, List<Holders>>(StateStore.class);
    merged.putAll(before.stores);
    stores.forEach(
        (store, told) -> {
          var known = before.stores.get(store);
          if (known == null || known.size() != told.size()) {
            merged.put(store, told);
            return;
          }
          var holders = new ArrayList<Holders>(told.size());
          for (var partition = 0; partition < told.size(); partition++) {
            var now = told.get(partition).none() ? known.get(partition) : told.get(partition);
            holders.add(now);
          }
          merged.put(store, List.copyOf(holders));
        });
    var everybody = new LinkedHashSet<Instance>();
    for (var partitions : merged.values()) {
      for (var holders : partitions) {
        holders.active().ifPresent(everybody::add);
        everybody.addAll(holders.standbys());
      }
    }
    return new Ownership(merged, everybody);
  }

  /** Who holds a key; empty when nobody said anything of its store. */
  Optional<Holders> holders(StateStore store, byte[] key) {
    var partitions = stores.get(store);
    if (partitions == null || partitions.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(partitions.get(store.partition(key, partitions.size())));
  }

  /** Whether it tells of every store; who runs some of the applications only tells of theirs. */
  boolean isOfEveryStore() {
    return stores.size() == StateStore.values().length;
  }

  /** Every instance that holds anything. */
  Set<Instance> instances() {
    return instances;
  }
}
