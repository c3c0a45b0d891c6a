package io.shopstream.query.edge;

import io.micronaut.http.HttpMethod;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.shopstream.query.edge.Clients.Client;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;

/**
 * The edge for those who answer in front of Micronaut: it lets in who is plainly welcome. To whom
 * it does not let in, the filters say why; so there is one who refuses.
 */
@Singleton
public final class Gate {

  private static final AsciiString API_KEY = AsciiString.cached(Clients.KEY_HEADER);

  private final Clients clients;
  private final Places places;

  Gate(Clients clients, Places places) {
    this.clients = clients;
    this.places = places;
  }

  /** The gate of one address. */
  public final class Door {
    private final Set<Role> needed;

    private Door(Set<Role> needed) {
      this.needed = needed;
    }

    /**
     * Lets a request in, or not. One that is in counts for the pace of who sent it, and has a place
     * until it leaves.
     */
    public boolean enter(HttpHeaders headers, InetSocketAddress address) {
      var client = client(headers, address);
      if (client.isEmpty() || !places.take()) {
        return false;
      }
      if (!clients.take(client.get()).isZero()) {
        places.leave();
        return false;
      }
      return true;
    }

    /** Once for each that was let in. */
    public void leave() {
      places.leave();
    }

    private Optional<Client> client(HttpHeaders headers, InetSocketAddress address) {
      var keys = clients.keys();
      if (keys.isEmpty()) {
        return Optional.of(clients.at(address));
      }
      return Clients.presented(headers.get(API_KEY), headers.get(HttpHeaderNames.AUTHORIZATION))
          .flatMap(keys.get()::find)
          .filter(key -> key.mayAny(needed))
          .map(clients::with);
    }
  }

  /**
   * The gate of an address that is read from.
   *
   * @param template of its route
   * @throws IllegalArgumentException when it needs no role: then nobody is counted either
   */
  public Door ofReading(String template) {
    var needed = Access.needed(HttpMethod.GET.name(), template);
    if (needed.isEmpty()) {
      throw new IllegalArgumentException("There is no gate in front of " + template);
    }
    return new Door(needed);
  }
}
