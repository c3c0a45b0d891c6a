package io.shopstream.query.collector;

import io.shopstream.events.topics.Topic;
import io.shopstream.query.json.JsonShape;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;

/**
 * A kind of event that the collector takes.
 *
 * @param topic where it goes
 * @param shape what it may hold
 * @param key what it is keyed by
 * @param complete fills in what was left out, given the time of arrival in milliseconds; returns
 *     the event's id when it was made here, else null
 */
record EventKind<T extends SpecificRecord>(
    Topic topic,
    JsonShape<T> shape,
    Function<T, String> key,
    BiFunction<T, Long, String> complete) {}
