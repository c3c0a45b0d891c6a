package io.shopstream.load.datasets;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The departments of the shop. The file knows none, but its titles say what an item is: the first
 * department with a word of the title takes it. What a thing is for goes before what it is (a
 * Christmas candle is Christmas), and what names a thing surely before what is on many.
 */
final class Departments {

  private static final Pattern NO_WORD = Pattern.compile("[^a-z-]+");

  /** What no word tells. */
  static final String OTHER = "Curiosities";

  private static final List<Department> DEPARTMENTS =
      List.of(
          new Department(
              "Christmas",
              "christmas xmas bauble baubles reindeer advent santa snowman snowflake snowflakes nativity"
                  + " mistletoe sleigh nutcracker rudolph noel stocking"),
          new Department(
              "Easter & spring", "easter egg eggs bunny rabbit chick chicks hen hens lamb spring"),
          new Department(
              "Jewellery",
              "necklace bracelet bracelets earrings earring brooch pendant bangle bangles choker"
                  + " anklet hairclip hairslide hairband hair lariat"),
          new Department(
              "Bags & travel",
              "bag bags purse shopper wallet handbag suitcase umbrella luggage passport backpack tote"
                  + " satchel briefcase travel rucksack parasol"),
          new Department(
              "Home & walls",
              "sign doormat doorstop cushion cushions clock mirror frame frames knob drawer hot warmer"
                  + " magnet magnets"),
          new Department(
              "Candles & lights",
              "candle candles candlestick t-light t-lights tlight lantern lanterns lamp lamps light lights"
                  + " incense chandelier candleholder lampshade torch night oil"),
          new Department(
              "Party",
              "party bunting garland balloon balloons birthday confetti streamer napkins napkin straws"
                  + " candelabra feather wedding paperchain"),
          new Department(
              "Children",
              "children childrens child kids baby girl boy girls boys toy toys jigsaw dolly doll puppet game"
                  + " games skipping spaceboy robot robots babushka playhouse marbles dominoes snap rattle"
                  + " ludo nursery bib dinosaur soldier soldiers circus playing ballerina skittles yoyo"),
          new Department(
              "Paper & desk",
              "card cards wrap paper tissue tissues ribbon ribbons sticker stickers tape notebook notebooks"
                  + " pencil pencils pen pens stationery envelope envelopes book diary journal letter"
                  + " ruler eraser erasers rubber stamp stamps postcard chalk crayons chalkboard"
                  + " calculator gift label labels tags origami calendar folder sketchbook"),
          new Department(
              "Tea & table",
              "tea teapot cup cups mug mugs saucer coffee cakestand milk jug doily doilies placemat placemats"
                  + " coaster coasters plate plates bowl bowls cutlery tumbler goblet wine champagne"
                  + " decanter sugar teacup tablecloth runner regency egg-cup cocktail dish carafe beaker"),
          new Department(
              "Kitchen & baking",
              "cake cakes baking bake biscuit cookie jam kitchen pantry apron oven spoon spoons tin tins jar jars"
                  + " recipe cases cutter cutters muffin cupcake bread jelly whisk grater scales measuring"
                  + " tray trays bottle lunch snack storage popcorn mould colander chopping towel towels"
                  + " sandwich bin fridge pan pudding washing gloves"),
          new Department(
              "Garden",
              "garden plant planter watering bird birdhouse birdcage butterfly flower flowers pot pots herb"
                  + " seeds trowel gnome outdoor picnic hose greenhouse windmill thermometer bucket cactus"
                  + " toadstool wheelbarrow fork tulip"),
          new Department(
              "Home & walls",
              "hook hooks wall door knobs"
                  + " cabinet hanger hanging heart hearts shelf picture photo wicker basket baskets"
                  + " wreath tile tiles blanket throw stool chair table rack coat"
                  + " bathroom soap draught curtain bookend bell art decoration decorations vase"
                  + " ornament quilt rug furniture folkart box boxes bracket towel block letters"));

  private record Department(String name, String words) {}

  private static final Map<String, Integer> RANKS = ranks();

  private Departments() {}

  /** The department of an item. */
  static String of(String title) {
    var best = DEPARTMENTS.size();
    for (var word : words(title)) {
      best = Math.min(best, RANKS.getOrDefault(word, best));
    }
    return best == DEPARTMENTS.size() ? OTHER : DEPARTMENTS.get(best).name();
  }

  private static List<String> words(String text) {
    return NO_WORD.splitAsStream(text.toLowerCase(Locale.ROOT)).toList();
  }

  private static Map<String, Integer> ranks() {
    var ranks = new HashMap<String, Integer>();
    for (var i = 0; i < DEPARTMENTS.size(); i++) {
      for (var word : words(DEPARTMENTS.get(i).words())) {
        ranks.putIfAbsent(word, i);
      }
    }
    return Map.copyOf(ranks);
  }
}
