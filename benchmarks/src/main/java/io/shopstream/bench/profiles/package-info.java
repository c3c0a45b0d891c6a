/**
 * {@code evaluate profiles} and {@code evaluate churn}: profiles against the file they came from.
 */
package io.shopstream.bench.profiles;
