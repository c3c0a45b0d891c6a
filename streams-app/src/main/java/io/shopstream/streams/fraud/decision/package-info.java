/** From a model's probability and the rules to a decision and the reasons for it, in words. */
package io.shopstream.streams.fraud.decision;
