// How the cells of one input are read: the cleaning that the contract names, then a number or a text for the model.

function expand(template, groups) {
  return template.replace(/\$(?:\$|\{([^}]*)\}|([0-9A-Za-z_]+))/g, (all, braced, plain) => {
    const name = braced ?? plain;
    if (name === undefined) return "$";
    return /^[0-9]+$/.test(name) && Number(name) < groups.length ? (groups[Number(name)] ?? "") : "";
  });
}

function replacement(step, pattern) {
  if (!step.regex && step.whole_cell) return (text) => (text === step.find ? step.replace : text);
  if (!step.regex) return (text) => text.split(step.find).join(step.replace);
  if (pattern === undefined) return (text) => text;
  const expression = new RegExp(pattern, "gu");
  return (text) => {
    let out = "";
    let at = 0;
    let isFirst = true;
    for (const match of text.matchAll(expression)) {
      // An empty match right after another one does not count.
      if (match[0] === "" && match.index === at && !isFirst) continue;
      out += text.slice(at, match.index) + expand(step.replace, match);
      at = match.index + match[0].length;
      isFirst = false;
    }
    return out + text.slice(at);
  };
}

const asTime = (seconds) => (seconds === null ? null : new Time(seconds));
const onText = (change) => (value) => (typeof value === "string" ? change(value) : value);
const onNumber = (change) => (value) => (typeof numberOf(value) === "number" ? change(value) : value);
const CONVERT = {
  category: toText,
  text: toText,
  number: (value) => (typeof value === "string" ? parseNumberLoosely(value) : numberOf(value)),
  time: (value) => asTime(typeof value === "string" ? parseTime(value) : numberOf(value)),
  boolean: (value) => {
    const number = typeof value === "string" ? parseBoolean(value) : numberOf(value);
    return number === 0 || number === 1 ? new Flag(number) : null;
  },
};

function cleaningStep(kind, step, pattern) {
  switch (kind) {
    case "trim": return onText(trim);
    case "replace": return onText(replacement(step, pattern));
    case "parse_number": return onText((text) => parseNumberLoosely(text, step.decimal_comma));
    case "parse_date": return onText((text) => asTime(parseTime(text, step.order, step.newest_year ?? NEWEST_YEAR)));
    case "infinite_to_missing": return onNumber((value) => (Math.abs(numberOf(value)) === Infinity ? null : value));
    case "value_to_missing": return onNumber((value) => (step.values.includes(numberOf(value)) ? null : value));
    case "set_type": return CONVERT[step.column_type];
    default: return (value) => value;
  }
}

const WANTED = { boolean: "0 or 1", time: "epoch seconds or a date like 2024-01-31" };
// Steps after which a text that they do not read is missing.
const PARSING = ["parse_number", "parse_date", "set_type"];
const SHOWN = 40;
// In a column of times a year, a spreadsheet's days or a date without marks, and no seconds since 1970.
const BARE = /^[0-9]{4,8}$/;

// A text as a number, a time or a boolean; null when it does not read.
function readAs(type, text, { dateOrder, decimalComma, newestYear }) {
  if (type === "boolean") {
    const number = parseBoolean(text) ?? parseNumber(text, decimalComma);
    return number === 0 || number === 1 ? new Flag(number) : null;
  }
  if (type === "time") {
    const time = parseTime(text, dateOrder, newestYear);
    const seconds = time ?? parseNumber(text, decimalComma);
    return time === null && BARE.test(text) ? null : asTime(seconds);
  }
  return parseNumber(text, decimalComma);
}

// Texts of levels by the value that a number or a boolean may mean.
function alikeLevels(levels) {
  const alike = new Map();
  for (const level of levels) {
    for (const value of new Set([parseNumber(level), parseBoolean(level)])) {
      if (value !== null) alike.set(value, [...(alike.get(value) ?? []), level]);
    }
  }
  return alike;
}

// A function that gives a number (missing: NaN) or a text (missing: empty), or throws an Error with the problem. A text that
// counts as missing because it does not read is told to `lose`.
function columnReader(contract, input) {
  const isText = input.type === "string";
  const missing = new Set(["", ...(input.missing_tokens ?? contract.missing_tokens)]);
  const how = {
    decimalComma: input.decimal_comma ?? contract.decimal_comma ?? false,
    dateOrder: input.date_order ?? "ymd",
    // Contracts that do not say how the file was written are older than this rule.
    newestYear: input.newest_year ?? (contract.file ? null : NEWEST_YEAR),
  };
  const steps = [];
  for (const step of contract.cleaning ?? []) {
    const [[kind, settings]] = Object.entries(step.kind);
    const named = settings.columns ?? [settings.column];
    if (named.includes(input.name) || named.length === 0) {
      steps.push([cleaningStep(kind, settings, (contract.patterns ?? {})[String(step.id)]), PARSING.includes(kind)]);
    }
  }
  // A column that is cleaned is read as the import read it.
  const type = steps.length > 0 ? input.source ?? "text" : isText ? "text" : input.kind;
  const final = ["time", "boolean"].includes(input.kind) ? input.kind : "number";
  const alike = isText && steps.length === 0 ? alikeLevels(input.categories ?? []) : new Map();
  return (cell, lose = () => {}) => {
    let value = cell ?? null;
    if (typeof value === "boolean") value = new Flag(value ? 1 : 0);
    if (typeof value === "string" && missing.has(trim(value))) value = null;
    if (typeof value === "number" && !Number.isFinite(value)) value = null;
    if (value === null) return isText ? "" : NaN;
    if (typeof value === "string" && type !== "text" && type !== "category") {
      const text = trim(value);
      value = readAs(type, text, how);
      if (value === null) throw new Error(`expected ${WANTED[type] ?? "a number"}, got "${text.slice(0, SHOWN)}"`);
    } else if (typeof value !== "string") {
      // The levels 1.1 and 1.10 are one number, True and true one boolean: only a text says which is meant.
      const levels = alike.get(numberOf(value)) ?? [];
      if (levels.length > 0 && (levels.length > 1 || levels[0] !== toText(value))) {
        throw new Error(`expected a text, one of ${levels.slice(0, 5).join(", ")}, got ${toText(value)} without quotes`);
      }
    }
    for (const [step, mayLose] of steps) {
      value = step(value);
      if (value === null || value === "") {
        if (mayLose && typeof cell === "string") lose(cell);
        return isText ? "" : NaN;
      }
    }
    if (isText) {
      const text = trim(toText(value));
      if (text.includes("\0")) throw new Error("has a NUL character");
      return text;
    }
    if (typeof value === "string") {
      const text = trim(value);
      if (text === "") return NaN;
      value = readAs(final, text, how);
      if (value === null) throw new Error(`expected ${WANTED[input.kind] ?? "a number"}, got "${text.slice(0, SHOWN)}"`);
    }
    const number = numberOf(value);
    if (Number.isFinite(number)) return number;
    if (typeof cell === "string") lose(cell);
    return NaN;
  };
}
