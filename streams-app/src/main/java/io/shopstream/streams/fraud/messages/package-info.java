/**
 * What travels between the stages of fraud scoring, and the rows that wait there, as compact bytes.
 * Imports no Kafka.
 */
package io.shopstream.streams.fraud.messages;
