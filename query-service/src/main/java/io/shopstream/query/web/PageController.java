package io.shopstream.query.web;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Produces;
import io.shopstream.query.problem.ProblemException;
import io.swagger.v3.oas.annotations.Hidden;
import java.net.URI;

/** Pages out. They are part of no API, so the description of the API leaves them out. */
@Hidden
@Controller
@Produces(MediaType.ALL)
final class PageController {

  /**
   * A page takes everything from here and nothing from anywhere else, runs no script and no style
   * that stands in it, and cannot be framed.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final WebFiles files;

  PageController(WebFiles files) {
    this.files = files;
  }

  /** Who comes without an address sees the shop. */
  @Get("/")
  HttpResponse<?> start() {
    return HttpResponse.temporaryRedirect(URI.create("/shop"));
  }

  /** The shop; which of its pages is shown is decided in the browser. */
  @Get("/shop{/page:.*}")
  HttpResponse<?> shop(HttpRequest<?> request) {
    return answer(request, "shop/index.html");
  }

  /** What those who run the shop watch. */
  @Get("/ops")
  HttpResponse<?> ops(HttpRequest<?> request) {
    return answer(request, "ops/index.html");
  }

  /** Scripts, styles, fonts. */
  @Get("/web/{+path}")
  HttpResponse<?> file(HttpRequest<?> request, @PathVariable String path) {
    return answer(request, path);
  }

  /** The script that shops embed. */
  @Get("/tracker.js")
  HttpResponse<?> tracker(HttpRequest<?> request) {
    return answer(request, "tracker.js");
  }

  private HttpResponse<?> answer(HttpRequest<?> request, String path) {
    var file =
        files
            .find(path)
            .orElseThrow(() -> ProblemException.notFound("There is no page at this address."));
    var response =
        file.tag().equals(request.getHeaders().get(HttpHeaders.IF_NONE_MATCH))
            ? HttpResponse.notModified()
            : HttpResponse.ok();
    response
        .header(HttpHeaders.ETAG, file.tag())
        .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
        .header(HttpHeaders.CACHE_CONTROL, caching(path))
        .header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "same-origin");
    if (response.code() != 200) {
      return response;
    }
    response.header(HttpHeaders.CONTENT_TYPE, file.mediaType());
    var packed = file.packed();
    if (packed.isPresent() && takesGzip(request)) {
      return response.header(HttpHeaders.CONTENT_ENCODING, "gzip").body(packed.get());
    }
    return response.body(file.plain());
  }

  /** Fonts never change under their name; the rest is asked for again, and answered by its tag. */
  private static String caching(String path) {
    return path.endsWith(".woff2") ? "public, max-age=31536000, immutable" : "no-cache";
  }

  private static boolean takesGzip(HttpRequest<?> request) {
    var accepted = request.getHeaders().get(HttpHeaders.ACCEPT_ENCODING);
    return accepted != null && accepted.contains("gzip");
  }
}
