/** A readable file of rules over the features of an order. */
package io.shopstream.streams.fraud.rules;
