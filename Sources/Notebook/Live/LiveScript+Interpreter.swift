extension LiveScript {
  static let interpreter = #"""
    // Computes formulas. A page carries each of them as a graph, written by FormulaGraph: nodes in an order in which
    // operands come first. Operations are those of Formulas/Arithmetic, on numbers row after row; numbers are written
    // as NumberText writes them.
    "use strict";

    // Numbers

    /** The numbers of a text in base 64: eight bytes each, or two with half precision; a list is itself. */
    function numbers(data) {
      if (Array.isArray(data)) return Float64Array.from(data);
      const bytes = Uint8Array.from(atob(data.half || data), (letter) => letter.charCodeAt(0));
      return data.half ? Float64Array.from(new Uint16Array(bytes.buffer), half) : new Float64Array(bytes.buffer);
    }

    /** The number that 16 bits hold: a sign, 5 bits of exponent, 10 of fraction. */
    function half(bits) {
      const exponent = (bits >> 10) & 31;
      const fraction = (bits & 1023) / 1024;
      const size = exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
      return bits & 0x8000 ? -size : size;
    }

    const minus = (text) => text.replace(/-/g, "−");
    const special = (value) => (Number.isNaN(value) ? "NaN" : value < 0 ? "−∞" : "∞");
    const power = (value, digits) => minus(value.toExponential(digits - 1).replace("e+", "e"));

    /** Few digits and a power of ten, without zeros at the end. */
    function small(value, digits) {
      if (value === 0) return "0";
      const size = Math.abs(value);
      const text = digits === 2 && size >= 0.1 && size < 10 ? minus(value.toFixed(2)) : power(value, digits);
      return text.replace(/(\.\d*?)0+(e|$)/, "$1$2").replace(/\.(e|$)/, "$1");
    }

    /** A fixed count of decimals; zero has no sign. */
    function fixed(value, decimals) {
      if (!Number.isFinite(value)) return special(value);
      if (Math.abs(value) >= 1e15) return small(value, 2);
      const text = minus(value.toFixed(decimals));
      return /[1-9]/.test(text) ? text : text.replace("−", "");
    }

    /** As in a formula: the shortest decimal where it is short, else rounded. */
    function plainest(value, decimals) {
      if (!Number.isFinite(value)) return special(value);
      if (value === 0) return "0";
      const size = Math.abs(value);
      const shortest = size < 1e-4 || size >= 1e16 ? value.toExponential().replace("e+", "e") : String(value);
      const fraction = shortest.split("e")[0].split(".")[1] || "";
      if (fraction.length <= decimals) return minus(shortest);
      if (size >= 0.5 * 10 ** -Math.min(decimals, 4) && size < 1e7) return minus(value.toFixed(decimals));
      return power(value, 1 + (decimals <= 6 ? Math.min(decimals, 2) : Math.min(decimals, 16)));
    }

    /** One of several numbers that stand together and are written alike. */
    function together(value, decimals, all) {
      if (!Number.isFinite(value)) return special(value);
      const largest = Math.max(...all.filter(Number.isFinite).map(Math.abs), 0);
      const whole = all.every((one) => !Number.isFinite(one) || Number.isInteger(one)) && largest < 1e9;
      if (whole) return minus(String(value));
      if (largest >= 1e6 || largest < 5 * 10 ** -decimals) return small(value, Math.max(decimals, 2));
      const text = fixed(value, decimals);
      return value !== 0 && !/[1-9]/.test(text) ? small(value, 3) : text;
    }

    /** The first of several numbers, in brackets. */
    function list(_, count, all) {
      const shown = all.slice(0, count).map((one) => plainest(one, 4));
      return `(${[...shown, ...(all.length > count ? ["…"] : [])].join(", ")})`;
    }

    // Formulas

    const each = (change) => ([a]) => a.map(change);

    /** Element by element; the one with fewer elements is repeated. */
    const pairs = (combine) => ([a, b]) => {
      const length = Math.max(a.length, b.length);
      return Float64Array.from({ length }, (_, index) => combine(a[index % a.length], b[index % b.length]));
    };

    const clip = (value) => Math.min(Math.max(value, 0), 1);
    const add = (a, b) => a + b;

    const operations = {
      name: ([a]) => a,
      add: pairs(add),
      subtract: pairs((a, b) => a - b),
      hadamard: pairs((a, b) => a * b),
      divide: pairs((a, b) => a / b),
      total: (all) => all.slice(1).reduce((sum, term) => sum.map((value, index) => value + term[index]), all[0]),
      negate: each((z) => -z),
      square: each((z) => z * z),
      sigmoid: each((z) => 1 / (1 + Math.exp(-z))),
      tanh: each(Math.tanh),
      relu: each((z) => (z > 0 || Number.isNaN(z) ? z : 0)),
      hardSigmoid: each((z) => clip(z / 6 + 0.5)),
      keras2HardSigmoid: each((z) => clip(0.2 * z + 0.5)),
      exp: each(Math.exp),
      log: each(Math.log),
      sqrt: each(Math.sqrt),
      sum: ([a]) => Float64Array.of(a.reduce(add, 0)),
      mean: ([a]) => Float64Array.of(a.reduce(add, 0) / a.length),

      /** C = A B for A [m, k] and B [k, n]. */
      product([a, b], [m, k, n]) {
        const c = new Float64Array(m * n);
        for (let i = 0; i < m; i++) {
          for (let l = 0; l < k; l++) {
            const factor = a[i * k + l];
            for (let j = 0; j < n; j++) c[i * n + j] += factor * b[l * n + j];
          }
        }
        return c;
      },

      /** Row by row; the largest exponent is made 0, so that none overflows. */
      softmax([z], [columns]) {
        const result = new Float64Array(z.length);
        for (let start = 0; start < z.length; start += columns) {
          const row = z.subarray(start, start + columns);
          const largest = Math.max(...row);
          const powers = row.map((value) => Math.exp(value - largest));
          const sum = powers.reduce(add, 0);
          result.set(powers.map((value) => value / sum), start);
        }
        return result;
      },

      transpose: ([a], [rows, columns]) =>
        a.map((_, index) => a[(index % rows) * columns + Math.floor(index / rows)]),

      concatenate(parts, [rows]) {
        const row = (part, index) => part.subarray(index * (part.length / rows), (index + 1) * (part.length / rows));
        return operations.stack(Array.from({ length: rows }, (_, index) => parts.map((part) => row(part, index))).flat());
      },

      stack(parts) {
        const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
        let place = 0;
        for (const part of parts) {
          all.set(part, place);
          place += part.length;
        }
        return all;
      },

      columns: ([a], [width, first, count]) =>
        operations.stack(
          Array.from({ length: a.length / width }, (_, row) => a.subarray(row * width + first, row * width + first + count))
        ),

      slice: ([a], [first, count]) => a.slice(first, first + count),
    };

    /** The nodes of a graph with their numbers read. */
    function read(nodes) {
      return nodes.map(({ op, of = [], by = [], value, printed, name }) => ({
        op, of, by, name,
        value: value && numbers(value),
        printed: printed && numbers(printed),
      }));
    }

    /** The values of all nodes; `given` holds those that stand for themselves, by node. */
    function evaluate(nodes, given) {
      const values = [];
      nodes.forEach((node, index) => {
        values[index] =
          given.get(index) || node.value || operations[node.op](node.of.map((operand) => values[operand]), node.by);
      });
      return values;
    }

    /** Whether two numbers are equal within 1e-12; no number is equal to none. */
    const isClose = (a, b) => Math.abs(a - b) <= 1e-12 * (1 + Math.abs(b));

    /** The names of the nodes whose values are not those that were printed. */
    function differences(nodes, values) {
      return nodes
        .filter(({ printed }, index) => printed && !printed.every((number, place) => isClose(values[index][place], number)))
        .map(({ name }) => name);
    }

    if (typeof module !== "undefined") {
      module.exports = { numbers, half, fixed, plainest, together, list, operations, read, evaluate, differences };
    }

    """#
}
