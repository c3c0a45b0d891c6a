/** Fraud scores out: waiting for one, and how it is told. */
package io.shopstream.query.scores;
