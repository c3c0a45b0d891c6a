/** How long a read of a neighbour row takes while clicks flow. */
package io.shopstream.bench.rows;
