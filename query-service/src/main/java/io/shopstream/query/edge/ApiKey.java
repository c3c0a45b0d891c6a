package io.shopstream.query.edge;

import java.util.OptionalDouble;
import java.util.Set;

/**
 * A key as the service knows it: never the key itself.
 *
 * @param name who has it; logged and used in answers, so no secret
 * @param roles what it opens
 * @param sha256 hash of the key
 * @param requestsPerSecond limit of its own, where it has one
 */
record ApiKey(String name, Set<Role> roles, Sha256 sha256, OptionalDouble requestsPerSecond) {

  /** Whether one of these roles is among its own; ADMIN may everything. */
  boolean mayAny(Set<Role> needed) {
    return roles.contains(Role.ADMIN) || roles.stream().anyMatch(needed::contains);
  }

  /** Whether it may stand in a web page, where everybody can read it. */
  boolean isPublic() {
    return roles.equals(Set.of(Role.TRACK));
  }
}
