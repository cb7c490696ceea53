extension LiveScript {
  static let places = #"""
    // Places of a page whose numbers a reader may change. Without this script the page shows the numbers that were
    // printed; with it, the page first computes those and says whether they are equal.

    /** A number as a field shows it, which has room for a few digits. */
    const short = (value) =>
      value !== 0 && Math.abs(value) < 0.001 ? String(value.toExponential(1)) : String(Number(value.toFixed(4)));

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
          : element.dataset.xs ? new CurveFollower(element)
          : element.dataset.bar ? new BarFollower(element) : new Follower(element)
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
        this.before = this.values;
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
        const node = Number(control.dataset.node);
        const changed = this.given.get(node).slice();
        changed[place] = control.valueAsNumber;
        this.given.set(node, changed);
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
        this.use();
        if (this.isWaiting) return;
        this.isWaiting = true;
        requestAnimationFrame(() => {
          this.isWaiting = false;
          this.values = this.compute();
          this.show();
        });
        clearTimeout(this.rest);
        this.rest = setTimeout(() => this.announce(), 700);
      }

      /** Controls stay in sight once they are used. Formulas beside each other keep their widths and so their places. */
      use() {
        const { classList } = this.section.querySelector(".controls");
        if (classList.contains("used")) return;
        classList.add("used");
        for (const formula of this.section.querySelectorAll(".formula")) {
          formula.style.setProperty("--width", `${Math.ceil(formula.getBoundingClientRect().width)}px`);
        }
      }

      show() {
        if (this.isPrinted) {
          this.restore();
          for (const choice of this.section.querySelectorAll("[data-choice]")) choice.selectedIndex = choice.dataset.selected;
        } else {
          for (const follower of this.followers) this.follow(follower);
        }
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

      follow(follower) {
        const text = follower.text(this.values, this.unit);
        follower.show(text);
        if (follower.mark) follower.mark(text !== follower.text(this.before, this.unit));
      }

      /** Shows what was printed, wherever the controls stand. */
      restore() {
        for (const follower of this.followers) follower.restore();
      }

      /** What a picture says to those who do not see it. */
      describe() {
        for (const { svg, desc, printed } of this.descriptions) {
          const shown = this.followers.filter(({ element, form }) => form === "fixed" && svg.contains(element));
          const list = shown.map(({ element, node }) => `${this.nodes[node].name} = ${element.textContent}`).join(", ");
          desc.textContent = this.isPrinted ? printed : list || this.said();
        }
      }

      /** Says the results once nothing has moved for a while. */
      announce() {
        this.section.querySelector("[aria-live]").textContent = this.said();
      }

      said() {
        const value = (node) => this.values[node][Math.min(this.unit, this.values[node].length - 1)];
        const list = this.data.results.slice(0, 3).map((node) => `${this.nodes[node].name} = ${plainest(value(node), 4)}`);
        return list.join(", ");
      }
    }

    """#
}
