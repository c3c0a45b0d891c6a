package io.shopstream.query.edge;

import static io.shopstream.query.edge.Role.ADMIN;
import static io.shopstream.query.edge.Role.MONITOR;
import static io.shopstream.query.edge.Role.PUBLISH;
import static io.shopstream.query.edge.Role.QUERY;
import static io.shopstream.query.edge.Role.TRACK;

import java.util.List;
import java.util.Set;

/**
 * Which address needs which role. The first rule that matches counts; what lies under /v1 and is
 * not named needs ADMIN, what lies elsewhere (pages, documentation, health) is open.
 */
final class Access {

  private static final String ANY = "*";

  /**
   * @param method of the request, or {@value Access#ANY}
   * @param template of the route; one that ends in / stands for all that begin so
   */
  private record Rule(String method, String template, Set<Role> roles) {

    private boolean matches(String askedMethod, String askedTemplate) {
      return (method.equals(ANY) || method.equals(askedMethod))
          && (template.endsWith("/")
              ? askedTemplate.startsWith(template)
              : askedTemplate.equals(template));
    }
  }

  private static final List<Rule> RULES =
      List.of(
          new Rule("POST", "/v1/events", Set.of(TRACK, PUBLISH)),
          new Rule("POST", "/v1/impressions", Set.of(TRACK, PUBLISH)),
          new Rule("POST", "/v1/orders", Set.of(PUBLISH)),
          new Rule("POST", "/v1/catalog/items", Set.of(PUBLISH)),
          new Rule("POST", "/v1/order-outcomes", Set.of(PUBLISH)),
          new Rule("POST", "/v1/identity-links", Set.of(PUBLISH)),
          new Rule("GET", "/v1/users/{id}/export", Set.of(ADMIN)),
          new Rule("GET", "/v1/ops/", Set.of(MONITOR)),
          new Rule("GET", "/v1/", Set.of(QUERY)),
          new Rule("POST", "/v1/recommendations", Set.of(QUERY)),
          new Rule("POST", "/v1/users/profiles", Set.of(QUERY)),
          new Rule(ANY, "/v1/", Set.of(ADMIN)),
          new Rule(ANY, "/prometheus", Set.of(MONITOR)));

  private Access() {}

  /**
   * The roles of which one is needed; empty when the address is open.
   *
   * @param template of the route that serves the request, not the path that was sent: there is one
   *     way to write it
   */
  static Set<Role> needed(String method, String template) {
    // HEAD is answered by the route of GET.
    var asked = method.equals("HEAD") ? "GET" : method;
    for (var rule : RULES) {
      if (rule.matches(asked, template)) {
        return rule.roles();
      }
    }
    return Set.of();
  }
}
