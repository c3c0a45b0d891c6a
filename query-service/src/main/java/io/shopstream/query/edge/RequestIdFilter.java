package io.shopstream.query.edge;

import io.micronaut.core.order.Ordered;
import io.micronaut.core.propagation.MutablePropagatedContext;
import io.micronaut.core.propagation.ThreadPropagatedContextElement;
import io.micronaut.http.BasicHttpAttributes;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;
import io.shopstream.query.problem.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Gives each request a name, the one that the client sent if it is one: it stands in the answer, in
 * problems and in the log.
 */
@ServerFilter("/**")
final class RequestIdFilter implements Ordered {

  private static final Logger LOG = LoggerFactory.getLogger(RequestIdFilter.class);
  private static final int SERVER_ERROR = 500;
  private static final int UNAVAILABLE = 503;

  /** The name in the log of whichever thread goes on with the request. */
  private record Logged(String id) implements ThreadPropagatedContextElement<String> {

    @Override
    public String updateThreadContext() {
      var before = MDC.get(RequestIds.LOGGED);
      MDC.put(RequestIds.LOGGED, id);
      return before;
    }

    @Override
    public void restoreThreadContext(String before) {
      if (before == null) {
        MDC.remove(RequestIds.LOGGED);
      } else {
        MDC.put(RequestIds.LOGGED, before);
      }
    }
  }

  @Override
  public int getOrder() {
    return ServerFilterPhase.FIRST.order();
  }

  @RequestFilter
  void name(HttpRequest<?> request, MutablePropagatedContext context) {
    var id = RequestIds.of(request.getHeaders().get(RequestIds.HEADER));
    request.setAttribute(Problem.REQUEST_ID, id);
    context.add(new Logged(id));
  }

  @ResponseFilter
  void tell(HttpRequest<?> request, MutableHttpResponse<?> response) {
    request
        .getAttribute(Problem.REQUEST_ID, String.class)
        .ifPresent(
            id -> {
              response.header(RequestIds.HEADER, id);
              if (response.code() >= SERVER_ERROR && response.code() != UNAVAILABLE) {
                // The template: an address names people.
                LOG.warn(
                    "{} {} was answered {}, request_id {}",
                    request.getMethodName(),
                    BasicHttpAttributes.getUriTemplate(request).orElse("?"),
                    response.code(),
                    id);
              }
            });
  }
}
