package io.shopstream.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.shopstream.endtoend.RunningShop;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The storefront as people use it, on the shipped catalogue. */
class ShopIT {

  @RegisterExtension static final Chromium CHROMIUM = Chromium.shared();
  @RegisterExtension static final RunningShop SHOP = RunningShop.shared();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String CAKESTAND = "/shop/item/22423";

  private static Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }

  private static Locator heading(Page page) {
    return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1));
  }

  private static Locator rail(Page page, String title) {
    return page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName(title))
        .locator(".card a");
  }

  private static void agree(Page page) {
    button(page, "Yes, remember").click();
  }

  private static JsonNode get(String path) throws Exception {
    return JSON.readTree(
        HTTP.send(
                HttpRequest.newBuilder(URI.create(SHOP.url() + path)).build(),
                HttpResponse.BodyHandlers.ofString())
            .body());
  }

  /** From the first page to the order, with a look at each page on the way. */
  @ParameterizedTest
  @EnumSource(Device.class)
  void shouldTakeSomebodyFromTheWindowToTheOrder(Device device) {
    try (var visitor = CHROMIUM.visitor(SHOP.url(), device)) {
      var page = visitor.open("/shop");
      assertThat(page.locator(".hero-tiles a")).hasCount(5);
      assertThat(rail(page, "Rising now")).hasCount(6);
      look(visitor, page, "home");
      agree(page);

      page.getByRole(AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Departments"))
          .getByText("Tea & table")
          .click();
      assertThat(heading(page)).hasText("Tea & table");
      assertThat(page.locator(".grid .card a").first()).isVisible();
      look(visitor, page, "department");

      page.getByLabel("Search for a gift").fill("regency cakest");
      page.keyboard().press("Enter");
      assertThat(heading(page)).hasText("“regency cakest”");
      page.locator(".grid .card a").first().click();

      assertThat(heading(page)).hasText("Regency cakestand 3 tier");
      assertThat(rail(page, "Viewed together").first()).isVisible();
      assertThat(rail(page, "Bought together").first()).isVisible();
      assertThat(page.locator("main .reason").first())
          .hasText(Pattern.compile("Together in (at least )?\\d+ visits?"));
      assertThat(page.locator("#for-you .reason b").first()).hasText("Regency cakestand 3 tier");
      look(visitor, page, "item");
      page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("Pieces"))
          .getByLabel("One more")
          .click();
      button(page, "Put into the basket").click();
      assertThat(page.locator(".count")).hasText("2");

      page.getByText("See the basket").click();
      assertThat(rail(page, "Goes with your basket").first()).isVisible();
      assertThat(page.locator(".total b")).hasText("£25.50");
      look(visitor, page, "basket");
      page.getByText("A stranger").click();
      page.getByText("Order for £25.50").click();

      var decision = page.locator(".decision");
      assertThat(decision).hasAttribute("data-decision", Pattern.compile("approve|review|decline"));
      assertThat(page.locator(".weights li").first()).isVisible();
      assertThat(page.locator(".count")).isHidden();
      look(visitor, page, "order");
      visitor.assertNothingWentWrong();
    }
  }

  private static void look(Visitor visitor, Page page, String name) {
    visitor.keepPictures(page, "shop-" + name);
    assertThat(visitor.seriousBarriers(page)).as(name).isEmpty();
    var width = (boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth");
    assertThat(width).as("no scrolling sideways: %s", name).isTrue();
  }

  /** The time is taken in the page: from the click to the list that shows it. */
  @Test
  void shouldChangeTheRecommendationsWithinASecondOfAClick() throws Exception {
    try (var visitor = CHROMIUM.visitor(SHOP.url(), Device.DESKTOP)) {
      var page = visitor.open("/shop");
      agree(page);
      assertThat(rail(page, "For you")).hasCount(6);
      page.evaluate(
          """
          () => {
            const list = document.querySelector('#for-you ul');
            addEventListener('click', () => {
              window.clicked = performance.now();
              new MutationObserver((changes, observer) => {
                if (list.textContent.includes('Looked at with')) {
                  window.took = performance.now() - window.clicked;
                  observer.disconnect();
                }
              }).observe(list, {childList: true});
            }, {capture: true, once: true});
          }""");

      page.locator(".hero-tiles a").first().click();

      page.waitForFunction("window.took !== undefined");
      var took = ((Number) page.evaluate("window.took")).doubleValue();
      System.out.printf("A click changed the recommendations after %.0f ms%n", took);
      assertThat(took).isLessThan(1_000);

      // And without a click in this page: what the same person does elsewhere is pushed.
      var before = page.locator("#for-you ul").getAttribute("data-version");
      var other = visitor.open(CAKESTAND);
      assertThat(heading(other)).isVisible();
      page.waitForFunction(
          "before => document.querySelector('#for-you ul').dataset.version !== before", before);
      visitor.assertNothingWentWrong();
    }
  }

  @Test
  void shouldJoinWhatAVisitorDidWithTheCustomerTheySignInAs() throws Exception {
    try (var visitor = CHROMIUM.visitor(SHOP.url(), Device.DESKTOP)) {
      var page = visitor.open("/shop");
      agree(page);
      page.locator(".hero-tiles a").first().click();
      assertThat(rail(page, "Viewed together").first()).isVisible();
      button(page, "Sign in").click();
      look(visitor, page, "sign-in");
      page.getByText("Orla Byrne").click();

      assertThat(button(page, "Orla Byrne")).isVisible();
      var id = (String) page.evaluate("shopstream.visitor");
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> get("/v1/users/" + id + "/profile").toString().contains("14911"));
      assertThat(page.locator("#for-you .band-head p")).containsText("Orla Byrne");
      page.reload();
      assertThat(button(page, "Orla Byrne")).isVisible();
      button(page, "Orla Byrne").click();
      button(page, "Sign out").click();
      assertThat(button(page, "Sign in")).isVisible();
      visitor.assertNothingWentWrong();
    }
  }

  @Test
  void shouldShowWhatEverybodySeesToThoseWhoRefuseAndSendNothingOfThem() {
    try (var visitor = CHROMIUM.visitor(SHOP.url(), Device.PHONE)) {
      var sent = new ArrayList<String>();
      visitor
          .browser()
          .onRequest(
              request -> {
                if (request.method().equals("POST")) {
                  sent.add(request.url());
                }
              });
      var page = visitor.open("/shop");
      button(page, "No, don’t").click();
      page.locator(".hero-tiles a").first().click();
      assertThat(rail(page, "Viewed together").first()).isVisible();

      assertThat(rail(page, "Rising now")).hasCount(6);
      assertThat(sent).isEmpty();
      assertThat((Object) page.evaluate("Object.keys(localStorage)"))
          .isEqualTo(List.of("shopstream.consent"));
      visitor.assertNothingWentWrong();
    }
  }

  @Test
  void shouldBeUsableWithTheKeyboardAlone() {
    try (var visitor = CHROMIUM.visitor(SHOP.url(), Device.DESKTOP)) {
      var page = visitor.open(CAKESTAND);
      agree(page);
      assertThat(button(page, "Put into the basket")).isVisible();
      tabTo(page, "Put into the basket");
      page.keyboard().press("Enter");
      tabTo(page, "See the basket");
      page.keyboard().press("Enter");
      assertThat(heading(page)).hasText("Your basket");
      assertThat(heading(page)).isFocused();
      tabTo(page, "One more");
      page.keyboard().press("Enter");
      assertThat(page.locator(".count")).hasText("2");
      page.keyboard().press("Enter"); // the focus is still there, although the page was shown anew
      assertThat(page.locator(".count")).hasText("3");
      visitor.assertNothingWentWrong();
    }
  }

  private static void tabTo(Page page, String name) {
    for (var i = 0; i < 60; i++) {
      page.keyboard().press("Tab");
      var focused =
          (String)
              page.evaluate(
                  "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent");
      if (focused.strip().equals(name)) {
        return;
      }
    }
    throw new AssertionError("The keyboard does not get to " + name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/shop", "/shop/item/22423", "/web/shop/main.js", "/tracker.js"})
  void shouldServePagesPackedWithATagAndAPolicy(String path) throws Exception {
    var first = fetch(path, "none");

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(first.headers().firstValue("Cache-Control")).contains("no-cache");
    assertThat(first.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'")
        .doesNotContain("unsafe");
    var again = fetch(path, first.headers().firstValue("ETag").orElseThrow());
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/web/../application.yml",
        "/web/%2e%2e/application.yml",
        "/web/shop/",
        "/web/shop/none.js",
        "/web//logback.xml"
      })
  void shouldServeNothingElse(String path) throws Exception {
    assertThat(fetch(path, "none").statusCode()).isBetween(400, 404);
  }

  private static HttpResponse<byte[]> fetch(String path, String tag) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(SHOP.url() + path))
            .header("Accept-Encoding", "gzip")
            .header("If-None-Match", tag)
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }
}
