package io.shopstream.bench.chaos;

import io.shopstream.events.PairKind;
import io.shopstream.events.StateAnswer;
import io.shopstream.events.StateHost;
import io.shopstream.events.StateMetadata;
import io.shopstream.events.StateRequest;
import io.shopstream.events.UserProfile;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.NeighbourRow;
import io.shopstream.events.state.StateStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What the instances of streams-app hold, read from the owners of each key and nobody else. */
final class Held {

  private static final int MOST_KEYS = 500;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final Supplier<List<String>> urls;
  private final String authorization;

  /**
   * @param urls of all instances
   * @param authorization that the state endpoint asks for
   */
  Held(Supplier<List<String>> urls, String authorization) {
    this.urls = urls;
    this.authorization = authorization;
  }

  /** Rows of items, without those that are not there. */
  Map<String, NeighbourRow> rows(PairKind kind, Collection<String> items) throws IOException {
    var keys = new HashMap<String, byte[]>();
    items.forEach(item -> keys.put(item, StateStore.neighboursKey(kind, item)));
    var rows = new HashMap<String, NeighbourRow>();
    read(StateStore.ITEM_NEIGHBOURS, keys)
        .forEach((item, bytes) -> rows.put(item, NeighbourRow.of(bytes)));
    return rows;
  }

  /** Profiles, without those that are not there. */
  Map<String, UserProfile> profiles(Collection<String> visitors) throws IOException {
    var keys = new HashMap<String, byte[]>();
    visitors.forEach(visitor -> keys.put(visitor, StateStore.key(visitor)));
    var profiles = new HashMap<String, UserProfile>();
    read(StateStore.USER_PROFILES, keys)
        .forEach(
            (visitor, bytes) -> profiles.put(visitor, AvroBinary.decode(bytes, UserProfile.class)));
    return profiles;
  }

  private Map<String, byte[]> read(StateStore store, Map<String, byte[]> keys) throws IOException {
    var owners = owners(store);
    var byOwner = new HashMap<StateHost, List<String>>();
    keys.forEach(
        (name, key) ->
            byOwner
                .computeIfAbsent(
                    owners.get(store.partition(key, owners.size())), o -> new ArrayList<>())
                .add(name));
    var values = new HashMap<String, byte[]>();
    for (var owner : byOwner.entrySet()) {
      var names = owner.getValue();
      for (var from = 0; from < names.size(); from += MOST_KEYS) {
        var some = names.subList(from, Math.min(names.size(), from + MOST_KEYS));
        read(store, owner.getKey(), some, keys, values);
      }
    }
    return values;
  }

  private void read(
      StateStore store,
      StateHost owner,
      List<String> names,
      Map<String, byte[]> keys,
      Map<String, byte[]> values)
      throws IOException {
    var wanted = names.stream().map(name -> ByteBuffer.wrap(keys.get(name))).toList();
    var request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://%s:%d/state/v1/stores/%s"
                        .formatted(owner.getHost(), owner.getPort(), store.storeName())))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/avro")
            .header("Authorization", authorization)
            .POST(BodyPublishers.ofByteArray(AvroBinary.encode(new StateRequest(wanted, false))))
            .build();
    var rows = AvroBinary.decode(send(request), StateAnswer.class).getRows();
    for (var i = 0; i < rows.size(); i++) {
      var value = rows.get(i).getValue();
      if (value != null) {
        var bytes = new byte[value.remaining()];
        value.get(bytes);
        values.put(names.get(i), bytes);
      }
    }
  }

  private List<StateHost> owners(StateStore store) throws IOException {
    IOException last = null;
    for (var url : urls.get()) {
      try {
        var request =
            HttpRequest.newBuilder(URI.create(url + "/state/v1/metadata"))
                .timeout(TIMEOUT)
                .header("Authorization", authorization)
                .build();
        for (var one : AvroBinary.decode(send(request), StateMetadata.class).getStores()) {
          if (one.getStore().equals(store.storeName())) {
            var owners = new ArrayList<StateHost>();
            for (var partition : one.getPartitions()) {
              if (partition.getActive() == null) {
                throw new IOException("Nobody owns partition " + partition.getPartition());
              }
              owners.add(partition.getActive());
            }
            return owners;
          }
        }
      } catch (IOException e) {
        last = e;
      }
    }
    throw new IOException("Nobody tells who owns " + store, last);
  }

  private byte[] send(HttpRequest request) throws IOException {
    try {
      var answer = http.send(request, BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new IOException(request.uri() + " answered " + answer.statusCode());
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted", e);
    }
  }
}
