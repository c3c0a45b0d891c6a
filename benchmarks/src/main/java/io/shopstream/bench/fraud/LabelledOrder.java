package io.shopstream.bench.fraud;

import io.shopstream.streams.fraud.features.OrderFacts;

/** An order of a file, and the truth about it, which nobody may see before it is known. */
public record LabelledOrder(OrderFacts order, boolean fraud) {}
