package io.shopstream.query.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.shopstream.query.problem.ProblemException;
import java.io.IOException;

/** Reads the body of a request: one JSON value and nothing after it. */
public final class JsonBody {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxNumberLength(64)
                  .maxNameLength(4096)
                  .build())
          .build();

  private JsonBody() {}

  /**
   * Reads the value.
   *
   * @param <R> what comes out of it
   */
  @FunctionalInterface
  public interface Reader<R> {

    /**
     * Reads from the first token of the value to its last.
     *
     * @param first the token that the parser stands on
     */
    R read(JsonToken first, JsonParser json) throws IOException;
  }

  /**
   * Reads a body.
   *
   * @throws ProblemException 400 when it is not JSON, is empty, or goes on after the value
   */
  public static <R> R read(byte[] body, Reader<R> reader) {
    try (var json = JSON.createParser(body)) {
      var first = json.nextToken();
      if (first == null) {
        throw ProblemException.malformed("The body is empty.");
      }
      var result = reader.read(first, json);
      if (json.nextToken() != null) {
        throw ProblemException.malformed("Something follows the end of the JSON value.");
      }
      return result;
    } catch (JsonProcessingException e) {
      throw ProblemException.malformed(message(e));
    } catch (IOException e) {
      // A body in memory has no other way to fail than that its bytes are no text.
      throw ProblemException.malformed("The body is no text in UTF-8: " + e.getMessage());
    }
  }

  private static String message(JsonProcessingException failure) {
    // The parser mentions the source, which is not to be shown, in brackets.
    var message = failure.getOriginalMessage().replaceAll("\\s*\\(start marker at .*", "");
    var where = failure.getLocation();
    return where == null
        ? message
        : "%s (line %d, column %d)".formatted(message, where.getLineNr(), where.getColumnNr());
  }

  /**
   * Reads a body that is one object.
   *
   * @throws ProblemException 400 when it is none, or breaks a rule; names the fields
   */
  public static <T> T object(byte[] body, JsonShape<T> shape) {
    return read(
        body,
        (first, json) -> {
          if (first != JsonToken.START_OBJECT) {
            throw ProblemException.malformed("The body must be an object.");
          }
          var faults = new Faults();
          var object = shape.read(json, faults);
          if (!faults.errors().isEmpty()) {
            throw ProblemException.invalid(faults.errors());
          }
          return object;
        });
  }
}
