// Places of a page whose numbers a reader may change. An element that shows a number says where it comes from:
// data-live="node,element,form,decimals". Without this script the page shows the numbers that were printed; with it, the
// page first computes those and says whether they are equal.

/** A number as a field shows it, which has room for a few digits. */
const short = (value) => String(Number(Math.abs(value) < 0.001 ? value.toPrecision(2) : value.toFixed(4)));

/** Writes a number as mathematics: a minus sign in front, a power of ten behind. */
function mathematics(text) {
  const element = (name, content, ...children) => {
    const node = document.createElementNS("http://www.w3.org/1998/Math/MathML", name);
    node.append(content, ...children);
    return node;
  };
  const signed = (digits) =>
    digits.startsWith("−") ? [element("mo", "−"), element("mn", digits.slice(1))] : [element("mn", digits)];
  const [mantissa, exponent] = text.split("e");
  if (exponent === undefined) return signed(mantissa);
  const raised = element("mrow", ...signed(exponent));
  return [...signed(mantissa), element("mo", "×"), element("msup", element("mn", "10"), raised)];
}

/** An element that shows a number, and what it showed when the page was printed. */
class Follower {
  constructor(element) {
    const [node, place, form, decimals, step] = element.dataset.live.split(",");
    this.element = element;
    this.node = Number(node);
    this.place = place === "unit" ? null : Number(place);
    this.decimals = Number(decimals);
    this.form = form;
    this.step = step;
    this.printed = [...element.childNodes];
  }

  text(values, unit) {
    const all = (this.step === undefined ? values : values[this.step])[this.node];
    const value = all[this.place === null ? unit : this.place];
    return { plainest, fixed, together, list }[this.form](value, this.decimals, [...all]);
  }

  show(text) {
    if (this.element.localName === "mrow") this.element.replaceChildren(...mathematics(text));
    else this.element.textContent = text;
  }

  restore() {
    this.element.replaceChildren(...this.printed);
  }
}

/** A heat map: a grid of fields, whose rows are the elements of formulas. */
class FieldsFollower {
  constructor(element, scales) {
    this.element = element;
    this.grid = element.dataset.grid.split(" ").map(Number);
    this.rows = element.dataset.live.split(";").map((mark) => mark.split(","));
    this.scale = scales[this.rows[0][3]];
    this.printed = [...element.childNodes];
  }

  /** The colour of each field. */
  text(values) {
    const { least, greatest, colours } = this.scale;
    const colour = (value) => {
      const share = clip((value - least) / (greatest - least));
      return Number.isNaN(share) ? "#808080" : colours[Math.round(share * (colours.length - 1))];
    };
    const columns = this.grid[4];
    return this.rows.flatMap(([node, , , , step]) =>
      [...(step === undefined ? values : values[step])[node].slice(0, columns)].map(colour)
    );
  }

  show(colours) {
    this.fields = this.fields || this.make();
    this.element.replaceChildren(...this.fields);
    this.fields.forEach((field, index) => field.setAttribute("fill", colours[index]));
  }

  make() {
    const [left, top, width, height, columns] = this.grid;
    return Array.from({ length: columns * this.rows.length }, (_, index) => {
      const field = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const place = { x: left + (index % columns) * width, y: top + Math.floor(index / columns) * height, width, height };
      for (const [name, value] of Object.entries(place)) field.setAttribute(name, value);
      field.setAttribute("shape-rendering", "crispEdges");
      return field;
    });
  }

  restore() {
    this.element.replaceChildren(...this.printed);
  }
}

/** A line of a chart, whose points are elements of formulas. */
class CurveFollower {
  constructor(element) {
    this.path = element.querySelector("path");
    this.xs = element.dataset.xs.split(" ");
    this.points = element.dataset.live.split(";").map((mark) => mark.split(","));
    this.scale = element.dataset.scale.split(" ");
    this.printed = this.path.getAttribute("d");
  }

  /** The path through the points; one that is higher or lower than the frame lies on its edge. */
  text(values) {
    const [low, high, top, height] = this.scale.map(Number);
    const measure = this.scale[4] === "logarithm" ? Math.log10 : (value) => value;
    const y = ([node, place, , , step]) => {
      const value = (step === undefined ? values : values[step])[node][place];
      return (top + (1 - clip((measure(value) - low) / (high - low) || 0)) * height).toFixed(2);
    };
    return "M" + this.points.map((point, index) => `${this.xs[index]} ${y(point)}`).join("L");
  }

  show(path) {
    this.path.setAttribute("d", path);
  }

  restore() {
    this.show(this.printed);
  }
}

/** A place of the page whose numbers a reader may change. */
class Place {
  constructor(section, data, words) {
    this.section = section;
    this.data = data;
    this.nodes = read(data.nodes);
    this.presets = data.presets.map((preset) => preset.map(([node, value]) => [node, numbers(value)]));
    this.words = words;
    this.followers = [...section.querySelectorAll("[data-live]")].map((element) => 
      element.dataset.grid ? new FieldsFollower(element, data.scales)
      : element.dataset.xs ? new CurveFollower(element) : new Follower(element)
    );
    this.inputs = [...section.querySelectorAll("input[data-node]")];
    this.descriptions = [...section.querySelectorAll("svg")].map((svg) => ({
      svg, desc: svg.querySelector("desc"), printed: svg.querySelector("desc").textContent,
    }));
    this.start();
    this.prove();
    this.listen();
    this.show();
    section.querySelector(".controls").hidden = false;
  }

  /** All numbers as they were printed. */
  start() {
    this.given = new Map();
    this.nodes.forEach((node, index) => node.op === "input" && this.given.set(index, node.value.slice()));
    this.held = new Map();
    this.unit = 0;
    this.isPrinted = true;
    this.values = this.compute();
  }

  compute() {
    return evaluate(this.nodes, new Map([...this.given, ...this.held]));
  }

  /** The names of the values that are not those of the page. */
  wrong() {
    return differences(this.nodes, this.values);
  }

  /** Compares what is computed here with what was printed: the numbers, and then how they are written. */
  prove() {
    const wrong = this.wrong();
    for (const follower of this.followers.filter(({ form }) => form)) {
      const written = follower.element.cloneNode(true);
      const printed = written.textContent;
      const text = follower.text(this.values, 0);
      if (written.localName === "mrow") written.replaceChildren(...mathematics(text));
      if (printed !== (written.localName === "mrow" ? written.textContent : text)) {
        wrong.push(`${this.nodes[follower.node].name}: ${text}, ${printed}`);
      }
    }
    this.isProved = wrong.length === 0;
    const verdict = this.section.querySelector(".proof");
    verdict.textContent = this.isProved ? this.words.equal : `${this.words.differs}: ${wrong.join("; ")}`;
    verdict.classList.add(this.isProved ? "good" : "bad");
  }

  listen() {
    this.section.addEventListener("input", ({ target }) => {
      if (target.dataset.choice !== undefined) {
        this.pick(target);
        this.change();
      }
      if (target.dataset.node === undefined && target.dataset.unit === undefined) return;
      if (target.value === "" || !Number.isFinite(target.valueAsNumber)) return;
      if (target.dataset.unit !== undefined) this.choose(target);
      else this.set(target);
      this.change();
    });
    this.section.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button) return;
      if (button.dataset.preset !== undefined) this.take(this.presets[button.dataset.preset]);
      else if (button.dataset.printed !== undefined) this.start();
      this.change(button.dataset.printed !== undefined);
    });
  }

  /** A choice gives values to inputs. */
  pick(choice) {
    const option = this.data.choices[choice.dataset.choice][choice.selectedIndex];
    for (const [node, value] of option) this.given.set(node, numbers(value));
  }

  /** A control moves one number; a gate that was held is free when its own bias moves. */
  set(control) {
    const place = control.dataset.place === "unit" ? this.unit : Number(control.dataset.place);
    this.given.get(Number(control.dataset.node))[place] = control.valueAsNumber;
    if (control.dataset.frees) this.held.delete(Number(control.dataset.frees));
  }

  choose(control) {
    this.unit = Math.min(Math.max(Math.round(control.valueAsNumber), 1), Number(control.max)) - 1;
  }

  /** A preset gives new values to inputs, and holds what is computed. */
  take(preset) {
    this.held = new Map();
    for (const [node, value] of preset) {
      (this.nodes[node].op === "input" ? this.given : this.held).set(node, value.slice());
    }
  }

  /** Computes and shows, once for all changes before the next picture. */
  change(isPrinted = false) {
    this.isPrinted = isPrinted;
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      const begin = performance.now();
      this.values = this.compute();
      this.show();
      this.milliseconds = performance.now() - begin;
    });
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.announce(), 700);
  }

  show() {
    if (this.isPrinted) this.restore();
    else for (const follower of this.followers) follower.show(follower.text(this.values, this.unit));
    for (const control of this.inputs) {
      const place = control.dataset.place === "unit" ? this.unit : Number(control.dataset.place);
      const value = this.given.get(Number(control.dataset.node))[place];
      if (control !== document.activeElement || control.valueAsNumber !== value) control.value = short(value);
    }
    for (const element of this.section.querySelectorAll("[data-unit]")) {
      if (element.localName !== "input") element.textContent = this.unit + 1;
      else if (element !== document.activeElement) element.value = this.unit + 1;
    }
    const held = [...this.held].map(([node, value]) => `${this.nodes[node].name} = ${plainest(value[0], 2)}`);
    this.section.querySelector(".held").textContent = held.length ? `${this.words.held}: ${held.join(", ")}` : "";
    this.describe();
  }

  restore() {
    for (const follower of this.followers) follower.restore();
    for (const choice of this.section.querySelectorAll("[data-choice]")) choice.selectedIndex = choice.dataset.selected;
  }

  /** What a picture says to those who do not see it. */
  describe() {
    for (const { svg, desc, printed } of this.descriptions) {
      const shown = this.followers.filter(({ element, form }) => form === "fixed" && svg.contains(element));
      const list = shown.map(({ element, node }) => `${this.nodes[node].name} = ${element.textContent}`).join(", ");
      desc.textContent = this.isPrinted || !list ? printed : list;
    }
  }

  /** Says the results once nothing has moved for a while. */
  announce() {
    const value = (node) => this.values[node][Math.min(this.unit, this.values[node].length - 1)];
    const list = this.data.results.slice(0, 3).map((node) => `${this.nodes[node].name} = ${plainest(value(node), 4)}`);
    this.section.querySelector("[aria-live]").textContent = list.join(", ");
  }
}
