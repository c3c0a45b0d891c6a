package io.shopstream.bench.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * Makes HTTP requests: each begins as one that the service serves, and is then changed in some of
 * its parts: fields and values of the body, bytes of the body, the address, the headers, the
 * framing. Users, items and orders come from a small population, so that requests meet state.
 */
final class Requests {

  /** A population small enough for every cache to have seen all of it during the warm-up. */
  static final int POPULATION = 500;

  private static final Pattern VALUE =
      Pattern.compile("(?<=:)(\"[^\"]*\"|-?[0-9.]+|true|false|null)");
  private static final Pattern NAME = Pattern.compile("\"[a-z_]+\"(?=:)");
  private static final Pattern ID = Pattern.compile("@([a-z])");

  private record Template(String method, String path, String body) {}

  private static final List<Template> TEMPLATES =
      List.of(
          post(
              "/v1/events",
              "{\"type\":\"VIEW\",\"visitor_id\":\"@v\",\"user_id\":\"@u\",\"item_id\":\"@i\",\"quantity\":1,\"price_minor\":100,\"currency\":\"EUR\",\"page\":\"https://shop.example/i\",\"consent\":true}"),
          post(
              "/v1/events",
              "[{\"event_id\":\"e-@v\",\"type\":\"ADD_TO_CART\",\"visitor_id\":\"@v\",\"item_id\":\"@i\"},{\"type\":\"SEARCH\",\"visitor_id\":\"@v\",\"search_query\":\"red"
                  + " teapot\"},{\"type\":\"VIEW\",\"visitor_id\":\"@v\",\"item_id\":\"@i\",\"recommendation_id\":\"1u.control.standard.mhb2k0a1.AAAAAAAAAAE.abcdefghijk\",\"time\":1767225600000}]"),
          post(
              "/v1/orders",
              "{\"order_id\":\"o-@o\",\"user_id\":\"@u\",\"visitor_id\":\"@v\",\"amount_minor\":300,\"currency\":\"EUR\",\"ip\":\"10.0.0.1\",\"device_id\":\"d-@u\",\"card_fingerprint\":\"c-@u\",\"email_domain\":\"x.example\",\"lines\":[{\"item_id\":\"@i\",\"quantity\":1,\"price_minor\":100},{\"item_id\":\"@i\",\"quantity\":2,\"price_minor\":100,\"seller_id\":\"s\"}]}"),
          post(
              "/v1/orders",
              "{\"order_id\":\"r-@o\",\"kind\":\"RETURNED\",\"original_order_id\":\"o-@o\",\"user_id\":\"@u\",\"amount_minor\":100,\"currency\":\"EUR\",\"lines\":[{\"item_id\":\"@i\",\"quantity\":1,\"price_minor\":100}]}"),
          post(
              "/v1/catalog/items",
              "{\"item_id\":\"@i\",\"title\":\"Red teapot"
                  + " @i\",\"category_path\":[\"Kitchen\",\"Tea\"],\"brand\":\"Umbra\",\"price_minor\":1999,\"currency\":\"EUR\",\"available\":true,\"image_url\":\"https://x.example/i.jpg\"}"),
          post(
              "/v1/order-outcomes",
              "{\"order_id\":\"o-@o\",\"label\":\"CHARGEBACK\",\"source\":\"bank\"}"),
          post(
              "/v1/identity-links",
              "{\"link_id\":\"l-@v\",\"visitor_id\":\"@v\",\"user_id\":\"@u\"}"),
          post(
              "/v1/impressions",
              "{\"recommendation_id\":\"1u.control.standard.mhb2k0a1.AAAAAAAAAAE.abcdefghijk\",\"visitor_id\":\"@v\"}"),
          post(
              "/v1/recommendations",
              "{\"items\":[\"@i\",\"@i\"],\"limit\":10,\"diversity\":0.3,\"exclude\":[\"@i\"],\"max_per_brand\":2}"),
          post("/v1/users/profiles", "{\"ids\":[\"@u\",\"@v\",\"@u\"]}"),
          post("/v1/fraud/reviews/o-@o", "{\"decision\":\"fraud\"}"),
          get("/v1/items/@i"),
          get("/v1/items/@i/similar?limit=10&kind=viewed&reasons=true&category=Kitchen"),
          get(
              "/v1/items/@i/similar?sources=content,category_trend&min_price_minor=1&boost=brand:Umbra:2"),
          get(
              "/v1/users/@u/recommendations?limit=20&exclude_bought=true&diversity=0.5&max_category_share=0.5"),
          get("/v1/users/@v/recommendations?only_available=true&strategy=diverse"),
          get("/v1/users/@u/profile"),
          get("/v1/users/@u/export"),
          get("/v1/orders/o-@o/fraud-score"),
          get("/v1/entities/user/@u/velocity"),
          get("/v1/fraud/reviews?limit=5"),
          get("/v1/recommendations/performance"),
          get("/v1/ops/lag"),
          get("/health"),
          new Template("DELETE", "/v1/users/@u", ""),
          new Template("PUT", "/v1/fraud/model/1", ""),
          new Template("OPTIONS", "/v1/events", ""));

  private static final List<String> PATHS =
      List.of(
          "%00",
          "%",
          "%zz",
          "%ff%fe",
          "..%2f..%2f",
          "..",
          "//",
          ";a=b",
          "%F0%9F%98%80",
          "é",
          "*",
          "{id}",
          "?",
          "#x",
          "a".repeat(70),
          "a".repeat(9_000),
          "%2525",
          "+",
          "%20",
          "\\",
          "&&==",
          "?limit=-1",
          "?limit=1e9",
          "?limit=",
          "?kind=bought&kind=viewed",
          "?boost=:::",
          "?boost=item:x:NaN",
          "?user_id=%00",
          "?sources=,,,",
          "?diversity=NaN",
          "?min_price_minor=9999999999999999999",
          "?wait=score&wait=x",
          "?api_key=x",
          "?type=%0a");

  private static final List<String> HEADERS =
      List.of(
          "Content-Type: text/plain",
          "Content-Type: application/x-www-form-urlencoded",
          "Content-Type: multipart/form-data; boundary=x",
          "Content-Type: multipart/form-data",
          "Content-Type: application/json; charset=utf-16",
          "Content-Type: application/json; charset=nonsense",
          "Content-Type: ;;;",
          "Content-Type:",
          "Content-Encoding: gzip",
          "Content-Encoding: br",
          "Content-Encoding: deflate, gzip",
          "Accept: text/event-stream",
          "Accept: image/png",
          "Accept: ;q=2, */*;q=x",
          "Accept-Encoding: gzip, br;q=x",
          "Accept-Language: xx-\u00ff",
          "Authorization: Bearer",
          "Authorization: Basic !!!",
          "X-Api-Key: ",
          "X-Request-Id: a b\u0001",
          "X-Request-Id: " + "x".repeat(300),
          "Cookie: a=b; c",
          "Origin: null",
          "Origin: https://evil.example",
          "Host: ",
          "Upgrade: websocket",
          "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nConnection: Upgrade, HTTP2-Settings",
          "Connection: close",
          "Expect: 200-nothing",
          "Last-Event-ID: x",
          "Range: bytes=9-1",
          "X: " + "y".repeat(6_000),
          " folded: x",
          "no colon here");

  private final SplittableRandom random;

  Requests(SplittableRandom random) {
    this.random = random;
  }

  /** A request as bytes. */
  static final class Request {
    private final byte[] bytes;
    private final boolean framed;

    private Request(byte[] bytes, boolean framed) {
      this.bytes = bytes;
      this.framed = framed;
    }

    byte[] bytes() {
      return bytes;
    }

    /** Whether it is one that ends: the service has to answer it, or to close. */
    boolean framed() {
      return framed;
    }
  }

  private static Template post(String path, String body) {
    return new Template("POST", path, body);
  }

  private static Template get(String path) {
    return new Template("GET", path, "");
  }

  Request next() {
    var template = TEMPLATES.get(random.nextInt(TEMPLATES.size()));
    var path = named(template.path());
    var body = named(template.body());
    var headers = new StringBuilder("Content-Type: application/json\r\n");
    var method = template.method();
    var packed = false;
    for (var mutations = random.nextInt(4); mutations > 0; mutations--) {
      switch (random.nextInt(7)) {
        case 0, 1, 2 -> body = mutatedJson(body);
        case 3 -> path = mutatedPath(path);
        case 4 -> headers.append(one(HEADERS)).append("\r\n");
        case 5 -> packed = true;
        default ->
            method =
                one(
                    List.of(
                        "GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE", "x"));
      }
    }
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(4) == 0) {
      bytes = OddValues.mutated(bytes, random);
    }
    if (packed) {
      headers.append("Content-Encoding: gzip\r\n");
      bytes = gzip(bytes);
      if (random.nextBoolean()) {
        bytes = OddValues.mutated(bytes, random);
      }
    }
    return framed(method + " " + path + " HTTP/1.1\r\nHost: fuzz\r\n" + headers, bytes);
  }

  private Request framed(String head, byte[] body) {
    return switch (random.nextInt(40)) {
      case 0 -> // says more than it sends, and leaves
          new Request(
              join(
                  head + "Content-Length: " + (body.length + 1 + random.nextInt(100)) + "\r\n\r\n",
                  body),
              false);
      case 1 ->
          new Request(
              join(
                  head + "Transfer-Encoding: chunked\r\n\r\n",
                  chunked(body),
                  "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
              true);
      case 2 -> new Request(join(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", body), false);
      case 3 ->
          new Request(
              OddValues.mutated(
                  join(head + "Content-Length: " + body.length + "\r\n\r\n", body), random),
              false);
      case 4 ->
          new Request(
              join(head + "Content-Length: " + OddValues.number(random) + "\r\n\r\n", body), false);
      default ->
          new Request(join(head + "Content-Length: " + body.length + "\r\n\r\n", body), true);
    };
  }

  private static byte[] chunked(byte[] body) {
    return body.length == 0
        ? body
        : join(
            Integer.toHexString(body.length) + "\r\n",
            body,
            "\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private String named(String text) {
    return ID.matcher(text).replaceAll(match -> match.group(1) + "-" + random.nextInt(POPULATION));
  }

  private String mutatedJson(String body) {
    if (body.isEmpty()) {
      return random.nextInt(3) == 0 ? OddValues.json(random) : body;
    }
    return switch (random.nextInt(8)) {
      case 0 -> "[" + (body + ",").repeat(random.nextInt(40)) + body + "]";
      case 1 ->
          replaced(
              body, NAME, "\"" + one(List.of("x", "item_id", "time", "lines", "type", "")) + "\"");
      case 2 ->
          body.replaceFirst(
              "\\{", "{\"extra\":" + Matcher.quoteReplacement(OddValues.json(random)) + ",");
      case 3 -> body.replaceFirst(",\"[a-z_]+\":[^,\\[\\]{}]*", "");
      default -> replaced(body, VALUE, OddValues.json(random));
    };
  }

  /** Puts another text in the place of one of those that match. */
  private String replaced(String text, Pattern pattern, String by) {
    var places = pattern.matcher(text).results().toList();
    if (places.isEmpty()) {
      return text;
    }
    var place = places.get(random.nextInt(places.size()));
    return text.substring(0, place.start()) + by + text.substring(place.end());
  }

  private String mutatedPath(String path) {
    var odd = one(PATHS);
    if (odd.startsWith("?")) {
      return path.contains("?") ? path + "&" + odd.substring(1) : path + odd;
    }
    var slash = path.lastIndexOf('/');
    return switch (random.nextInt(3)) {
      case 0 -> path + odd;
      case 1 -> path.substring(0, slash + 1) + odd;
      default -> replaced(path, Pattern.compile("[a-z]-[0-9]+"), odd);
    };
  }

  private String one(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static byte[] gzip(byte[] body) {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
    return packed.toByteArray();
  }

  private static byte[] join(String head, byte[]... rest) {
    var start = head.getBytes(StandardCharsets.UTF_8);
    var length = start.length + Arrays.stream(rest).mapToInt(part -> part.length).sum();
    var all = Arrays.copyOf(start, length);
    var at = start.length;
    for (var part : rest) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
