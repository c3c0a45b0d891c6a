/** Fraud: scores, what parties did lately, the queue of reviews, the model. */
package io.shopstream.query.fraud;
