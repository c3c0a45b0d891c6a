package io.shopstream.query.recommend;

import io.micronaut.serde.annotation.Serdeable;

/** Sent when nothing happens, so that dead connections show. */
@Serdeable
record Heartbeat(boolean alive) {

  static final Heartbeat NOW = new Heartbeat(true);
}
