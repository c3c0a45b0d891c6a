package io.shopstream.query.edge;

import io.micronaut.core.order.Ordered;
import io.micronaut.http.BasicHttpAttributes;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;
import io.shopstream.query.edge.Clients.Client;
import io.shopstream.query.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Lets in who has a key for what is asked, at the pace that the key has. */
@ServerFilter("/**")
final class AccessFilter implements Ordered {

  private static final String BASIC = "basic ";
  private static final String SITE = "Sec-Fetch-Site";

  private final Clients clients;
  private final EdgeConfiguration config;

  AccessFilter(Clients clients, EdgeConfiguration config) {
    this.clients = clients;
    this.config = config;
  }

  @Override
  public int getOrder() {
    return ServerFilterPhase.SECURITY.order();
  }

  @RequestFilter
  void admit(HttpRequest<?> request) {
    var template = BasicHttpAttributes.getUriTemplate(request).orElse(null);
    if (template == null) {
      return; // a page, or nothing that exists
    }
    var needed = Access.needed(request.getMethodName(), template);
    if (needed.isEmpty()) {
      return;
    }
    var keys = clients.keys();
    if (keys.isEmpty()) {
      pace(clients.at(request.getRemoteAddress()));
      return;
    }
    if (template.equals("/prometheus") && config.openMetrics()) {
      return;
    }
    var key = presented(request).flatMap(keys.get()::find).or(() -> inAddress(request, keys.get()));
    if (key.isEmpty()) {
      // Guessing is held to a pace, too.
      pace(clients.at(request.getRemoteAddress()));
      throw ProblemException.unauthorized(
          "Send a key that is in force, as Authorization: Bearer … or X-Api-Key.",
          isBrowser(request) ? "Basic realm=\"Shopstream\"" : "Bearer realm=\"Shopstream\"");
    }
    if (!key.get().mayAny(needed)) {
      throw ProblemException.forbidden(
          "The key %s may not do this; it takes one with the role %s."
              .formatted(
                  key.get().name(),
                  needed.stream().sorted().map(Role::word).collect(Collectors.joining(" or "))));
    }
    pace(clients.with(key.get()));
  }

  private void pace(Client client) {
    var wait = clients.take(client);
    if (!wait.isZero()) {
      throw ProblemException.tooManyRequests(
          "More requests than %s a second.".formatted(plain(client.rate())), wait);
    }
  }

  private static String plain(double rate) {
    return rate == Math.rint(rate) ? Long.toString((long) rate) : Double.toString(rate);
  }

  private static Optional<String> presented(HttpRequest<?> request) {
    var headers = request.getHeaders();
    var authorization = headers.get(HttpHeaders.AUTHORIZATION);
    var presented = Clients.presented(headers.get(Clients.KEY_HEADER), authorization);
    return presented.isEmpty()
            && authorization != null
            && Clients.isScheme(BASIC, authorization)
            && isFromOwnPage(request)
        ? password(authorization.substring(BASIC.length()).strip())
        : presented;
  }

  /** What a person typed into the browser: the key is the password, the name does not matter. */
  private static Optional<String> password(String credentials) {
    try {
      var text = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
      return Optional.of(text.substring(text.indexOf(':') + 1));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * A page that says goodbye (sendBeacon) can send no header. Addresses are logged on the way, so
   * only keys that everybody may know are taken from there.
   */
  private static Optional<ApiKey> inAddress(HttpRequest<?> request, ApiKeys keys) {
    return Optional.ofNullable(request.getParameters().get("api_key"))
        .flatMap(keys::find)
        .filter(ApiKey::isPublic);
  }

  private static boolean isBrowser(HttpRequest<?> request) {
    var agent = request.getHeaders().get(HttpHeaders.USER_AGENT);
    return request.getHeaders().contains(SITE) || (agent != null && agent.startsWith("Mozilla/"));
  }

  /**
   * A browser sends what was typed once with every request, also with those of foreign pages. It
   * tells of those: by Sec-Fetch-Site, and where it leaves that out (without TLS) by Origin.
   */
  private static boolean isFromOwnPage(HttpRequest<?> request) {
    var headers = request.getHeaders();
    var site = headers.get(SITE);
    var origin = headers.get(HttpHeaders.ORIGIN);
    return (site == null || Set.of("same-origin", "none").contains(site))
        && (origin == null || origin.endsWith("://" + headers.get(HttpHeaders.HOST)));
  }
}
