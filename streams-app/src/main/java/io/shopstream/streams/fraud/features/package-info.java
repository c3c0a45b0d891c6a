/**
 * What is known about an order at the moment it is placed: the recent past of its user, card,
 * device, address and the like, in one bounded binary value an entity. Pure maths; imports neither
 * Kafka nor the model.
 */
package io.shopstream.streams.fraud.features;
