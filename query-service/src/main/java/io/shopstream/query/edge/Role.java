package io.shopstream.query.edge;

import java.util.Locale;

/** What the holder of a key may do; {@link Access} says which address needs which. */
enum Role {
  /** Send what happens in a web page: clicks and impressions. For keys that stand in a page. */
  TRACK,
  /** Send every kind of event. For the shop's own servers. */
  PUBLISH,
  /** Read recommendations, profiles, scores. */
  QUERY,
  /** Read metrics and the state of the system, nothing about shoppers. */
  MONITOR,
  /** Everything, also what erases, exports or decides. */
  ADMIN;

  /** As it stands in the file of keys. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
