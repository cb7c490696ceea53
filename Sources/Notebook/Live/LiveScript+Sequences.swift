extension LiveScript {
  static let sequences = #"""
    // Places where a reader makes a sequence: draws a picture, or chooses words. A cell reads it step by step, with the
    // equations of one step. An element that shows a number says its step, too:
    // data-live="node,element,form,decimals,step".

    class SequencePlace extends Place {
      start() {
        const { inputs } = this.data.sequence;
        this.printedRows = inputs.map(numbers);
        this.rows = this.printedRows.map((row) => row.slice());
        super.start();
      }

      /** All nodes at every step. What a state becomes at one step it is before the next. */
      compute() {
        const { input, states } = this.data.sequence;
        let given = new Map(states.map(([before]) => [before, this.nodes[before].value]));
        return this.rows.map((row) => {
          const values = evaluate(this.nodes, given.set(input, row));
          given = new Map(states.map(([before, after]) => [before, values[after]]));
          return values;
        });
      }

      /** The names of the values that are not those of the page. */
      wrong() {
        const { shown, printed } = this.data.sequence;
        const isEqual = (values, step, index) =>
          numbers(printed[step][index]).every((number, place) => isClose(values[shown[index]][place], number));
        return this.values.flatMap((values, step) =>
          shown.filter((_, index) => !isEqual(values, step, index)).map((node) => `${this.nodes[node].name} (${step})`)
        );
      }

      listen() {
        super.listen();
        this.pad = this.section.querySelector("canvas");
        if (this.pad) this.draw();
        this.section.addEventListener("change", ({ target }) => {
          if (target.dataset.step === undefined) return;
          this.rows[target.dataset.step] = this.rows[0].map((_, index) => (index === target.selectedIndex ? 1 : 0));
          this.change();
        });
        this.section.addEventListener("click", ({ target }) => {
          if (!target.closest("[data-clear]")) return;
          this.rows = this.rows.map((row) => row.map(() => 0));
          this.change();
        });
      }

      /** The three largest of the first result at the last step, which is what the sequence comes to. */
      said() {
        const { shown, words } = this.data.sequence;
        const values = this.values[this.values.length - 1][shown[0]];
        const best = [...values.keys()].sort((a, b) => values[b] - values[a]).slice(0, 3);
        const list = best.map((one) => `${words ? words[one] : one} (${fixed(100 * values[one], 1)}\u00a0%)`);
        return `${this.words.likeliest}: ${list.join(", ")}`;
      }

      show() {
        super.show();
        this.section.querySelector(".held").textContent = this.said();
        if (this.pad) this.paint();
        for (const choice of this.section.querySelectorAll("select")) choice.selectedIndex = this.rows[choice.dataset.step].indexOf(1);
      }

      // The pad

      /** Mouse, pen and fingers draw; arrow keys move a pen, and the space bar draws with it. */
      draw() {
        const [height, width] = [this.rows.length, this.rows[0].length];
        const place = ({ clientX, clientY }) => {
          const box = this.pad.getBoundingClientRect();
          return [((clientX - box.x) / box.width) * width - 0.5, ((clientY - box.y) / box.height) * height - 0.5];
        };
        let last;
        this.pad.addEventListener("pointerdown", (event) => {
          this.pad.setPointerCapture(event.pointerId);
          last = place(event);
          this.ink(last, last);
        });
        this.pad.addEventListener("pointermove", (event) => {
          if (!last || !event.buttons) return;
          const next = place(event);
          this.ink(last, next);
          last = next;
        });
        this.pad.addEventListener("pointerup", () => (last = undefined));
        this.pad.addEventListener("keydown", (event) => {
          const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
          if (!step && event.key !== " ") return;
          event.preventDefault();
          const [x, y] = this.pen || [width / 2, height / 2];
          if (step) this.pen = [Math.min(Math.max(x + step[0], 0), width - 1), Math.min(Math.max(y + step[1], 0), height - 1)];
          else this.ink([x, y], [x, y]);
          this.paint();
        });
        this.pad.addEventListener("blur", () => {
          this.pen = undefined;
          this.paint();
        });
      }

      /** A stroke from one point to another: full ink near the line, none from a little more than a pixel on. */
      ink([ax, ay], [bx, by]) {
        const length = (bx - ax) ** 2 + (by - ay) ** 2;
        this.rows = this.rows.map((row, y) =>
          row.map((value, x) => {
            const share = length ? clip(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length) : 0;
            const distance = Math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay));
            return Math.max(value, clip(1.8 - distance));
          })
        );
        this.change();
      }

      paint() {
        const context = this.pad.getContext("2d");
        const mix = (value) => `rgb(${[246, 246, 242].map((paper, i) => Math.round(paper + ([20, 22, 26][i] - paper) * value))})`;
        this.rows.forEach((row, y) =>
          row.forEach((value, x) => {
            context.fillStyle = mix(value);
            context.fillRect(x * 10, y * 10, 10, 10);
          })
        );
        if (!this.pen) return;
        context.strokeStyle = "#b35200";
        context.lineWidth = 2;
        context.strokeRect(this.pen[0] * 10, this.pen[1] * 10, 10, 10);
      }
    }

    """#
}
