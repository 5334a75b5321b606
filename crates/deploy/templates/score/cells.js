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
    case "parse_date": return onText((text) => asTime(parseTime(text, step.order)));
    case "infinite_to_missing": return onNumber((value) => (Math.abs(numberOf(value)) === Infinity ? null : value));
    case "value_to_missing": return onNumber((value) => (step.values.includes(numberOf(value)) ? null : value));
    case "set_type": return CONVERT[step.column_type];
    default: return (value) => value;
  }
}

function asSource(text, input, decimalComma) {
  if (typeof text !== "string") return text;
  const number = input.source === "number" ? parseNumber(text, decimalComma)
    : input.source === "boolean" ? parseBoolean(text)
    : input.source === "time" ? parseTime(text, input.date_order ?? "ymd") : null;
  if (number === null) return text;
  return input.source === "number" ? number : input.source === "time" ? new Time(number) : new Flag(number);
}

const WANTED = { boolean: "0 or 1", time: "epoch seconds or a date like 2024-01-31" };

// A function that gives a number (missing: NaN) or a text (missing: empty), or throws an Error with the problem.
function columnReader(contract, input) {
  const isText = input.type === "string";
  const missing = new Set(["", ...contract.missing_tokens]);
  const isTextSource = [undefined, null, "category", "text"].includes(input.source);
  const steps = [];
  for (const step of contract.cleaning ?? []) {
    const [[kind, settings]] = Object.entries(step.kind);
    const named = settings.columns ?? [settings.column];
    if (named.includes(input.name) || (named.length === 0 && isTextSource)) {
      steps.push(cleaningStep(kind, settings, (contract.patterns ?? {})[String(step.id)]));
    }
  }
  return (cell) => {
    let value = cell ?? null;
    if (typeof value === "boolean") value = new Flag(value ? 1 : 0);
    if (typeof value === "string" && missing.has(trim(value))) value = null;
    if (typeof value === "number" && !Number.isFinite(value)) value = null;
    if (steps.length > 0 && value !== null) {
      value = asSource(value, input, contract.decimal_comma);
      for (const step of steps) {
        if (value === null || value === "") break;
        value = step(value);
      }
    }
    if (isText) {
      const text = value === null ? "" : trim(toText(value));
      return missing.has(text) ? "" : text;
    }
    if (value === null) return NaN;
    let number = numberOf(value);
    if (typeof number === "string") {
      const text = trim(number);
      if (missing.has(text)) return NaN;
      number = input.kind === "boolean" ? parseBoolean(text) : input.kind === "time" ? parseTime(text, input.date_order ?? "ymd") : null;
      number ??= parseNumber(text, contract.decimal_comma);
      if (number === null) throw new Error(`expected ${WANTED[input.kind] ?? "a number"}, got "${text.slice(0, 40)}"`);
    }
    return Number.isFinite(number) ? number : NaN;
  };
}
