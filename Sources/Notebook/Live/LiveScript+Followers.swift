extension LiveScript {
  static let followers = #"""
    // What follows the numbers of a live place. An element that shows a number says where it comes from:
    // data-live="node,element,form,decimals".

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

      /** Marks a number that is another one than before anything was changed. */
      mark(isMoved) {
        this.element.classList.toggle("moved", isMoved);
      }

      restore() {
        this.element.replaceChildren(...this.printed);
        this.mark(false);
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

    /** Which part of a line from one height to another lies between 0 and 1, as shares of its length. */
    function within(a, b) {
      if (a === b) return a >= 0 && a <= 1 ? [0, 1] : [0, 0];
      const cuts = [a / (a - b), (a - 1) / (a - b)];
      return [clip(Math.min(...cuts)), clip(Math.max(...cuts))];
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

      /** The points as x, and the height as a share of the frame's; infinity is far outside of it. */
      ends(values) {
        const [low, high] = this.scale.map(Number);
        const measure = this.scale[4] === "logarithm" ? Math.log10 : (value) => value;
        return this.points.map(([node, place, , , step], index) => {
          const value = (step === undefined ? values : values[step])[node][place];
          const height = (measure(value) - low) / (high - low);
          return [Number(this.xs[index]), Math.min(Math.max(height, -1e6), 1e6)];
        });
      }

      /** The path through the points, without what lies above or below the frame. */
      text(values) {
        const [top, height] = this.scale.slice(2, 4).map(Number);
        const ends = this.ends(values);
        let [path, last] = ["", ""];
        ends.slice(1).forEach(([x, y], index) => {
          const [x0, y0] = ends[index];
          const [begin, end] = within(y0, y).map((share) => {
            const [left, up] = [x0 + share * (x - x0), y0 + share * (y - y0)];
            return `${left.toFixed(2)} ${(top + (1 - up) * height).toFixed(2)}`;
          });
          if (begin === end || end.includes("NaN")) return;
          path += (begin === last ? "" : `M${begin}`) + `L${end}`;
          last = end;
        });
        return path;
      }

      show(path) {
        this.path.setAttribute("d", path);
      }

      restore() {
        this.show(this.printed);
      }
    }

    /** A bar and the number at its end, which is an element of a formula. */
    class BarFollower {
      constructor(element) {
        [this.left, this.scale] = element.dataset.bar.split(" ").map(Number);
        [this.node, this.place, , , this.step] = element.dataset.live.split(",");
        [this.bar, this.number] = [element.querySelector("rect"), element.querySelector("text[data-live]")];
        this.printed = this.bar.getAttribute("width");
      }

      /** The width of the bar, of which a little always shows. */
      text(values) {
        const value = (this.step === undefined ? values : values[this.step])[this.node][this.place];
        return Math.max(value * this.scale || 0, 0.8).toFixed(2);
      }

      show(width) {
        this.bar.setAttribute("width", width);
        this.number.setAttribute("x", this.left + Number(width) + 6);
      }

      restore() {
        this.show(this.printed);
      }
    }

    """#
}
