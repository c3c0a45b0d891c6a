package io.shopstream.bench.recommendations;

import java.util.ArrayList;
import java.util.List;

/**
 * A question with its answer: what comes after a part of a session.
 *
 * @param prefix the clicks known, 1 or more
 * @param remaining the clicks that came after, the next one first, 1 or more
 */
record Example(List<String> prefix, List<String> remaining) {
  String target() {
    return remaining.get(0);
  }

  /** Every prefix of every session. */
  static List<Example> ofSessions(List<Session> sessions) {
    var examples = new ArrayList<Example>();
    for (var session : sessions) {
      int clicks = session.items().size();
      for (int known = 1; known < clicks; known++) {
        examples.add(
            new Example(session.items().subList(0, known), session.items().subList(known, clicks)));
      }
    }
    return examples;
  }
}
