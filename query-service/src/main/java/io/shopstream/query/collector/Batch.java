package io.shopstream.query.collector;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.shopstream.query.json.Faults;
import io.shopstream.query.json.JsonBody;
import io.shopstream.query.json.JsonShape;
import io.shopstream.query.problem.FieldError;
import io.shopstream.query.problem.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * The events of one request.
 *
 * @param single whether the body was one object, no list
 * @param size how many events there were, good and bad
 * @param events the good ones
 * @param errors what is wrong with the others
 */
record Batch<T extends SpecificRecord>(
    boolean single, int size, List<Entry<T>> events, List<FieldError> errors) {

  /** An event and its place in the batch, from 0. */
  record Entry<T>(int index, T event) {}

  /**
   * Reads a body: one object, or a list of them.
   *
   * @param most events in a list
   * @throws ProblemException when the body is not JSON, is something else than an object or a list,
   *     or is a list that is empty or too long
   */
  static <T extends SpecificRecord> Batch<T> read(byte[] body, JsonShape<T> shape, int most) {
    return JsonBody.read(
        body,
        (first, json) ->
            switch (first) {
              case START_OBJECT -> single(json, shape);
              case START_ARRAY -> list(json, shape, most);
              default ->
                  throw ProblemException.malformed(
                      "The body must be an object or a list of objects.");
            });
  }

  private static <T extends SpecificRecord> Batch<T> single(JsonParser json, JsonShape<T> shape)
      throws IOException {
    var faults = new Faults();
    faults.begin(null);
    var event = shape.read(json, faults);
    var events = faults.inThisEvent() ? List.<Entry<T>>of() : List.of(new Entry<>(0, event));
    return new Batch<>(true, 1, events, faults.errors());
  }

  private static <T extends SpecificRecord> Batch<T> list(
      JsonParser json, JsonShape<T> shape, int most) throws IOException {
    var faults = new Faults();
    var events = new ArrayList<Entry<T>>();
    var index = 0;
    for (var token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
      if (index == most) {
        throw ProblemException.invalid(
            "A request holds at most " + most + " events; send the rest in another one.",
            List.of());
      }
      faults.begin(index);
      if (token == JsonToken.START_OBJECT) {
        var event = shape.read(json, faults);
        if (!faults.inThisEvent()) {
          events.add(new Entry<>(index, event));
        }
      } else {
        faults.add(null, "must be an object");
        json.skipChildren();
      }
      index++;
    }
    if (index == 0) {
      throw ProblemException.invalid("The list is empty.", List.of());
    }
    return new Batch<>(false, index, events, faults.errors());
  }
}
