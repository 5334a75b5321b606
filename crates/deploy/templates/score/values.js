// Texts as numbers, times and booleans, and back, by the rules of `mllc score`.

const BLANK = "[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const BEFORE = new RegExp(`^${BLANK}+`);
const AFTER = new RegExp(`${BLANK}+$`);
const trimStart = (text) => text.replace(BEFORE, "");
const trimEnd = (text) => text.replace(AFTER, "");
const trim = (text) => trimEnd(trimStart(text));

const FALSE_WORDS = ["0", "false", "no", "f", "n", "nein", "non", "falsch"];
const TRUE_WORDS = ["1", "true", "yes", "t", "y", "ja", "oui", "wahr"];
const CURRENCIES = "US$ $ € £ ¥ ₹ ₽ ₩ ₺ ₪ EUR USD GBP CHF JPY INR".split(" ");
const MONTHS = "january february march april may june july august september october november december".split(" ");
const NUMBERS = {
  ".": /^([-+\u2212]?)((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|\u221e)$/,
  ",": /^([-+\u2212]?)((?:[0-9]+,?[0-9]*|,[0-9]+)(?:[eE][-+]?[0-9]+)?|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|\u221e)$/,
};
const DATE = new RegExp(
  "^(?:(?<monthA>[A-Za-z]+)(?:\\.|(?!\\.))[ \\-/] *(?<dayA>[0-9]{1,2}),?[ \\-/] *(?<yearA>[0-9]{4})" +
    "|(?<yearB>[0-9]{4})(?<sepB>[-/.])(?<monthB>[0-9]{1,2}|[A-Za-z]+(?:\\.|(?!\\.)))\\k<sepB>(?<dayB>[0-9]{1,2})" +
    "|(?<dayC>[0-9]{1,2})[-/. ] *(?<monthC>[A-Za-z]+)(?:\\.|(?!\\.))[-/. ,] *(?<yearC>[0-9]{4})" +
    "|(?<first>[0-9]{1,2})(?<sepD>[-/.]) *(?<second>[0-9]{1,2})\\k<sepD>(?<yearD>[0-9]{4}|[0-9]{2}))(?![0-9])" +
    "(?:(?:[Tt]|,? +)(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2})(?![0-9])(?::(?<secondOf>[0-9]{2})(?:[.,](?<fraction>[0-9]{1,18}))?(?![0-9]))?" +
    " *(?:(?<half>[aApP])[mM] *)?" +
    "(?:[Zz]|UTC|GMT|(?<sign>[-+])(?<hours>[0-9]{2})(?:(?<minutes>[0-9]{2})|:(?<minutesC>[0-9]{1,2}))?)?)?$",
);

// A time or a boolean is an object with the number inside, so that it can be written as text again.
class Time {
  constructor(number) { this.number = number; }
}
class Flag {
  constructor(number) { this.number = number; }
}
const numberOf = (value) => (value instanceof Time || value instanceof Flag ? value.number : value);

// A number in plain notation; null when it is none.
function parseNumber(text, decimalComma = false) {
  const mark = decimalComma ? "," : ".";
  const found = NUMBERS[mark].exec(trim(text));
  if (!found) return null;
  const number = /^[iI\u221e]/.test(found[2]) ? Infinity : Number(found[2].replace(mark, "."));
  return found[1] === "-" || found[1] === "\u2212" ? -number : number;
}

// A number as people write it: separators of thousands, currency signs, `%`, brackets for negative ones.
function parseNumberLoosely(text, decimalComma = false) {
  let rest = trim(text);
  const plainly = parseNumber(rest, decimalComma);
  if (plainly !== null) return plainly;
  let negative = rest.length > 1 && rest.startsWith("(") && rest.endsWith(")");
  if (negative) rest = trim(rest.slice(1, -1));
  let percent = false;
  for (let before = null; rest !== before; ) {
    before = rest;
    for (const currency of CURRENCIES) {
      if (rest.startsWith(currency)) rest = trimStart(rest.slice(currency.length));
      if (rest.endsWith(currency)) rest = trimEnd(rest.slice(0, rest.length - currency.length));
    }
    if (!percent && rest.endsWith("%")) [percent, rest] = [true, trimEnd(rest.slice(0, -1))];
    if (!negative && /^[-\u2212]/.test(rest)) [negative, rest] = [true, trimStart(rest.slice(1))];
  }
  if (!/^[0-9.,]/.test(rest)) return null;
  const at = rest.indexOf(decimalComma ? "," : ".");
  let whole = at < 0 ? rest : rest.slice(0, at);
  const separators = (decimalComma ? "." : ",") + " \u00a0\u202f\u2009'\u2019";
  const separator = [...whole].find((c) => separators.includes(c));
  if (separator) {
    const [first, ...groups] = whole.split(separator);
    const fits = first.length >= 1 && first.length <= 3 && groups.every((group) => group.length === 3);
    whole = whole.split(separator).join("");
    if (!fits || !/^[0-9]+$/.test(whole)) return null;
  }
  const plain = whole + (at < 0 ? "" : "." + rest.slice(at + 1));
  if (percent && /e/i.test(plain)) return null;
  const written = (negative ? "-" : "") + plain + (percent ? "e-2" : "");
  return NUMBERS["."].test(written) ? parseNumber(written) : null;
}

function parseBoolean(text) {
  const word = trim(text).replace(/[A-Z]/g, (c) => c.toLowerCase());
  return FALSE_WORDS.includes(word) ? 0 : TRUE_WORDS.includes(word) ? 1 : null;
}

// What years of two digits are meant by when nothing else is said: 1970 to 2069.
const NEWEST_YEAR = 2069;
const century = (year, newestYear) => newestYear - ((((newestYear - year) % 100) + 100) % 100);
const floorDiv = (a, b) => Math.floor(a / b);

// Days since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms").
function daysFromCivil(year, month, day) {
  year -= month <= 2 ? 1 : 0;
  const era = floorDiv(year, 400);
  const ofEra = year - era * 400;
  const ofYear = floorDiv(153 * ((month + 9) % 12) + 2, 5) + day - 1;
  return era * 146097 + ofEra * 365 + floorDiv(ofEra, 4) - floorDiv(ofEra, 100) + ofYear - 719468;
}

function civilParts(found, order, newestYear) {
  if (found.first) {
    if (found.yearD.length === 2 && newestYear === null) return null;
    const [first, second, year] = [Number(found.first), Number(found.second), Number(found.yearD)];
    if (order === "ymd") return found.yearD.length === 2 ? [century(first, newestYear), second, year] : null;
    const full = found.yearD.length === 2 ? century(year, newestYear) : year;
    return order === "dmy" ? [full, second, first] : [full, first, second];
  }
  const word = (found.monthA || found.monthB || found.monthC).replace(/\.$/, "").toLowerCase();
  const named = MONTHS.findIndex((month, at) => word === month || word === month.slice(0, 3) || (at === 8 && word === "sept"));
  const month = /^[0-9]/.test(word) ? Number(word) : named + 1;
  return [Number(found.yearA || found.yearB || found.yearC), month, Number(found.dayA || found.dayB || found.dayC)];
}

// Seconds since 1970 of a date or date with time, UTC; null when it is none. `order`: ymd, dmy or mdy. A year of two digits is
// `newestYear` or one of the 99 before it; null: it is refused.
function parseTime(text, order = "ymd", newestYear = NEWEST_YEAR) {
  text = trim(text);
  const match = text.length >= 6 && text.length <= 40 ? DATE.exec(text) : null;
  const parts = match && civilParts(match.groups, order, newestYear);
  if (!parts) return null;
  const [year, month, day] = parts;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (month < 1 || month > 12 || day < 1 || day > lengths[month - 1]) return null;
  const found = match.groups;
  const part = (name) => Number(found[name] || 0);
  let hour = part("hour");
  if (found.half) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (/[pP]/.test(found.half) ? 12 : 0);
  }
  const [minute, second, hours, minutes] = [part("minute"), part("secondOf"), part("hours"), Number(found.minutes || found.minutesC || 0)];
  if (hour > 23 || minute > 59 || second > 59 || hours > 15 || minutes > 59) return null;
  const offset = (hours * 60 + minutes) * (found.sign === "-" ? -1 : 1);
  const whole = daysFromCivil(year, month, day) * 86400 - offset * 60 + hour * 3600 + minute * 60 + second;
  if (!found.fraction) return whole;
  // The decimal number, rounded once. Before 1970 the fraction counts from the second below.
  const scale = 10n ** BigInt(found.fraction.length);
  return Number(`${BigInt(whole) * scale + BigInt(found.fraction)}e-${found.fraction.length}`);
}

// Plain decimal digits of a shortest number: [sign, digits before the mark, digits after it].
function plainDigits(x) {
  const [mantissa, exponent] = String(Math.abs(x)).split("e");
  let [whole, fraction = ""] = mantissa.split(".");
  const shift = Number(exponent || 0);
  if (shift < 0) [whole, fraction] = ["0", "0".repeat(-shift - whole.length) + whole + fraction];
  if (shift > 0) [whole, fraction] = [whole + fraction.slice(0, shift).padEnd(shift, "0"), fraction.slice(shift)];
  return [x < 0 || Object.is(x, -0) ? "-" : "", whole, fraction];
}

// The shortest text that reads back as the same number: `5`, `0.1`, `1e300`.
function formatNumber(x) {
  const size = Math.abs(x);
  if (x !== 0 && (size < 1e-5 || size >= 1e16)) return x.toExponential().replace("e+", "e");
  const [sign, whole, fraction] = plainDigits(x);
  return sign + whole + (fraction ? "." + fraction : "");
}

// ISO 8601 in UTC; times outside the years 0 to 9999 as their seconds.
function formatTime(seconds) {
  const day = Math.floor(seconds / 86400);
  if (day < -719528 || day > 2932896) return formatNumber(seconds);
  const [sign, whole, digits] = plainDigits(seconds);
  const scale = 10n ** BigInt(digits.length);
  const total = (sign ? -1n : 1n) * BigInt(whole + digits);
  const ofDay = ((total % (86400n * scale)) + 86400n * scale) % (86400n * scale);
  const days = Number((total - ofDay) / (86400n * scale));
  const date = new Date(days * 86400000).toISOString().slice(0, 10);
  if (ofDay === 0n) return date;
  const second = Number(ofDay / scale);
  const two = (n) => String(n).padStart(2, "0");
  const clock = `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
  const fraction = String(ofDay % scale).padStart(digits.length, "0").replace(/0+$/, "");
  return `${date}T${clock}${fraction && digits ? "." + fraction : ""}Z`;
}

function toText(value) {
  if (value instanceof Flag) return value.number ? "true" : "false";
  if (value instanceof Time) return formatTime(value.number);
  return typeof value === "number" ? formatNumber(value) : value;
}
