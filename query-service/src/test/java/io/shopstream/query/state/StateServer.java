package io.shopstream.query.state;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.shopstream.events.NeighboursAlong;
import io.shopstream.events.PairKind;
import io.shopstream.events.PartitionOwners;
import io.shopstream.events.StateAnswer;
import io.shopstream.events.StateHost;
import io.shopstream.events.StateMetadata;
import io.shopstream.events.StateRequest;
import io.shopstream.events.StateRow;
import io.shopstream.events.StoreOwners;
import io.shopstream.events.UserProfile;
import io.shopstream.events.VisitAnswer;
import io.shopstream.events.VisitRequest;
import io.shopstream.events.VisitRows;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The contract of the state endpoint over real HTTP: answers from a map shared by all servers of a
 * cluster, according to who is said to hold which partition.
 */
public final class StateServer implements AutoCloseable {

  /** What all servers agree on. */
  public static final class Cluster {
    private final int partitions;
    private final Map<StateStore, Map<ByteBuffer, byte[]>> stores = new ConcurrentHashMap<>();
    private final Map<Integer, StateServer> actives = new ConcurrentHashMap<>();
    private final Map<Integer, StateServer> standbys = new ConcurrentHashMap<>();

    public Cluster(int partitions) {
      this.partitions = partitions;
    }

    public void put(StateStore store, byte[] key, byte[] value) {
      stores
          .computeIfAbsent(store, unused -> new ConcurrentHashMap<>())
          .put(ByteBuffer.wrap(key), value);
    }

    /** From now on these hold a partition; a null holds nothing. */
    public void hold(int partition, StateServer active, StateServer standby) {
      actives.remove(partition);
      standbys.remove(partition);
      if (active != null) {
        actives.put(partition, active);
      }
      if (standby != null) {
        standbys.put(partition, standby);
      }
    }

    public void holdAll(StateServer active, StateServer standby) {
      for (var partition = 0; partition < partitions; partition++) {
        hold(partition, active, standby);
      }
    }
  }

  static {
    // The JDK's server waits 40 ms for an acknowledgement between head and body otherwise.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final Cluster cluster;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile int failWith;
  private volatile boolean stalled;
  private volatile boolean hasNoRows;
  private volatile Set<StateStore> runs = EnumSet.allOf(StateStore.class);

  public StateServer(Cluster cluster) throws IOException {
    this.cluster = cluster;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/state/v1/metadata", this::metadata);
    for (var store : StateStore.values()) {
      server.createContext(
          "/state/v1/stores/" + store.storeName(), exchange -> read(store, exchange));
    }
    server.createContext("/state/v1/visits", this::readVisits);
    server.start();
  }

  public String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Number of reads so far. */
  public int requests() {
    return requests.get();
  }

  /** From now on reads are answered with this status; 0 for proper answers. */
  public void failWith(int status) {
    failWith = status;
  }

  /** From now on nothing is answered at all. */
  public void stall() {
    stalled = true;
  }

  /** From now on it is a copy that has not got any row yet. */
  public void loseRows() {
    hasNoRows = true;
  }

  /** From now on it runs the application of these stores only. */
  public void runOnly(Set<StateStore> some) {
    runs = some;
  }

  /** From now on it is one of a release that knew nothing of visits. */
  public void forgetVisits() {
    server.removeContext("/state/v1/visits");
  }

  private void metadata(HttpExchange exchange) throws IOException {
    var stores = new ArrayList<StoreOwners>();
    for (var store : runs) {
      var partitions = new ArrayList<PartitionOwners>();
      for (var partition = 0; partition < cluster.partitions; partition++) {
        var standby = cluster.standbys.get(partition);
        partitions.add(
            new PartitionOwners(
                partition,
                host(cluster.actives.get(partition)),
                standby == null ? List.of() : List.of(host(standby))));
      }
      stores.add(new StoreOwners(store.storeName(), partitions));
    }
    answer(exchange, 200, AvroBinary.encode(new StateMetadata(stores)));
  }

  private static StateHost host(StateServer server) {
    return server == null ? null : new StateHost("127.0.0.1", server.server.getAddress().getPort());
  }

  private void read(StateStore store, HttpExchange exchange) throws IOException {
    var request = AvroBinary.decode(exchange.getRequestBody().readAllBytes(), StateRequest.class);
    var rows = rows(store, exchange, request.getKeys(), request.getStaleAllowed());
    if (rows.isPresent()) {
      answer(exchange, 200, AvroBinary.encode(new StateAnswer(rows.get())));
    }
  }

  private void readVisits(HttpExchange exchange) throws IOException {
    var request = AvroBinary.decode(exchange.getRequestBody().readAllBytes(), VisitRequest.class);
    var kind = PairKind.valueOf(request.getKind());
    var profiles =
        rows(StateStore.USER_PROFILES, exchange, request.getShoppers(), request.getStaleAllowed());
    if (profiles.isEmpty()) {
      return;
    }
    var visits = new ArrayList<VisitRows>();
    for (var row : profiles.get()) {
      var along = new ArrayList<NeighboursAlong>();
      if (row.getValue() != null) {
        var bytes = new byte[row.getValue().remaining()];
        row.getValue().duplicate().get(bytes);
        for (var item : AvroBinary.decode(bytes, UserProfile.class).getVisit()) {
          along(StateStore.neighboursKey(kind, item.getItemId())).ifPresent(along::add);
          if (item.getInBasket() && kind != PairKind.BOUGHT) {
            along(StateStore.neighboursKey(PairKind.BOUGHT, item.getItemId()))
                .ifPresent(along::add);
          }
        }
      }
      visits.add(new VisitRows(row.getValue(), row.getStale(), row.getLagRecords(), along));
    }
    answer(exchange, 200, AvroBinary.encode(new VisitAnswer(visits)));
  }

  private Optional<NeighboursAlong> along(byte[] key) {
    var store = StateStore.ITEM_NEIGHBOURS;
    if (!runs.contains(store)
        || cluster.actives.get(store.partition(key, cluster.partitions)) != this) {
      return Optional.empty();
    }
    var value = cluster.stores.getOrDefault(store, Map.of()).get(ByteBuffer.wrap(key));
    return Optional.of(
        new NeighboursAlong(ByteBuffer.wrap(key), value == null ? null : ByteBuffer.wrap(value)));
  }

  /** The rows of the keys; empty when the exchange was answered without them. */
  private Optional<List<StateRow>> rows(
      StateStore store, HttpExchange exchange, List<ByteBuffer> keys, boolean staleAllowed)
      throws IOException {
    requests.incrementAndGet();
    if (!runs.contains(store)) {
      answer(exchange, 421, new byte[0]);
      return Optional.empty();
    }
    if (failWith != 0) {
      answer(exchange, failWith, new byte[0]);
      return Optional.empty();
    }
    var rows = new ArrayList<StateRow>();
    for (var key : keys) {
      var bytes = new byte[key.remaining()];
      key.duplicate().get(bytes);
      var partition = store.partition(bytes, cluster.partitions);
      var stale = cluster.actives.get(partition) != this;
      if (stale && !(staleAllowed && cluster.standbys.get(partition) == this)) {
        answer(exchange, 421, new byte[0]);
        return Optional.empty();
      }
      var value =
          hasNoRows
              ? null
              : cluster.stores.getOrDefault(store, Map.of()).get(ByteBuffer.wrap(bytes));
      rows.add(new StateRow(value == null ? null : ByteBuffer.wrap(value), stale, stale ? 7L : 0L));
    }
    return Optional.of(rows);
  }

  private void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    if (stalled) {
      return; // the connection stays open and silent
    }
    exchange.getResponseHeaders().set("Content-Type", "application/avro");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
