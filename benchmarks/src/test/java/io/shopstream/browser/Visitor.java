package io.shopstream.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * Somebody with a browser of their own. Everything that its pages ask of another machine, and every
 * error on the console, is noted.
 */
public final class Visitor implements AutoCloseable {

  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  private final String url;
  private final Device device;
  private final BrowserContext context;
  private final List<String> errors = new ArrayList<>();
  private final List<String> strangers = new ArrayList<>();

  Visitor(Browser browser, String url, Device device) {
    this.url = url;
    this.device = device;
    this.context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(device.width(), device.height())
                .setHasTouch(device.touch())
                .setIsMobile(device.touch())
                .setLocale("en-GB")
                .setReducedMotion(ReducedMotion.REDUCE));
    context.setDefaultTimeout(15_000);
    var host = URI.create(url).getAuthority();
    context.onRequest(
        request -> {
          var asked = URI.create(request.url().replaceFirst("\\?.*$", ""));
          if (!"data".equals(asked.getScheme()) && !host.equals(asked.getAuthority())) {
            strangers.add(request.url());
          }
        });
    context.onConsoleMessage(this::note);
    context.onWebError(error -> errors.add(error.error()));
  }

  private void note(ConsoleMessage message) {
    if (message.type().equals("error")) {
      errors.add(message.text() + " (" + message.location() + ")");
    }
  }

  /** Opens a page in a new tab. */
  public Page open(String path) {
    var page = context.newPage();
    page.navigate(url + path);
    return page;
  }

  /** All tabs of this person. */
  public BrowserContext browser() {
    return context;
  }

  /** Keeps what the page looks like in target/screenshots, in light and in dark. */
  public void keepPictures(Page page, String name) {
    for (var scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
      page.emulateMedia(
          new Page.EmulateMediaOptions().setMedia(Media.SCREEN).setColorScheme(scheme));
      page.screenshot(
          new Page.ScreenshotOptions()
              .setFullPage(true)
              .setPath(
                  SCREENSHOTS.resolve(
                      "%s-%s-%s.png".formatted(name, device, scheme).toLowerCase(Locale.ROOT))));
    }
  }

  /** No error on the console, and nothing asked of another machine. */
  public void assertNothingWentWrong() {
    assertThat(errors).as("errors on the console").isEmpty();
    assertThat(strangers).as("requests that left the machine").isEmpty();
  }

  /** Nothing asked of another machine; for those who break the network on purpose. */
  public void assertNothingLeftTheMachine() {
    assertThat(strangers).as("requests that left the machine").isEmpty();
  }

  /**
   * What axe finds serious or critical on a page as it is now, by rule and place. Empty is good.
   */
  public List<String> seriousBarriers(Page page) {
    page.evaluate(axe());
    @SuppressWarnings("unchecked") // the shape is that of the expression
    var found =
        (List<Map<String, String>>)
            page.evaluate(
                """
                () => axe.run(document, {resultTypes: ['violations']}).then(result =>
                  result.violations
                    .filter(v => v.impact === 'serious' || v.impact === 'critical')
                    .flatMap(v => v.nodes.map(n => ({rule: v.id, at: n.target.join(' '), why: n.failureSummary}))))""");
    return found.stream()
        .map(each -> each.get("rule") + " at " + each.get("at") + ": " + each.get("why"))
        .toList();
  }

  private static String axe() {
    try (var version =
        Visitor.class.getResourceAsStream(
            "/META-INF/maven/org.webjars.npm/axe-core/pom.properties")) {
      var properties = new Properties();
      properties.load(version);
      try (var script =
          Visitor.class.getResourceAsStream(
              "/META-INF/resources/webjars/axe-core/%s/axe.min.js"
                  .formatted(properties.getProperty("version")))) {
        return new String(script.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new IllegalStateException("axe cannot be read", e);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
