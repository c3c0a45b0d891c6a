/**
 * Draws an item from its name: what it is decides the shape, colours and patterns that the name mentions are those of the
 * picture, and the rest follows from a hash, so that an item looks the same everywhere and always. Two inks on coloured
 * paper, the second a little out of register.
 */
import { s } from "./dom.js";

// Of a square of 200: f is filled with the first ink, p with the pale one, e with the second, l drawn as lines.
const SHAPES = {
  heart: { f: "M100 160C42 116 34 84 46 66 60 46 90 50 100 76 110 50 140 46 154 66 166 84 158 116 100 160Z", l: "M66 78q6-10 16-8" },
  star: { f: "M100 38 117 80 162 83 127 112 139 156 100 131 61 156 73 112 38 83 83 80Z" },
  bag: { f: "M52 80H148L156 162H44Z", l: "M74 98V66a26 26 0 0 1 52 0V98" },
  purse: { f: "M46 92Q100 66 154 92L162 146Q100 168 38 146Z", l: "M46 92Q100 112 154 92", e: "M92 78a8 8 0 1 1 8 8 8 8 0 0 1-8-8zM106 78a8 8 0 1 1 8 8 8 8 0 0 1-8-8z" },
  cup: { f: "M56 84H136V106A40 40 0 0 1 56 106Z", p: "M42 150H150Q142 164 126 164H66Q50 164 42 150Z", l: "M136 92H148A13 13 0 0 1 148 120H132M82 70q-8-10 0-20M106 70q-8-10 0-20" },
  mug: { f: "M56 62H130V154Q130 160 124 160H62Q56 160 56 154Z", l: "M130 84H142Q156 84 156 98V120Q156 134 142 134H130", e: "M56 78H130V88H56Z" },
  teapot: { f: "M60 112Q60 72 102 72T144 112Q144 152 122 158H82Q60 152 60 112ZM62 124 34 92 44 86 70 106Z", l: "M142 92Q170 86 166 114T136 140M78 88Q102 78 126 88", e: "M102 52a9 9 0 1 1-.1 0Z" },
  cakestand: { f: "M40 134H160Q158 148 100 148T40 134ZM56 98H144Q142 110 100 110T56 98ZM70 64H130Q128 75 100 75T70 64Z", l: "M100 46V164M74 164H126", e: "M84 64q0-14 16-14t16 14ZM66 98q0-13 12-13t12 13ZM112 98q0-13 12-13t12 13ZM52 134q0-15 14-15t14 15ZM120 134q0-15 14-15t14 15Z" },
  candle: { f: "M80 88H120V158H80Z", p: "M100 40Q118 62 100 80 82 62 100 40Z", l: "M100 78V92M62 160H138", e: "M80 88H120V98Q112 112 108 98 102 108 98 98 90 122 80 98Z" },
  tlight: { f: "M52 104H148L136 154Q100 166 64 154Z", p: "M100 46Q120 70 100 92 80 70 100 46Z", l: "M100 88V102", e: "M52 104Q100 118 148 104L146 114Q100 128 54 114Z" },
  lantern: { f: "M68 86H132V150H68ZM60 150H140V162H60ZM74 86 100 56 126 86Z", p: "M78 96H122V142H78Z", e: "M100 102Q112 118 100 136 88 118 100 102Z", l: "M100 56V50a9 9 0 1 1 .1 0" },
  lamp: { f: "M74 52H126L150 112H50Z", l: "M100 112V158M72 160H128", e: "M50 112H150L147 104H53Z" },
  lights: { f: "M52 96a14 18 0 1 1-.1 0ZM100 112a14 18 0 1 1-.1 0ZM148 96a14 18 0 1 1-.1 0Z", l: "M26 70Q52 92 76 84T124 100 174 66", e: "M46 88h12v10H46zM94 104h12v10H94zM142 88h12v10h-12z" },
  necklace: { l: "M52 44Q54 130 100 134T148 44", f: "M100 134C78 152 82 170 100 170S122 152 100 134Z", e: "M60 84a7 7 0 1 1-.1 0ZM72 110a7 7 0 1 1-.1 0ZM128 110a7 7 0 1 1-.1 0ZM140 84a7 7 0 1 1-.1 0Z" },
  bracelet: { f: "M100 52a50 50 0 1 1-.1 0ZM100 72a30 30 0 1 0 .1 0Z", e: "M100 44a12 12 0 1 1-.1 0ZM58 68a8 8 0 1 1-.1 0ZM142 68a8 8 0 1 1-.1 0ZM100 142a10 10 0 1 1-.1 0Z" },
  earrings: { l: "M70 82V68a10 10 0 1 1 12 8M130 82V68a10 10 0 1 0-12 8", f: "M70 82 88 122Q70 152 52 122ZM130 82 148 122Q130 152 112 122Z", e: "M70 108a8 8 0 1 1-.1 0ZM130 108a8 8 0 1 1-.1 0Z" },
  ring: { f: "M100 80a40 40 0 1 1-.1 0ZM100 94a26 26 0 1 0 .1 0Z", e: "M76 58 88 44H112L124 58 100 86Z", l: "M76 58H124M92 58 100 84 108 58" },
  frame: { f: "M50 42H150V160H50ZM68 60V142H132V60Z", p: "M68 60H132V142H68Z", e: "M68 142 90 104 108 126 118 112 132 142ZM114 72a9 9 0 1 1-.1 0Z" },
  mirror: { f: "M100 38Q148 38 148 100T100 162 52 100 100 38ZM100 54Q68 54 68 100T100 146 132 100 100 54Z", p: "M100 54Q132 54 132 100T100 146 68 100 100 54Z", l: "M82 100 104 72M90 118 118 82" },
  clock: { f: "M100 58a52 52 0 1 1-.1 0ZM58 70a17 17 0 0 1 26-20ZM142 70a17 17 0 0 0-26-20ZM66 152 56 166H68L76 158ZM134 152 144 166H132L124 158Z", p: "M100 70a40 40 0 1 1-.1 0Z", l: "M100 84V112L120 122" },
  cushion: { f: "M44 54Q100 68 156 54 142 104 156 154 100 140 44 154 58 104 44 54Z", e: "M100 96a9 9 0 1 1-.1 0Z" },
  sign: { f: "M36 86H164V142H36Z", l: "M54 86 100 44 146 86", p: "M46 96H154V132H46Z", e: "M58 104H142V111H58ZM72 118H128V125H72Z" },
  bunting: { l: "M20 62Q100 116 180 62", f: "M30 70 66 86 44 126ZM112 92 148 82 136 128Z", e: "M70 88 108 92 88 138ZM150 80 178 64 178 108Z" },
  gift: { f: "M52 92H148V162H52ZM44 70H156V92H44Z", e: "M90 70H110V162H90Z", l: "M100 70Q66 30 62 54 62 68 100 70 138 68 138 54 134 30 100 70" },
  tin: { f: "M56 78H144V150Q100 168 56 150Z", p: "M56 78Q100 96 144 78V64Q100 46 56 64Z", e: "M56 112H144V124H56Z" },
  jar: { f: "M64 82H136Q146 82 146 94V152Q146 162 136 162H64Q54 162 54 152V94Q54 82 64 82Z", e: "M62 58H138V80H62Z", p: "M70 102H130V138H70Z" },
  bottle: { f: "M88 40H112V74Q130 84 130 106V150Q130 162 118 162H82Q70 162 70 150V106Q70 84 88 74Z", p: "M70 108H130V142H70Z", e: "M86 36H114V48H86Z" },
  hotwater: { f: "M86 42H114V62Q146 66 146 92V148Q146 162 132 162H68Q54 162 54 148V92Q54 66 86 62Z", e: "M82 38H118V50H82Z", p: "M100 140C76 122 76 104 86 100 94 98 100 106 100 110 100 106 106 98 114 100 124 104 124 122 100 140Z" },
  umbrella: { f: "M36 108A64 64 0 0 1 164 108Q150 96 138 108 128 96 113 108 100 96 87 108 72 96 62 108 50 96 36 108Z", l: "M100 44V34M100 102V148Q100 164 114 164T126 150" },
  book: { f: "M54 42H140Q148 42 148 50V160H62Q54 160 54 152Z", e: "M54 42H68V160H62Q54 160 54 152Z", p: "M82 62H134V92H82Z", l: "M92 72H124M92 82H114" },
  card: { f: "M36 64H164V144H36Z", p: "M36 64H164L100 116Z", l: "M36 144 84 104M164 144 116 104" },
  pencil: { f: "M54 128 120 46 144 66 78 148Z", p: "M54 128 78 148 46 164Z", e: "M120 46 128 36Q132 32 138 36L150 46Q154 52 150 58L144 66ZM49 150 56 157 46 164Z" },
  reel: { f: "M100 46a54 54 0 1 1-.1 0Z", p: "M100 68a32 32 0 1 1-.1 0Z", e: "M100 86a14 14 0 1 1-.1 0Z", l: "M146 128Q168 140 160 168" },
  tree: { f: "M100 34 132 80H116L142 116H124L152 148H48L76 116H58L84 80H68Z", e: "M90 148H110V166H90Z", p: "M100 26 104 36 114 36 106 43 109 53 100 47 91 53 94 43 86 36 96 36Z" },
  bauble: { f: "M100 64a48 48 0 1 1-.1 0Z", e: "M88 50H112V68H88Z", l: "M100 50V40a8 8 0 1 1 .1 0M54 104Q100 124 146 104M56 122Q100 142 144 122" },
  bird: { f: "M40 118Q52 72 96 76 108 46 140 54L166 68 144 76Q152 140 92 144 60 146 40 118Z", p: "M72 106Q104 92 124 108 104 132 72 106Z", e: "M132 60a5 5 0 1 1-.1 0Z", l: "M92 144 88 164M108 142 108 164" },
  butterfly: { f: "M98 100Q58 34 40 62T98 104ZM102 100Q142 34 160 62T102 104ZM98 106Q50 108 58 138T98 112ZM102 106Q150 108 142 138T102 112Z", e: "M96 76H104V144H96Z", l: "M98 76Q92 58 82 56M102 76Q108 58 118 56", p: "M58 70a8 8 0 1 1-.1 0ZM142 70a8 8 0 1 1-.1 0Z" },
  flower: { f: "M100 50a22 24 0 1 1-.1 0ZM66 74a23 22 0 1 1-.1 0ZM134 74a23 22 0 1 1-.1 0ZM79 108a22 23 0 1 1-.1 0ZM121 108a22 23 0 1 1-.1 0Z", p: "M100 84a18 18 0 1 1-.1 0Z", l: "M100 140V172M100 166Q80 164 74 152M100 160Q118 158 124 148" },
  egg: { f: "M100 38Q146 84 146 118A46 44 0 0 1 54 118Q54 84 100 38Z", p: "M57 96Q66 86 78 96T100 96 122 96 143 96L146 114Q134 124 122 114T100 114 78 114 54 114Z" },
  rabbit: { f: "M74 100Q50 38 68 34T92 92H108Q114 30 132 34T126 100Q144 114 144 132 144 164 100 164T56 132Q56 114 74 100Z", e: "M84 122a5 5 0 1 1-.1 0ZM116 122a5 5 0 1 1-.1 0ZM94 136H106L100 144Z", p: "M70 46Q62 56 76 86L82 84Q80 48 70 46ZM130 46Q138 56 124 86L118 84Q120 48 130 46Z" },
  plate: { f: "M100 44a58 58 0 1 1-.1 0Z", p: "M100 64a38 38 0 1 1-.1 0Z", e: "M100 88a14 14 0 1 1-.1 0Z" },
  bowl: { f: "M38 90H162Q158 156 100 160 42 156 38 90Z", p: "M38 90Q100 106 162 90 100 74 38 90Z" },
  tray: { f: "M34 74H166V138H34Z", p: "M48 88H152V124H48Z", l: "M34 92Q18 92 18 106T34 120M166 92Q182 92 182 106T166 120" },
  cutlery: { f: "M60 38V74Q60 84 68 86V164H78V86Q86 84 86 74V38H80V70H76V38H70V70H66V38ZM116 38Q138 38 138 78 138 90 128 92V164H116Z" },
  apron: { f: "M78 54H122V86Q146 92 150 106V164H50V106Q54 92 78 86Z", l: "M78 54Q78 34 100 34T122 54M50 108 34 116M150 108 166 116", p: "M80 112H120V142H80Z" },
  cake: { f: "M60 112H140L128 162H72Z", p: "M52 112Q46 88 70 82 76 52 100 52T130 82Q154 88 148 112Z", e: "M100 36a10 10 0 1 1-.1 0Z", l: "M80 112 86 162M100 112V162M120 112 114 162" },
  doormat: { f: "M30 78H170V140H30Z", p: "M44 90H156V128H44Z", l: "M34 140v10M48 140v10M62 140v10M76 140v10M90 140v10M104 140v10M118 140v10M132 140v10M146 140v10M160 140v10" },
  knob: { f: "M100 62a42 42 0 1 1-.1 0Z", p: "M100 78a26 26 0 1 1-.1 0Z", e: "M100 94a10 10 0 1 1-.1 0Z" },
  can: { f: "M58 84H122V158H58ZM122 118 158 78 166 84 122 146Z", l: "M58 96Q30 94 34 122T58 146M64 84Q90 44 116 84", e: "M150 70 174 90 168 96 146 76Z" },
  basket: { f: "M42 98H158L146 160H54Z", l: "M52 98Q58 44 100 44T148 98M48 118H152M50 138H150M78 98 82 160M100 98V160M122 98 118 160" },
  bell: { f: "M100 44Q136 50 136 100 136 124 152 140H48Q64 124 64 100 64 50 100 44Z", e: "M100 140a12 12 0 1 1-.1 0Z", l: "M100 44V34", p: "M60 118H140L144 128H56Z" },
  wreath: { f: "M100 42a58 58 0 1 1-.1 0ZM100 72a28 28 0 1 0 .1 0Z", e: "M100 150 76 172 80 144ZM100 150 124 172 120 144ZM62 70a8 8 0 1 1-.1 0ZM138 70a8 8 0 1 1-.1 0ZM58 120a8 8 0 1 1-.1 0ZM142 120a8 8 0 1 1-.1 0Z" },
  doll: { f: "M100 34Q128 34 128 66 154 88 150 128 146 166 100 166T50 128Q46 88 72 66 72 34 100 34Z", p: "M100 48a20 20 0 1 1-.1 0Z", e: "M100 106C84 94 84 84 92 82 98 82 100 88 100 90 100 88 102 82 108 82 116 84 116 94 100 106ZM92 64a3 3 0 1 1-.1 0ZM108 64a3 3 0 1 1-.1 0Z" },
  rocket: { f: "M100 30Q132 62 126 122H74Q68 62 100 30ZM74 96 50 128V146L76 130ZM126 96 150 128V146L124 130Z", p: "M100 68a15 15 0 1 1-.1 0Z", e: "M82 128H118L100 170Z" },
  jigsaw: { f: "M48 70H84Q76 48 98 46T114 70H150V104Q172 96 174 116T150 134V162H48V134Q68 140 70 118T48 104Z" },
  board: { f: "M48 40H152V150H48ZM60 52V138H140V52Z", p: "M60 52H140V138H60Z", l: "M74 72H126M74 90H112M74 108H120", e: "M60 150 50 168H62L70 150ZM140 150 150 168H138L130 150Z" },
  skull: { f: "M100 42Q150 42 150 90 150 114 132 124V154H68V124Q50 114 50 90 50 42 100 42Z", p: "M80 82a13 13 0 1 1-.1 0ZM120 82a13 13 0 1 1-.1 0ZM100 112 107 124H93Z", l: "M88 138V154M100 138V154M112 138V154" },
  cat: { f: "M56 48 82 68Q100 62 118 68L144 48Q152 84 148 108 140 152 100 152T52 108Q48 84 56 48Z", e: "M82 96a6 6 0 1 1-.1 0ZM118 96a6 6 0 1 1-.1 0ZM92 116H108L100 126Z", l: "M76 122 50 116M76 128 52 132M124 122 150 116M124 128 148 132" },
  glass: { f: "M66 42H134Q138 100 106 106V148H130V160H70V148H94V106Q62 100 66 42Z", p: "M69 62H131Q130 94 100 98 70 94 69 62Z" },
  chest: { f: "M48 48H152V156H48ZM56 156H66V168H56ZM134 156H144V168H134Z", p: "M58 58H142V86H58ZM58 92H142V120H58ZM58 126H142V148H58Z", e: "M94 68H106V76H94ZM94 102H106V110H94ZM94 132H106V140H94Z" },
  box: { f: "M44 84H156V158H44Z", p: "M38 62H162V84H38Z", e: "M88 84H112V108H88Z" },
  hook: { f: "M84 38H116V84H84Z", l: "M100 84V118Q100 142 124 142T146 120M100 118Q100 142 76 142T54 120", e: "M100 50a6 6 0 1 1-.1 0ZM100 66a6 6 0 1 1-.1 0Z" },
  towel: { f: "M54 42H128V150H54ZM72 42H146V162H128V150H72Z", e: "M54 116H128V124H54ZM54 132H128V140H54Z" },
  shoe: { f: "M44 70Q60 66 66 86 84 104 130 110 160 116 160 140V150H44Z", p: "M40 150H160V160H40Z" },
  tag: { f: "M58 50 108 40 164 110 116 158 48 88Z", p: "M76 62a10 10 0 1 1-.1 0Z", l: "M76 72Q50 40 36 52M98 112 128 84M108 124 136 98" },
};

// Words of the name, the first that fits; what is surely the thing goes before what may be on it.
const WORDS = [
  [/CAKE ?STAND/, "cakestand"], [/LUNCH BOX|SNACK BOX/, "box"], [/TOWEL|BLANKET|THROW|SCARF|\bRUG\b|FLANNEL/, "towel"], [/JUG|CREAMER/, "teapot"], [/TEA ?POT/, "teapot"], [/TEA ?CUP|SAUCER|TEA SET/, "cup"], [/HOT WATER/, "hotwater"],
  [/BUNTING|GARLAND|PAPER ?CHAIN/, "bunting"], [/NECKLACE|PENDANT|CHOKER|LARIAT/, "necklace"], [/BRACELET|BANGLE|ANKLET/, "bracelet"],
  [/EARRING/, "earrings"], [/HAIR|BROOCH/, "flower"], [/KEY ?RING|\bRING\b/, "ring"], [/T-? ?LIGHT|VOTIVE/, "tlight"], [/LANTERN/, "lantern"], [/CANDLE|INCENSE/, "candle"],
  [/LIGHTS\b|LED\b/, "lights"], [/LAMP|CHANDELIER|NIGHT LIGHT/, "lamp"], [/UMBRELLA|PARASOL/, "umbrella"], [/PURSE|WALLET|WASH ?BAG/, "purse"],
  [/BAGS?\b|SHOPPER|TOTE|RUCKSACK|SATCHEL/, "bag"], [/CUSHION/, "cushion"], [/\bSIGN\b/, "sign"], [/DOOR ?MAT/, "doormat"], [/CLOCK/, "clock"],
  [/MIRROR/, "mirror"], [/FRAME|PICTURE|WALL ART|PHOTO/, "frame"], [/KNOB|DOOR ?STOP/, "knob"], [/CHALK ?BOARD|BLACK ?BOARD|MEMO ?BOARD/, "board"],
  [/MUG|BEAKER|TUMBLER/, "mug"], [/EGG/, "egg"], [/CAKE CASES|CUP ?CAKE|FAIRY CAKE|MUFFIN/, "cake"], [/TINS?\b/, "tin"], [/JARS?\b|JAM\b/, "jar"],
  [/BOWL|DISH/, "bowl"], [/PLATES?\b|DOIL|COASTER|PLACEMAT|PLACE SETTING/, "plate"], [/TRAY/, "tray"], [/CUTLERY|SPOON|FORK|KNIFE/, "cutlery"], [/APRON/, "apron"],
  [/GLASS\b.*(SET|WINE|CHAMPAGNE)|GOBLET|WINE GLASS/, "glass"], [/WATERING|BUCKET/, "can"], [/BASKET/, "basket"], [/BOTTLE|DECANTER|CARAFE|VASE/, "bottle"],
  [/WREATH/, "wreath"], [/BAUBLE/, "bauble"], [/BELLS?\b/, "bell"], [/TREE/, "tree"], [/RIBBON|TAPE|REEL|STRING/, "reel"],
  [/NOTEBOOK|BOOK|DIARY|JOURNAL|PASSPORT|PLANNER/, "book"], [/PENCIL|PENS?\b|CRAYON/, "pencil"], [/JIGSAW|GAME|DOMINO|SNAP|LUDO|PUZZLE/, "jigsaw"],
  [/CARDS?\b|LETTER|ENVELOPE|STATIONERY|TISSUE|NAPKIN|POSTAGE/, "card"], [/WRAP|GIFT|CRACKER/, "gift"], [/CABINET|CHEST|DRAWER|CUPBOARD/, "chest"],
  [/HOOK|HANGER|RACK/, "hook"], [/\bBIN\b/, "tin"], [/BLOCK|BRICKS/, "box"], [/BABUSHKA|DOLLY|DOLL\b/, "doll"], [/SPACE ?BOY|ROCKET|ROBOT/, "rocket"], [/RABBIT|BUNNY/, "rabbit"],
  [/BIRD|CHICK\b|HEN\b|DOVE|OWL|DUCK|COCKEREL/, "bird"], [/CAT\b|DOG\b|KITTEN|TEDDY|SCOTTIE|MOUSE|FOX/, "cat"], [/SKULL/, "skull"], [/SLIPPER|SHOE|BOOT|SOCK/, "shoe"],
  [/BUTTERFL/, "butterfly"], [/BOX|CASE\b|CASES|BRICK|TIDY/, "box"], [/HEART/, "heart"], [/STAR\b|STARS\b/, "star"], [/FLOWER|ROSE|DAISY|TULIP|SUNFLOWER|BLOSSOM/, "flower"],
  [/CHRISTMAS|XMAS/, "tree"], [/CUP\b|CUPS\b|TEA\b|COFFEE/, "cup"], [/PLANT|\bPOT\b|HERB/, "flower"],
];

const PAPERS = [
  { bg: "#f6c445", a: "#23409f", b: "#e2452c", c: "#fff7df" },
  { bg: "#f3a9ba", a: "#1d2a63", b: "#d93a25", c: "#fff3f1" },
  { bg: "#2a4bc0", a: "#ffd04a", b: "#ff8a70", c: "#eef2ff" },
  { bg: "#0d7256", a: "#ffc9b5", b: "#ffb52e", c: "#f0fff8" },
  { bg: "#e04b31", a: "#fff0d6", b: "#1f2c66", c: "#ffd9cf" },
  { bg: "#c5e0d8", a: "#0f5261", b: "#ea5636", c: "#ffffff" },
  { bg: "#d9c7f0", a: "#47257f", b: "#e2452c", c: "#ffffff" },
  { bg: "#1a2347", a: "#9adccb", b: "#ffb84d", c: "#f7f2e4" },
  { bg: "#f0e6d2", a: "#0d7256", b: "#e2452c", c: "#ffffff" },
];

const INKS = [
  [/\bRED\b|RETROSPOT|POPPY|STRAWBERRY|CHERRY/, "#d5321e"], [/\bPINK\b|ROSE/, "#ec6d94"], [/\bBLUE\b|DENIM/, "#2f57d4"], [/TURQUOISE|AQUA|TEAL/, "#1aa3a3"],
  [/\bGREEN\b|OLIVE/, "#188a5d"], [/\bYELLOW\b/, "#f2bc27"], [/\bBLACK\b/, "#191c2b"], [/\bWHITE\b|IVORY|CREAM/, "#fffaf0"], [/PURPLE|LILAC|AMETHYST|LAVENDER/, "#7045ab"],
  [/ORANGE/, "#ee7a26"], [/SILVER|ZINC|CHROME|PEWTER/, "#c3ccd6"], [/GOLD|BRASS|AMBER/, "#dba43b"], [/WOOD|WICKER|BROWN|CHOCOLATE|NATURAL/, "#a5693a"],
];

const PATTERNS = [
  [/RETROSPOT|POLKADOT|SPOT|DOTS?\b/, "spots"], [/STRIPE|STRIPEY|BREAD/, "stripes"], [/GINGHAM|CHECK|TARTAN/, "gingham"], [/UNION|LONDON|BRITANNIA/, "union"],
  [/PAISLEY|BAROQUE|DAMASK|MORRIS|MOROCCAN/, "drops"], [/ROSE|FLOWER|FLORAL|DAISY|BLOSSOM|BOTANICAL|GARDEN/, "petals"], [/HEART|LOVE/, "hearts"], [/STAR|SPACE/, "stars"],
];

/** FNV-1a, 32 bits. */
function hash(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function paperFor(ink, seed) {
  for (let i = 0; i < PAPERS.length; i++) {
    const paper = PAPERS[(seed + i) % PAPERS.length];
    if (!ink || contrast(paper.bg, ink) >= 1.9) return { ...paper, a: ink ?? paper.a };
  }
  return { ...PAPERS[7], a: ink };
}

function pattern(name, id, ink, turn) {
  const tiles = {
    spots: [22, s("circle", { cx: 6, cy: 6, r: 4.2 }), s("circle", { cx: 17, cy: 17, r: 4.2 })],
    stripes: [16, s("rect", { width: 7, height: 16 })],
    gingham: [20, s("rect", { width: 10, height: 20, opacity: 0.55 }), s("rect", { width: 20, height: 10, opacity: 0.55 })],
    union: [64, s("path", { d: "M0 0 64 64M64 0 0 64", stroke: ink, "stroke-width": 6 }), s("path", { d: "M32 0V64M0 32H64", stroke: ink, "stroke-width": 12 })],
    drops: [26, s("path", { d: "M13 3Q24 14 16 21 8 26 5 18 3 10 13 3ZM13 9Q8 14 10 18 14 20 16 15Z", "fill-rule": "evenodd" })],
    petals: [30, ...[0, 72, 144, 216, 288].map((angle) => s("ellipse", { cx: 15, cy: 9, rx: 3.2, ry: 5, transform: `rotate(${angle} 15 15)` }))],
    hearts: [24, s("path", { d: "M12 20C2 12 4 5 8 5 11 5 12 8 12 9 12 8 13 5 16 5 20 5 22 12 12 20Z" })],
    stars: [26, s("path", { d: "M13 3 15.5 10 23 10 17 14.5 19 22 13 17.5 7 22 9 14.5 3 10 10.5 10Z" })],
    dots: [8, s("circle", { cx: 4, cy: 4, r: 1.5 })],
  };
  const [size, ...marks] = tiles[name];
  const rotation = { stripes: turn % 2 ? 35 : 0, dots: 30, spots: 0 }[name] ?? 0;
  return s("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${rotation})`, fill: ink }, ...marks);
}

function backdrop(kind, paper) {
  const common = { fill: paper.c, opacity: 0.26 };
  return [
    s("circle", { cx: 100, cy: 104, r: 82, ...common }),
    s("path", { d: "M22 200V98A78 78 0 0 1 178 98V200Z", ...common }),
    s("path", { d: "M0 142H200V200H0Z", fill: paper.b, opacity: 0.9 }),
    s("path", { d: "M0 200 200 0V200Z", ...common }),
    s("circle", { cx: 152, cy: 52, r: 66, ...common }),
  ][kind];
}

let drawn = 0;

/** A picture of an item; only for the eye, its name stands beside it. */
export function picture(item) {
  const name = (item.title ?? item.item_id).toUpperCase();
  const category = item.category_path?.[0] ?? "";
  const seed = hash(name + category);
  const shape = SHAPES[WORDS.find(([word]) => word.test(name))?.[1] ?? "tag"];
  const ink = INKS.find(([word]) => word.test(name))?.[1];
  const paper = paperFor(ink, seed % PAPERS.length);
  const motif = PATTERNS.find(([word]) => word.test(name))?.[1];
  const line = luminance(paper.bg) > 0.3 ? "#141b38" : "#fff8ea";
  const prefix = `art${drawn++}-`;
  const tilt = ((seed >>> 5) % 13) - 6;
  const on = motif === "union" ? "#fffaf0" : contrast(paper.b, paper.a) >= 1.6 ? paper.b : paper.c;
  const detail = contrast(paper.b, paper.a) >= 1.35 && contrast(paper.b, paper.bg) >= 1.2 ? paper.b : line;
  const solid = shape.f ?? "";
  return s(
    "svg",
    { viewBox: "0 0 200 200", class: "art", "aria-hidden": "true", focusable: "false", preserveAspectRatio: "xMidYMid slice" },
    s(
      "defs",
      {},
      pattern(motif ?? "dots", prefix + "p", motif ? on : line, seed),
      s("clipPath", { id: prefix + "c" }, s("path", { d: solid, "clip-rule": "evenodd" }))),
    s("rect", { width: 200, height: 200, fill: paper.bg }),
    backdrop((seed >>> 9) % 5, paper),
    s(
      "g",
      { transform: `rotate(${tilt} 100 104)` },
      s("path", { d: solid, fill: line, opacity: 0.16, transform: "translate(7 8)", "fill-rule": "evenodd" }),
      s("path", { d: solid, fill: paper.a, "fill-rule": "evenodd" }),
      motif
        ? s("path", { d: solid, fill: `url(#${prefix}p)`, "fill-rule": "evenodd" })
        : s("rect", { x: 104, width: 96, height: 200, fill: `url(#${prefix}p)`, opacity: 0.34, "clip-path": `url(#${prefix}c)` }),
      shape.p && s("path", { d: shape.p, fill: paper.c }),
      shape.e && s("path", { d: shape.e, fill: detail }),
      shape.l && s("path", { d: shape.l, fill: "none", stroke: line, "stroke-width": 5, "stroke-linecap": "round", "stroke-linejoin": "round" }),
      // The key plate, out of register.
      s("path", { d: solid, fill: "none", stroke: line, "stroke-width": 2.2, opacity: 0.85, transform: "translate(-2.5 -2)" })));
}
