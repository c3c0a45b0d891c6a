package io.shopstream.query.web;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The files of the pages, from the class path; those that were asked for stay in memory. */
@Singleton
final class WebFiles {

  /** Names of our files, and no way out of their folder. */
  private static final Pattern PATH =
      Pattern.compile("([a-z0-9-]{1,40}/){0,4}[a-z0-9-]{1,40}\\.([a-z0-9]{2,5})");

  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "woff2", "font/woff2");

  private final Map<String, WebFile> files = new ConcurrentHashMap<>();

  /**
   * A file.
   *
   * @param path below the folder of the pages, with / between its parts
   * @return empty when there is none
   */
  Optional<WebFile> find(String path) {
    var known = files.get(path);
    return known != null ? Optional.of(known) : read(path);
  }

  private Optional<WebFile> read(String path) {
    var parts = PATH.matcher(path);
    if (!parts.matches() || !MEDIA_TYPES.containsKey(parts.group(2))) {
      return Optional.empty();
    }
    try (var resource = WebFiles.class.getResourceAsStream("/web/" + path)) {
      if (resource == null) {
        return Optional.empty(); // not remembered: the names that do not exist are without number
      }
      var file = WebFile.of(MEDIA_TYPES.get(parts.group(2)), resource.readAllBytes());
      files.put(path, file);
      return Optional.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException(path + " cannot be read", e);
    }
  }
}
