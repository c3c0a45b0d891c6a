package io.shopstream.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.shopstream.endtoend.RunningShop;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The tracker in a page of a shop, on whatever networks and people do. What was counted is read
 * from the profile of the visitor, where lost and doubled events show alike.
 */
class TrackerIT {

  @RegisterExtension static final Chromium CHROMIUM = Chromium.shared();
  @RegisterExtension static final RunningShop SHOP = RunningShop.shared();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private Visitor visitor;

  @BeforeEach
  void arrive() {
    visitor = CHROMIUM.visitor(SHOP.url(), Device.PHONE);
    embed(visitor);
  }

  /** The page of some shop, as its developer would write it. */
  private static void embed(Visitor visitor) {
    visitor
        .browser()
        .route(
            "**/some-shop*",
            route ->
                route.fulfill(
                    new Route.FulfillOptions()
                        .setContentType("text/html")
                        .setBody(
                            """
                            <!doctype html><title>Some shop</title><link rel="icon" href="data:,">
                            <script src="/tracker.js"></script>\
                            """)));
  }

  @AfterEach
  void leave() {
    visitor.assertNothingLeftTheMachine();
    visitor.close();
  }

  private Page openAgreed() {
    var page = visitor.open("/some-shop");
    page.evaluate("shopstream.consent(true)");
    return page;
  }

  private static void view(Page page, int times) {
    page.evaluate("times => { while (times-- > 0) shopstream.view('85123A') }", times);
  }

  private static String id(Page page) {
    return (String) page.evaluate("shopstream.visitor");
  }

  private static void awaitAcknowledged(Page page) {
    page.waitForFunction("shopstream.pending === 0");
  }

  private static JsonNode get(String path) throws IOException, InterruptedException {
    return JSON.readTree(
        HTTP.send(
                HttpRequest.newBuilder(URI.create(SHOP.url() + path)).build(),
                HttpResponse.BodyHandlers.ofString())
            .body());
  }

  private static long views(String visitorId) throws IOException, InterruptedException {
    return get("/v1/users/" + visitorId + "/profile").path("views").asLong();
  }

  /** All of them, and none twice: what comes last is counted last, so nothing follows. */
  private static void awaitViews(String visitorId, int views) {
    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(() -> assertThat(views(visitorId)).isEqualTo(views));
  }

  @Test
  void shouldBeSmall() throws Exception {
    var answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(SHOP.url() + "/tracker.js"))
                .header("Accept-Encoding", "gzip")
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());

    assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(answer.body()).hasSizeLessThan(3_000);
  }

  @Test
  void shouldKeepWhatHappensOfflineAndSendItOnceWhenOnline() throws Exception {
    var page = openAgreed();
    view(page, 3);
    awaitAcknowledged(page);
    visitor.browser().setOffline(true);
    view(page, 7);
    page.waitForTimeout(500);
    assertThat(page.evaluate("shopstream.pending")).isEqualTo(7);

    visitor.browser().setOffline(false);

    awaitAcknowledged(page);
    awaitViews(id(page), 10);
  }

  @Test
  void shouldSendAfterAReloadWhatWasQueuedBefore() {
    var page = openAgreed();
    visitor.browser().route("**/v1/events", Route::abort);
    view(page, 5);
    page.waitForTimeout(400);

    visitor.browser().unroute("**/v1/events");
    page.reload();

    awaitAcknowledged(page);
    awaitViews(id(page), 5);
  }

  @Test
  void shouldCountOnceWhatWasTakenWithoutTheAnswerGettingThrough() {
    var lost = new AtomicInteger();
    visitor
        .browser()
        .route(
            "**/v1/events",
            route -> {
              if (lost.getAndIncrement() < 2) {
                route.fetch(); // the server has it
                route.abort();
              } else {
                route.resume();
              }
            });
    var page = openAgreed();
    view(page, 4);

    awaitAcknowledged(page);
    assertThat(lost.get()).isGreaterThan(2);
    awaitViews(id(page), 4);
  }

  @Test
  void shouldTryAgainLaterAfterAServerThatIsBusy() {
    var times = new ArrayList<Long>();
    visitor
        .browser()
        .route(
            "**/v1/events",
            route -> {
              times.add(System.nanoTime());
              if (times.size() == 1) {
                route.fulfill(
                    new Route.FulfillOptions()
                        .setStatus(503)
                        .setHeaders(Map.of("Retry-After", "2")));
              } else {
                route.resume();
              }
            });
    var page = openAgreed();
    view(page, 1);
    page.waitForTimeout(500);
    view(page, 2); // what is new does not hurry it

    awaitAcknowledged(page);
    assertThat(times).hasSize(2);
    assertThat(Duration.ofNanos(times.get(1) - times.get(0))).isGreaterThan(Duration.ofSeconds(2));
    awaitViews(id(page), 3);
  }

  @Test
  void shouldSendOnLeaving() throws Exception {
    var page = openAgreed();
    view(page, 1);
    awaitAcknowledged(page);
    var id = id(page);
    view(page, 3);

    page.navigate("about:blank"); // before the queue is due
    page.close();

    awaitViews(id, 4);
    var again = visitor.open("/some-shop");
    awaitAcknowledged(again); // sent again, because nobody heard the answer
    view(again, 1);
    awaitAcknowledged(again);
    awaitViews(id, 5);
  }

  @Test
  void shouldHoldEverythingBackUntilAgreedAndDropItWhenRefused() {
    var requests = new ArrayList<String>();
    visitor.browser().onRequest(request -> requests.add(request.url()));
    var page = visitor.open("/some-shop");
    view(page, 2);
    page.waitForTimeout(400);
    assertThat(page.evaluate("Object.keys(localStorage)")).isEqualTo(List.of());
    assertThat(id(page)).isNull();

    page.evaluate("shopstream.consent(false)");
    view(page, 2);
    page.waitForTimeout(400);

    assertThat(page.evaluate("Object.keys(localStorage)")).isEqualTo(List.of("shopstream.consent"));
    assertThat(requests).noneMatch(url -> url.contains("/v1/"));

    page.evaluate("shopstream.consent(true)");
    view(page, 2);
    awaitAcknowledged(page);
    awaitViews(id(page), 2);
  }

  @Test
  void shouldForgetWhoItIsAndWhatIsQueuedWhenConsentIsWithdrawnInAnotherTab() throws Exception {
    var page = openAgreed();
    view(page, 2);
    awaitAcknowledged(page);
    var id = id(page);
    awaitViews(id, 2);
    visitor.browser().route("**/v1/events", Route::abort);
    view(page, 3);
    page.waitForTimeout(300);
    var other = visitor.open("/some-shop");

    other.evaluate("shopstream.consent(false)");
    visitor.browser().unroute("**/v1/events");
    view(page, 2);

    page.waitForFunction("shopstream.pending === 0 && shopstream.visitor === undefined");
    page.waitForTimeout(400);
    assertThat(page.evaluate("Object.keys(localStorage)")).isEqualTo(List.of("shopstream.consent"));
    assertThat(views(id)).isEqualTo(2);
  }

  @Test
  void shouldSendNothingForThoseWhoAskNotToBeTracked() {
    for (var signal :
        List.of("doNotTrack', {get: () => '1'}", "globalPrivacyControl', {get: () => true}")) {
      var requests = new ArrayList<String>();
      try (var somebody = CHROMIUM.visitor(SHOP.url(), Device.DESKTOP)) {
        embed(somebody);
        somebody.browser().addInitScript("Object.defineProperty(navigator, '" + signal + ")");
        somebody.browser().onRequest(request -> requests.add(request.url()));
        var page = somebody.open("/some-shop");
        page.evaluate("shopstream.consent(true)");
        view(page, 3);
        page.waitForTimeout(400);

        assertThat(page.evaluate("shopstream.consent()")).isEqualTo(false);
        assertThat(requests).noneMatch(url -> url.contains("/v1/"));
        assertThat(id(page)).isNull();
      }
    }
  }

  @Test
  void shouldNameTheVisitorBeforeOtherTabsSeeTheConsent() {
    var page = visitor.open("/some-shop");
    var written =
        page.evaluate(
            "const written = []; const set = Storage.prototype.setItem;"
                + " Storage.prototype.setItem = function (name, value) {"
                + " written.push(name); set.call(this, name, value) };"
                + " shopstream.consent(true); Storage.prototype.setItem = set; written");
    assertThat(written).isEqualTo(List.of("shopstream.visitor", "shopstream.consent"));
  }

  @Test
  void shouldCountEachEventOfTwoTabsOnce() {
    var one = openAgreed();
    var two = visitor.open("/some-shop");
    assertThat(id(two)).isEqualTo(id(one));
    for (var round = 0; round < 5; round++) {
      view(one, 10);
      view(two, 10);
    }

    awaitAcknowledged(one);
    awaitViews(id(one), 100);
  }

  @Test
  void shouldSendEventsOfAClockThatIsWrongAndDropWhatTheServerRefuses() {
    var page = openAgreed();
    page.evaluate("shopstream.addToCart('x', {quantity: -1})"); // refused for good
    page.evaluate(
        "const right = Date.now; Date.now = () => right() + 864e5; shopstream.view('85123A');"
            + " Date.now = right");
    view(page, 1);

    awaitAcknowledged(page);
    awaitViews(id(page), 2);
  }
}
