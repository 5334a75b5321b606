// Runs the model: the operators that the workbench writes, in 64-bit floats, as onnxruntime computes them. Tensors are
// { shape, type, data }: double and int in a Float64Array (integers stay below 2^53), float in a Float32Array, bool in a
// Uint8Array, text in an Array.

const ARRAYS = { double: Float64Array, int: Float64Array, float: Float32Array, bool: Uint8Array, text: Array };
const sizeOf = (shape) => shape.reduce((n, dim) => n * dim, 1);
const tensor = (type, shape, data) => ({ type, shape, data });
const empty = (type, shape) => tensor(type, shape, new ARRAYS[type](sizeOf(shape)));

function broadcastShape(a, b) {
  const rank = Math.max(a.length, b.length);
  const dim = (shape, at) => shape[at - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, at) => (dim(a, at) === 1 ? dim(b, at) : dim(a, at)));
}

// A function from row and column of `to` to the place in a tensor of the shape `from`.
function placer(from) {
  const [rows, width] = from.length === 2 ? from : from.length === 1 ? [1, from[0]] : [1, 1];
  const [rowStride, columnStride] = [rows === 1 ? 0 : width, width === 1 ? 0 : 1];
  return (row, column) => row * rowStride + column * columnStride;
}

function zip(type, f, ...parts) {
  const shape = parts.map((part) => part.shape).reduce(broadcastShape);
  const out = empty(type, shape);
  const places = parts.map((part) => placer(part.shape));
  const width = shape.length ? shape[shape.length - 1] : 1;
  for (let at = 0; at < out.data.length; at++) {
    const row = Math.floor(at / width);
    out.data[at] = f(...parts.map((part, k) => part.data[places[k](row, at - row * width)]));
  }
  return out;
}

function map(type, f, x) {
  const out = empty(type, x.shape);
  for (let at = 0; at < out.data.length; at++) out.data[at] = f(x.data[at]);
  return out;
}

function halfToEven(x) {
  const below = Math.floor(x);
  const rest = x - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  const nearest = up ? below + 1 : below;
  return nearest === 0 && (x < 0 || Object.is(x, -0)) ? -0 : nearest;
}

function sigmoid(x) {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

function toInt(x) {
  return Number.isNaN(x) ? 0 : Math.max(-(2 ** 63), Math.min(2 ** 63, Math.trunc(x))) + 0;
}

const lesser = (a, b) => (Number.isNaN(a) || Number.isNaN(b) ? NaN : b < a ? b : a);
const greater = (a, b) => (Number.isNaN(a) || Number.isNaN(b) ? NaN : b > a ? b : a);

function clip(x, low, high) {
  return map(x.type, (v) => (v < low.data[0] ? low.data[0] : v > high.data[0] ? high.data[0] : v), x);
}

function concat(parts) {
  const rows = parts[0].shape[0];
  const out = empty("double", [rows, parts.reduce((n, part) => n + part.shape[1], 0)]);
  let start = 0;
  for (const part of parts) {
    const width = part.shape[1];
    for (let row = 0; row < rows; row++) {
      out.data.set(part.data.subarray(row * width, (row + 1) * width), row * out.shape[1] + start);
    }
    start += width;
  }
  return out;
}

function gather(axis, data, index) {
  const place = (i, n) => (i < 0 ? i + n : i);
  if (axis === 0) {
    const out = empty(data.type, index.shape);
    for (let at = 0; at < out.data.length; at++) out.data[at] = data.data[place(index.data[at], data.shape[0])];
    return out;
  }
  const [rows, width] = data.shape;
  const out = empty(data.type, [rows, ...index.shape]);
  const n = index.data.length;
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < n; k++) out.data[row * n + k] = data.data[row * width + place(index.data[k], width)];
  }
  return out;
}

// Sums run over the features in order, the intercept last.
function gemm(x, weights, intercepts) {
  const [rows, width] = x.shape;
  const n = weights.shape[0];
  const out = empty("double", [rows, n]);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < n; k++) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += weights.data[k * width + j] * x.data[row * width + j];
      out.data[row * n + k] = sum + intercepts.data[k];
    }
  }
  return out;
}

function softmax(x) {
  const [rows, width] = x.shape;
  const out = empty("double", x.shape);
  for (let row = 0; row < rows; row++) {
    const scores = x.data.subarray(row * width, (row + 1) * width);
    const most = scores.reduce((a, b) => (b > a ? b : a), -Infinity);
    const powers = scores.map((score) => Math.exp(score - most));
    const total = powers.reduce((a, b) => a + b, 0);
    out.data.set(powers.map((power) => power / total), row * width);
  }
  return out;
}

// The column of each row's first maximum.
function argMax(x) {
  const [rows, width] = x.shape;
  const out = empty("int", [rows]);
  for (let row = 0; row < rows; row++) {
    let best = 0;
    for (let k = 1; k < width; k++) if (x.data[row * width + k] > x.data[row * width + best]) best = k;
    out.data[row] = best;
  }
  return out;
}

function rowSums(x) {
  const [rows, width] = x.shape;
  const out = empty("int", [rows, 1]);
  for (let row = 0; row < rows; row++) out.data[row] = x.data.subarray(row * width, (row + 1) * width).reduce((a, b) => a + b, 0);
  return out;
}

// Leaves in order of the trees, the sum rounded to 32 bits.
function trees(node, x) {
  const [rows, width] = x.shape;
  const { features, thresholds, lefts, rights, missingLeft, starts, targets, weights } = node.trees;
  const sums = new Float64Array(rows * node.targets);
  for (let row = 0; row < rows; row++) {
    for (const root of node.roots) {
      let at = root;
      while (features[at] >= 0) {
        const value = x.data[row * width + features[at]];
        at = value <= thresholds[at] || (Number.isNaN(value) && missingLeft[at]) ? lefts[at] : rights[at];
      }
      for (let k = starts[at]; k < starts[at + 1]; k++) sums[row * node.targets + targets[k]] += weights[k];
    }
  }
  return tensor("float", [rows, node.targets], Float32Array.from(sums));
}

const OPERATORS = {
  Abs: (_, [x]) => map("double", Math.abs, x),
  Add: (_, [a, b]) => zip(a.type, (p, q) => p + q, a, b),
  And: (_, [a, b]) => zip("bool", (p, q) => p & q, a, b),
  ArgMax: (_, [x]) => argMax(x),
  Cast: (node, [x]) => map(node.to, node.to === "int" ? toInt : (v) => v, x),
  Ceil: (_, [x]) => map("double", Math.ceil, x),
  Clip: (_, [x, low, high]) => clip(x, low, high),
  Concat: (_, parts) => concat(parts),
  Div: (_, [a, b]) => zip(a.type, a.type === "int" ? (p, q) => Math.trunc(p / q) + 0 : (p, q) => p / q, a, b),
  Equal: (_, [a, b]) => zip("bool", (p, q) => p === q, a, b),
  Exp: (_, [x]) => map("double", Math.exp, x),
  Floor: (_, [x]) => map("double", Math.floor, x),
  Gather: (node, [data, index]) => gather(node.axis, data, index),
  Gemm: (_, [a, b, c]) => gemm(a, b, c),
  Greater: (_, [a, b]) => zip("bool", (p, q) => p > q, a, b),
  GreaterOrEqual: (_, [a, b]) => zip("bool", (p, q) => p >= q, a, b),
  Identity: (_, [x]) => x,
  IsInf: (_, [x]) => map("bool", (v) => v === Infinity || v === -Infinity, x),
  IsNaN: (_, [x]) => map("bool", Number.isNaN, x),
  LabelEncoder: (node, [x]) => map("int", (text) => node.codes.get(text) ?? node.default, x),
  Less: (_, [a, b]) => zip("bool", (p, q) => p < q, a, b),
  LessOrEqual: (_, [a, b]) => zip("bool", (p, q) => p <= q, a, b),
  Log: (_, [x]) => map("double", Math.log, x),
  Max: (_, [a, b]) => zip(a.type, greater, a, b),
  Min: (_, [a, b]) => zip(a.type, lesser, a, b),
  Mul: (_, [a, b]) => zip(a.type, (p, q) => p * q, a, b),
  Neg: (_, [x]) => map("double", (v) => -v, x),
  Not: (_, [x]) => map("bool", (v) => !v, x),
  Or: (_, [a, b]) => zip("bool", (p, q) => p | q, a, b),
  ReduceSum: (_, [x]) => rowSums(x),
  Round: (_, [x]) => map("double", halfToEven, x),
  Sigmoid: (_, [x]) => map("double", sigmoid, x),
  Sign: (_, [x]) => map("double", Math.sign, x),
  Softmax: (_, [x]) => softmax(x),
  Sqrt: (_, [x]) => map("double", Math.sqrt, x),
  Sub: (_, [a, b]) => zip(a.type, (p, q) => p - q, a, b),
  TreeEnsembleRegressor: (node, [x]) => trees(node, x),
  Where: (_, [condition, a, b]) => zip(a.type, (c, p, q) => (c ? p : q), condition, a, b),
};

// Numbers in the file's bytes: doubles, or whole numbers of 7 bits a byte with the sign in the lowest bit.
class Bytes {
  constructor(buffer, start) {
    this.bytes = new Uint8Array(buffer, start);
    this.view = new DataView(buffer, start);
  }

  doubles([at, n]) {
    return Float64Array.from({ length: n }, (_, k) => this.view.getFloat64(at + 8 * k, true));
  }

  floats([at, n]) {
    return Float32Array.from({ length: n }, (_, k) => this.view.getFloat32(at + 4 * k, true));
  }

  integers([at, n]) {
    const out = new Float64Array(n);
    for (let k = 0; k < n; k++) {
      let [value, scale, byte] = [0, 1, 0];
      do {
        byte = this.bytes[at++];
        value += (byte & 127) * scale;
        scale *= 128;
      } while (byte > 127);
      out[k] = value % 2 ? -(value + 1) / 2 : value / 2;
    }
    return out;
  }
}

// The model from its description; trees are laid out for the walk.
function openModel(described, bytes) {
  const slots = new Array(described.slots);
  for (const constant of described.constants) {
    const data = constant.type === "text" ? constant.texts
      : constant.type === "double" ? bytes.doubles(constant.at)
      : constant.type === "float" ? bytes.floats(constant.at) : bytes.integers(constant.at);
    slots[constant.slot] = tensor(constant.type, constant.shape, data);
  }
  for (const node of described.nodes) {
    if (node.keys) node.codes = new Map(node.keys.map((key, at) => [key, node.values[at]]));
    if (node.trees) openTrees(node, bytes);
  }
  return { inputs: described.inputs, outputs: described.outputs, nodes: described.nodes, slots };
}

function openTrees(node, bytes) {
  const column = (name) => bytes.integers(node.trees[name]);
  const table = bytes.doubles(node.trees.table);
  const [features, lefts, rights, counts, roots] = ["features", "lefts", "rights", "counts", "roots"].map(column);
  const starts = new Float64Array(features.length + 1);
  for (let at = 0; at < features.length; at++) {
    // Children are written as the distance from their parent.
    lefts[at] += at;
    rights[at] += at;
    starts[at + 1] = starts[at] + counts[at];
  }
  node.roots = roots;
  node.trees = {
    features, lefts, rights, starts,
    missingLeft: column("missing_left"),
    targets: column("leaf_targets"),
    thresholds: column("thresholds").map((place) => table[place]),
    weights: column("weights").map((place) => table[place]),
  };
}

// All inputs in (arrays of cells, by name), all outputs out, by name.
function runModel(model, cells, rows) {
  const slots = model.slots.slice();
  model.inputs.forEach(([name, type], slot) => {
    const data = type === "text" ? cells[name] : Float64Array.from(cells[name]);
    slots[slot] = tensor(type, [rows, 1], data);
  });
  for (const node of model.nodes) slots[node.out] = OPERATORS[node.op](node, node.in.map((slot) => slots[slot]));
  return Object.fromEntries(model.outputs.map(([name, slot]) => [name, slots[slot]]));
}
