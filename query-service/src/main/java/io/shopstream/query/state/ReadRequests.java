package io.shopstream.query.state;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.shopstream.events.PairKind;
import io.shopstream.events.StateRequest;
import io.shopstream.events.VisitRequest;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Sends the reads of one event loop to the instances of streams-app. Those that begin in the same
 * turn of the loop and ask the same instance for rows of the same store travel in one request: the
 * more questions wait, the less each of them costs. Everything in it happens on that loop.
 */
final class ReadRequests {

  /** Reads that share a request at most: the first of them waits until the last has been parsed. */
  static final int MOST_READS = 16;

  /** What is asked of a key. */
  sealed interface Question {

    /** The store of the key. */
    StateStore store();

    /** Keys of one request at most; the endpoint refuses more. */
    int mostKeys();

    /** Where it is asked. */
    String path();

    /** The request for some keys. */
    byte[] body(List<ByteBuffer> keys);

    /** Reads the answer, a row a key. */
    List<StateRow> rows(ByteBuf answer);

    /** Its row. */
    record OfRows(StateStore store) implements Question {
      @Override
      public int mostKeys() {
        return 1_000;
      }

      @Override
      public String path() {
        return "/state/v1/stores/" + store.storeName();
      }

      @Override
      public byte[] body(List<ByteBuffer> keys) {
        return AvroBinary.encode(new StateRequest(keys, true));
      }

      @Override
      public List<StateRow> rows(ByteBuf answer) {
        return AnswerRows.read(answer);
      }
    }

    /** The profile of a shopper, and the rows that its visit leads to. */
    record OfVisits(PairKind kind) implements Question {
      @Override
      public StateStore store() {
        return StateStore.USER_PROFILES;
      }

      @Override
      public int mostKeys() {
        return 100;
      }

      @Override
      public String path() {
        return "/state/v1/visits";
      }

      @Override
      public byte[] body(List<ByteBuffer> keys) {
        return AvroBinary.encode(new VisitRequest(keys, kind.name(), true));
      }

      @Override
      public List<StateRow> rows(ByteBuf answer) {
        return AnswerRows.readVisits(answer);
      }
    }
  }

  /** What an instance says to one read. */
  sealed interface Reply {

    /**
     * What was read.
     *
     * @param rows a row a key, in the order asked
     */
    record Rows(List<StateRow> rows) implements Reply {}

    /**
     * Why there are no rows.
     *
     * @param status of HTTP
     * @param reason for the log
     */
    record Refusal(int status, String reason) implements Reply {}
  }

  private static final int NOT_FOUND = 404;

  private record Target(Instance instance, Question question) {}

  private record Member(
      List<ByteBuffer> keys, long deadlineNanos, CompletableFuture<Reply> reply) {}

  /** Members of one request that has not left yet. */
  private static final class Batch {
    private final List<Member> members = new ArrayList<>();
    private int keys;

    private boolean hasRoomFor(Member member, int mostKeys) {
      return members.size() < MOST_READS && keys + member.keys().size() <= mostKeys;
    }

    private void add(Member member) {
      members.add(member);
      keys += member.keys().size();
    }
  }

  private final EventLoop loop;
  private final StateConnections connections;
  private final long timeoutNanos;
  private final Map<Target, Batch> open = new LinkedHashMap<>();

  /**
   * @param timeoutNanos how long a request may take; a read that has less time left travels alone
   */
  ReadRequests(EventLoop loop, StateConnections connections, long timeoutNanos) {
    this.loop = loop;
    this.connections = connections;
    this.timeoutNanos = timeoutNanos;
  }

  /**
   * Asks an instance; called on the loop.
   *
   * @param keys as many as the question may have, at most
   * @param leftNanos who asks waits no longer than this, in nanoseconds
   * @return completes on the loop; exceptionally when there is no answer
   */
  CompletableFuture<Reply> read(
      Instance instance, Question question, List<ByteBuffer> keys, long leftNanos) {
    var target = new Target(instance, question);
    var member = new Member(keys, System.nanoTime() + leftNanos, new CompletableFuture<>());
    if (leftNanos < timeoutNanos) {
      sendAlone(target, member);
    } else {
      join(target, member);
    }
    return member.reply();
  }

  private void join(Target target, Member member) {
    if (open.isEmpty()) {
      loop.execute(this::endTurn);
    }
    var batch = open.computeIfAbsent(target, unused -> new Batch());
    if (!batch.hasRoomFor(member, target.question().mostKeys())) {
      send(target, batch.members, timeoutNanos);
      batch = new Batch();
      open.put(target, batch);
    }
    batch.add(member);
  }

  private void endTurn() {
    var leaving = List.copyOf(open.entrySet());
    open.clear();
    leaving.forEach(batch -> send(batch.getKey(), batch.getValue().members, timeoutNanos));
  }

  private void sendAlone(Target target, Member member) {
    send(target, List.of(member), member.deadlineNanos() - System.nanoTime());
  }

  private void send(Target target, List<Member> members, long leftNanos) {
    var keys = new ArrayList<ByteBuffer>();
    members.forEach(member -> keys.addAll(member.keys()));
    var unused =
        connections
            .post(
                target.instance(),
                target.question().path(),
                target.question().body(keys),
                (status, body) -> reply(target.question(), status, body, keys.size()),
                leftNanos)
            .whenComplete(
                (reply, failure) -> {
                  if (failure != null) {
                    members.forEach(member -> member.reply().completeExceptionally(failure));
                  } else {
                    take(target, members, reply);
                  }
                });
  }

  private static Reply reply(Question question, int status, ByteBuf body, int keys) {
    if (status != 200) {
      return new Reply.Refusal(status, StateConnections.reason(body));
    }
    try {
      var rows = question.rows(body);
      return rows.size() == keys
          ? new Reply.Rows(rows)
          : new Reply.Refusal(200, "an answer of " + rows.size() + " rows for " + keys);
    } catch (IllegalArgumentException e) {
      return new Reply.Refusal(200, "an answer that cannot be read: " + e.getMessage());
    }
  }

  private void take(Target target, List<Member> members, Reply reply) {
    if (reply instanceof Reply.Rows all) {
      var from = 0;
      for (var member : members) {
        var to = from + member.keys().size();
        member.reply().complete(new Reply.Rows(all.rows().subList(from, to)));
        from = to;
      }
    } else if (target.question() instanceof Question.OfVisits
        && reply instanceof Reply.Refusal refusal
        && refusal.status() == NOT_FOUND) {
      // An instance of an earlier release, which is about to be replaced: profiles alone it has.
      var profiles = new Target(target.instance(), new Question.OfRows(StateStore.USER_PROFILES));
      members.forEach(member -> sendAlone(profiles, member));
    } else if (members.size() == 1) {
      members.get(0).reply().complete(reply);
    } else {
      // Perhaps for one key of one of them: the others are not to suffer from it.
      members.forEach(member -> sendAlone(target, member));
    }
  }
}
