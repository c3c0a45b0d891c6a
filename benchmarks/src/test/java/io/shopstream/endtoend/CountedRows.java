package io.shopstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.PairKind;
import io.shopstream.events.StateAnswer;
import io.shopstream.events.StateRequest;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.NeighbourRow;
import io.shopstream.events.state.StateStore;
import io.shopstream.local.stack.LocalStack;
import io.shopstream.local.stack.Secrets;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** The rows of the items as they were after a replay, before anybody clicked. */
record CountedRows(Map<String, NeighbourRow> viewed, Map<String, NeighbourRow> bought) {

  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  /** Waits until everything is counted. */
  static CountedRows await(LocalStack stack, OnlineRetailCounts expected) {
    var viewed = expected.viewed.values().stream().mapToLong(Long::longValue).sum();
    var bought = expected.bought.values().stream().mapToLong(Long::longValue).sum();
    return Awaitility.await("everything is counted")
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () ->
                new CountedRows(
                    rows(stack, PairKind.VIEWED, expected.viewed),
                    rows(stack, PairKind.BOUGHT, expected.bought)),
            // What is taken back makes the sum of what was bought fall again.
            rows -> sum(rows.viewed) >= viewed && sum(rows.bought) == bought);
  }

  private static long sum(Map<String, NeighbourRow> rows) {
    return rows.values().stream().mapToLong(NeighbourRow::support).sum();
  }

  private static Map<String, NeighbourRow> rows(
      LocalStack stack, PairKind kind, Map<String, ?> items) throws Exception {
    var ids = new ArrayList<>(items.keySet());
    var rows = new HashMap<String, NeighbourRow>();
    for (var from = 0; from < ids.size(); from += 500) {
      var slice = ids.subList(from, Math.min(ids.size(), from + 500));
      var keys = slice.stream().map(id -> StateStore.neighboursKey(kind, id)).toList();
      var answer = read(stack, keys);
      for (var i = 0; i < slice.size(); i++) {
        var value = answer.getRows().get(i).getValue();
        if (value == null) {
          rows.put(slice.get(i), NeighbourRow.EMPTY);
        } else {
          var bytes = new byte[value.remaining()];
          value.get(bytes);
          rows.put(slice.get(i), NeighbourRow.of(bytes));
        }
      }
    }
    return rows;
  }

  private static StateAnswer read(LocalStack stack, List<byte[]> keys) throws Exception {
    var request = new StateRequest(keys.stream().map(ByteBuffer::wrap).toList(), false);
    var answer =
        HTTP.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://127.0.0.1:%d/state/v1/stores/item-neighbours"
                            .formatted(stack.layout().streamsPort())))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/avro")
                .header("Authorization", Secrets.of(stack.layout()).stateAuthorization())
                .POST(HttpRequest.BodyPublishers.ofByteArray(AvroBinary.encode(request)))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    return AvroBinary.decode(answer.body(), StateAnswer.class);
  }
}
