package io.shopstream.query.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.shopstream.events.PairKind;
import io.shopstream.events.UserProfile;
import io.shopstream.events.VisitItem;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.query.config.StateConfiguration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpStateClientTest {

  private static final StateStore STORE = StateStore.USER_PROFILES;
  private static final int PARTITIONS = 6;

  private final StateServer.Cluster cluster = new StateServer.Cluster(PARTITIONS);
  private final List<HttpStateClient> clients = new ArrayList<>();
  private EventLoopGroup loops;
  private StateServer one;
  private StateServer two;

  @BeforeEach
  void start() throws IOException {
    loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    one = new StateServer(cluster);
    two = new StateServer(cluster);
    for (var i = 0; i < 100; i++) {
      cluster.put(STORE, key(i), value(i));
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    clients.forEach(HttpStateClient::close);
    one.close();
    two.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
  }

  private static byte[] key(int i) {
    return StateStore.key("user-" + i);
  }

  private static byte[] value(int i) {
    return ("profile-" + i).getBytes(StandardCharsets.UTF_8);
  }

  private HttpStateClient client(StateServer... bootstrap) {
    var addresses = new ArrayList<String>();
    for (var server : bootstrap) {
      addresses.add(server.address());
    }
    var client =
        new HttpStateClient(
            loops,
            new StateConfiguration(
                String.join(",", addresses),
                // Long enough for a busy machine.
                Duration.ofMillis(1_000),
                Duration.ofMillis(1_500),
                Duration.ofMillis(700),
                Duration.ofMillis(5_000),
                Duration.ofSeconds(60), // what a test sees is not the work of the clock
                Duration.ofMillis(20),
                4,
                1_000),
            new SimpleMeterRegistry());
    clients.add(client);
    return client;
  }

  private static List<StateRow> read(StateClient client, int from, int to) {
    var keys = IntStream.range(from, to).mapToObj(HttpStateClientTest::key).toList();
    return client.read(STORE, keys).orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static void assertValues(List<StateRow> rows, int from, boolean stale) {
    for (var i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i)).isInstanceOf(StateRow.Found.class);
      assertThat(((StateRow.Found) rows.get(i)).bytes()).isEqualTo(value(from + i));
      assertThat(rows.get(i).stale()).isEqualTo(stale);
      assertThat(rows.get(i).lagRecords()).isEqualTo(stale ? 7 : 0);
    }
  }

  @Test
  void shouldAskEachOwnerOnceForAllItsKeys() {
    for (var partition = 0; partition < PARTITIONS; partition++) {
      cluster.hold(partition, partition % 2 == 0 ? one : two, null);
    }
    assertValues(read(client(one), 0, 100), 0, false);
    assertThat(one.requests()).isOne();
    assertThat(two.requests()).isOne();
  }

  @Test
  void shouldAskOnceForReadsThatBeginTogether() {
    cluster.holdAll(one, null);
    var client = client(one);
    assertValues(read(client, 0, 1), 0, false); // it knows who holds what
    var before = one.requests();

    var together = readTogether(client, ReadRequests.MOST_READS + 1);

    for (var i = 0; i < together.size(); i++) {
      assertValues(together.get(i), i, false);
    }
    assertThat(one.requests() - before).as("one is full, the last goes in another").isEqualTo(2);
  }

  @Test
  void shouldAskAgainAloneWhenAReadThatBeganTogetherIsRefused() {
    cluster.holdAll(one, null);
    var client = client(one, two);
    assertValues(read(client, 0, 100), 0, false);
    var moved = STORE.partition(key(0), PARTITIONS);
    cluster.hold(moved, two, null);

    var together = readTogether(client, 10);

    for (var i = 0; i < together.size(); i++) {
      assertValues(together.get(i), i, false);
    }
    var others =
        IntStream.range(0, 10).filter(i -> STORE.partition(key(i), PARTITIONS) != moved).count();
    assertThat(two.requests())
        .as("only what moved is asked there")
        .isLessThanOrEqualTo((int) (10 - others));
  }

  /** Reads of one key each, which begin in one turn of one event loop. */
  private List<List<StateRow>> readTogether(StateClient client, int reads) {
    return CompletableFuture.supplyAsync(
            () ->
                IntStream.range(0, reads)
                    .mapToObj(i -> client.read(STORE, List.of(key(i))))
                    .toList(),
            loops.next())
        .orTimeout(20, TimeUnit.SECONDS)
        .join()
        .stream()
        .map(rows -> rows.orTimeout(20, TimeUnit.SECONDS).join())
        .toList();
  }

  @Test
  void shouldTellAnAbsentRowFromOneThatCannotBeRead() {
    cluster.holdAll(one, null);
    assertThat(read(client(one), 100, 101)).containsExactly(new StateRow.Absent(false, 0));
  }

  @Test
  void shouldFollowAPartitionThatMoved() {
    cluster.holdAll(one, null);
    var client = client(one, two);
    assertValues(read(client, 0, 10), 0, false);
    cluster.holdAll(two, null);
    assertValues(read(client, 0, 10), 0, false);
  }

  @Test
  void shouldReadFromTheStandbyWhileTheOwnerIsRestoring() {
    cluster.holdAll(one, two);
    var client = client(one);
    one.failWith(503);
    assertValues(read(client, 0, 100), 0, true);
  }

  @Test
  void shouldReadFromTheStandbyWhileNobodyKnowsTheNewOwner() {
    cluster.holdAll(one, two);
    var client = client(one);
    one.failWith(421);
    assertValues(read(client, 0, 100), 0, true);
  }

  @Test
  void shouldReadFromTheStandbyWhenTheOwnerIsDead() {
    cluster.holdAll(one, two);
    var client = client(one, two);
    assertValues(read(client, 0, 10), 0, false);
    one.close();
    assertValues(read(client, 0, 100), 0, true);
  }

  @Test
  void shouldReadFromTheStandbyWhenTheOwnerHangsAndThenAskItFirst() {
    cluster.holdAll(one, two);
    var client = client(one, two);
    assertValues(read(client, 0, 10), 0, false);
    one.stall();
    assertValues(read(client, 0, 10), 0, true);
    var asked = one.requests();
    assertValues(read(client, 0, 100), 0, true);
    assertThat(one.requests()).as("a suspect is not waited for again").isEqualTo(asked);
  }

  @Test
  void shouldAskOthersWhenACopyHasNoRow() throws IOException {
    try (var three = new StateServer(cluster)) {
      cluster.holdAll(one, two);
      cluster.hold(0, three, null);
      var client = client(one, two);
      assertValues(read(client, 0, 100), 0, false);
      cluster.holdAll(three, two);
      two.loseRows();
      one.close();
      assertValues(read(client, 0, 100), 0, false);
    }
  }

  @Test
  void shouldFindStoresOfInstancesThatRunSomeApplicationsOnly() {
    cluster.holdAll(two, null);
    one.runOnly(EnumSet.of(StateStore.ITEM_NEIGHBOURS));
    two.runOnly(EnumSet.complementOf(EnumSet.of(StateStore.ITEM_NEIGHBOURS)));
    assertValues(read(client(one, two), 0, 100), 0, false);
  }

  @Test
  void shouldBelieveACopyThatHasNoRowWhenNobodyElseAnswers() {
    cluster.holdAll(one, two);
    var client = client(one, two);
    assertValues(read(client, 0, 10), 0, false);
    one.close();
    assertThat(read(client, 100, 101)).containsExactly(new StateRow.Absent(true, 7));
    assertThat(two.requests()).as("asked once").isOne();
  }

  @Test
  void shouldReadFromTheNewOwnerWhenTheStandbyTookOver() {
    cluster.holdAll(one, two);
    var client = client(one, two);
    assertValues(read(client, 0, 10), 0, false);
    one.close();
    cluster.holdAll(two, null);
    assertValues(read(client, 0, 100), 0, false);
  }

  @Test
  void shouldWaitForAnOwnerThatComesBackWithinTheDeadline() {
    cluster.holdAll(one, null);
    var client = client(one);
    assertValues(read(client, 0, 10), 0, false);
    one.failWith(503);
    CompletableFuture.delayedExecutor(400, TimeUnit.MILLISECONDS).execute(() -> one.failWith(0));
    assertValues(read(client, 0, 10), 0, false);
  }

  @Test
  void shouldSayInTimeThatNobodyAnswers() {
    cluster.holdAll(one, null);
    var client = client(one);
    assertValues(read(client, 0, 10), 0, false);
    one.close();
    var before = System.nanoTime();
    assertThat(read(client, 0, 10)).allMatch(row -> row instanceof StateRow.Unavailable);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void shouldReadWhatItCanWhenOneOwnerIsAway() {
    for (var partition = 0; partition < PARTITIONS; partition++) {
      cluster.hold(partition, partition % 2 == 0 ? one : two, null);
    }
    two.failWith(503);
    var rows = read(client(one), 0, 100);
    assertThat(rows).anyMatch(row -> row instanceof StateRow.Found);
    assertThat(rows).anyMatch(row -> row instanceof StateRow.Unavailable);
    for (var i = 0; i < rows.size(); i++) {
      var mine = STORE.partition(key(i), PARTITIONS) % 2 == 0;
      assertThat(rows.get(i) instanceof StateRow.Found).isEqualTo(mine);
    }
  }

  @Test
  void shouldServeManyReadsAtOnceOverFewConnections() {
    cluster.holdAll(one, null);
    var client = client(one);
    var reads = new ArrayList<CompletableFuture<List<StateRow>>>();
    for (var i = 0; i < 1_000; i++) {
      reads.add(client.read(STORE, List.of(key(i % 100))));
    }
    for (var i = 0; i < 1_000; i++) {
      assertValues(reads.get(i).orTimeout(20, TimeUnit.SECONDS).join(), i % 100, false);
    }
  }

  private static byte[] profile(String... visit) {
    var items =
        Arrays.stream(visit).map(item -> new VisitItem(item, 1L, item.equals("b"), 1, 0)).toList();
    return AvroBinary.encode(
        UserProfile.newBuilder()
            .setUserId("user-1")
            .setFirstSeenTimeMs(1)
            .setLastSeenTimeMs(1)
            .setVisits(1)
            .setViews(1)
            .setCarts(0)
            .setSearches(0)
            .setOrders(0)
            .setVisit(items)
            .setBought(List.of())
            .build());
  }

  private static byte[] viewed(String item) {
    return StateStore.neighboursKey(PairKind.VIEWED, item);
  }

  private static StateRow.Found readVisit(StateClient client) {
    var read = client.readVisit(key(1), PairKind.VIEWED).orTimeout(20, TimeUnit.SECONDS).join();
    assertThat(read).isInstanceOf(StateRow.Found.class);
    return (StateRow.Found) read;
  }

  @Test
  void shouldBringTheRowsOfTheVisitThatTheSameInstanceUpdates() {
    var neighbours = StateStore.ITEM_NEIGHBOURS;
    var row = viewed("a");
    var basketRow = StateStore.neighboursKey(PairKind.BOUGHT, "b");
    var others =
        List.of(
            STORE.partition(key(1), PARTITIONS),
            neighbours.partition(row, PARTITIONS),
            neighbours.partition(basketRow, PARTITIONS));
    var item =
        IntStream.range(0, 100)
            .mapToObj(i -> "c" + i)
            .filter(id -> !others.contains(neighbours.partition(viewed(id), PARTITIONS)))
            .findFirst()
            .orElseThrow();
    var elsewhere = viewed(item);
    var profile = profile("a", "b", item);
    cluster.put(STORE, key(1), profile);
    List.of(row, basketRow, elsewhere).forEach(key -> cluster.put(neighbours, key, key));
    cluster.holdAll(one, null);
    cluster.hold(neighbours.partition(elsewhere, PARTITIONS), two, one);

    var found = readVisit(client(one));

    assertThat(found.bytes()).isEqualTo(profile);
    assertThat(found.along().find(row))
        .contains(new StateRow.Found(ByteBuffer.wrap(row), false, 0));
    assertThat(found.along().find(basketRow)).isPresent();
    assertThat(found.along().find(viewed("b"))).contains(new StateRow.Absent(false, 0));
    assertThat(found.along().find(elsewhere)).isEmpty();
    assertThat(one.requests() + two.requests()).isOne();
  }

  /** While instances of two releases serve side by side. */
  @Test
  void shouldReadTheProfileAloneWhereVisitsAreNotKnown() {
    var profile = profile("a");
    cluster.put(STORE, key(1), profile);
    cluster.holdAll(one, null);
    one.forgetVisits();

    var found = readVisit(client(one));

    assertThat(found.bytes()).isEqualTo(profile);
    assertThat(found.along().find(viewed("a"))).isEmpty();
  }

  @Test
  void shouldAskAStandbyForTheVisitWhileTheOwnerIsAway() {
    var profile = profile("a");
    cluster.put(STORE, key(1), profile);
    cluster.holdAll(one, two);
    one.failWith(503);

    var found = readVisit(client(one, two));

    assertThat(found.bytes()).isEqualTo(profile);
    assertThat(found.stale()).isTrue();
    assertThat(found.along().find(viewed("a"))).isEmpty();
  }
}
