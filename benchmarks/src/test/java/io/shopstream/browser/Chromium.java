package io.shopstream.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The Chromium of this machine without a window, started once a JVM. Where there is none, the tests
 * of the class are skipped, and the output says how to get it. Declare it before what the tests
 * need besides, so that a skipped class starts nothing:
 *
 * <pre>{@code
 * @RegisterExtension static final Chromium CHROMIUM = Chromium.shared();
 * }</pre>
 *
 * <p>Nothing is downloaded: Playwright's driver comes from Maven Central, the browser is the
 * installed one. Tests of one JVM use it one after the other.
 */
public final class Chromium implements ExecutionCondition, BeforeAllCallback {

  private static final Chromium SHARED = new Chromium();

  /** Says which executable to take, in place of the one on the path. */
  private static final String VARIABLE = "CHROMIUM";

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "chrome");

  private static final List<String> OPTIONS =
      List.of(
          "--no-sandbox", // where tests run as root there is none
          "--disable-gpu",
          "--disable-quic",
          "--disable-dev-shm-usage",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          // What a page asked of another machine would fail, besides being reported.
          "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1");

  private Browser browser;

  private Chromium() {}

  /** The one browser of this JVM. */
  public static Chromium shared() {
    return SHARED;
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    var executable = executable();
    if (executable.isPresent()) {
      return ConditionEvaluationResult.enabled("Chromium is " + executable.get());
    }
    var reason =
        "SKIPPED, there is no Chromium here: %s. To run it: apt-get install -y chromium (Debian), or set %s to the path of a Chromium."
            .formatted(context.getDisplayName(), VARIABLE);
    if (context.getTestMethod().isEmpty()) {
      System.out.println(reason);
    }
    return ConditionEvaluationResult.disabled(reason);
  }

  @Override
  public synchronized void beforeAll(ExtensionContext context) {
    if (browser != null) {
      return;
    }
    var playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Runtime.getRuntime().addShutdownHook(new Thread(playwright::close, "chromium-end"));
    // The folder of the profile is a new one each time; Playwright makes and deletes it.
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setHeadless(true)
                    .setExecutablePath(executable().orElseThrow())
                    .setArgs(OPTIONS));
  }

  /**
   * Somebody with a browser that has seen nothing yet.
   *
   * @param url root address of the pages they open
   */
  public Visitor visitor(String url, Device device) {
    return new Visitor(browser, url, device);
  }

  private static Optional<Path> executable() {
    var named = System.getenv(VARIABLE);
    if (named != null && !named.isBlank()) {
      return Optional.of(Path.of(named)); // that it is not there must not go unnoticed
    }
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
