package io.shopstream.bench.profiles;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.OptionalDouble;

/** What the query service says of a customer. Times are 0 where there is none. */
record Answered(
    long asOfMs,
    long orders,
    long takenBack,
    long frequency,
    long pence,
    long firstMs,
    long lastMs,
    double mean,
    double deviation,
    long recencyScore,
    long frequencyScore,
    long monetaryScore,
    OptionalDouble churnRisk) {

  static Answered of(JsonNode profile) {
    var value = profile.path("value");
    var risk = profile.path("churn_risk");
    return new Answered(
        time(profile.path("as_of_time")),
        profile.path("orders").asLong(),
        value.path("orders_taken_back").asLong(),
        value.path("frequency").asLong(),
        value.path("monetary_minor").asLong(),
        time(value.path("first_order_time")),
        time(value.path("last_order_time")),
        value.path("order_value_mean").asDouble(),
        value.path("order_value_deviation").asDouble(),
        value.path("recency_score").asLong(),
        value.path("frequency_score").asLong(),
        value.path("monetary_score").asLong(),
        risk.isNumber() ? OptionalDouble.of(risk.asDouble()) : OptionalDouble.empty());
  }

  private static long time(JsonNode time) {
    return time.isTextual() ? Instant.parse(time.asText()).toEpochMilli() : 0;
  }
}
