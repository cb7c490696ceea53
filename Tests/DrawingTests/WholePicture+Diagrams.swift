extension WholePicture {
  static let diagrams: [String: WholePicture] = [
    "confusion": WholePicture(
      says: #"Confusion matrix of 3 classes: 85.07 % right. b₁ taken for c: 4; b₁ taken for a: 3; a taken for b₁: 2."#,
      shapes: #"""
        0 0 480 152
        <text x="121.93" y="15" class="fs" text-anchor="middle" font-size="14">predicted</text>
        <text x="14" y="97" class="fs" text-anchor="middle" font-size="14" transform="rotate(-90 14 97)">true</text>
        <text x="75.93" y="38" class="fk" text-anchor="middle" font-size="14">a</text>
        <text x="45.93" y="67.5" class="fk" text-anchor="end" font-size="14">a</text>
        <text x="121.93" y="38" class="fk" text-anchor="middle" font-size="14">b<tspan dy="3.92" font-size="10.08">1</tspan></text>
        <text x="45.93" y="101.5" class="fk" text-anchor="end" font-size="14">b<tspan dy="3.92" font-size="10.08">1</tspan></text>
        <text x="167.93" y="38" class="fk" text-anchor="middle" font-size="14">c</text>
        <text x="45.93" y="135.5" class="fk" text-anchor="end" font-size="14">c</text>
        <rect x="52.93" y="46" width="45" height="33" fill="#246095"/>
        <text x="75.43" y="67.9" fill="#ffffff" text-anchor="middle" font-size="14">17</text>
        <rect x="98.93" y="46" width="45" height="33" fill="#d49055"/>
        <text x="121.43" y="67.9" fill="#111111" text-anchor="middle" font-size="14">2</text>
        <rect x="144.93" y="46" width="45" height="33" fill="#f5f5f2"/>
        <rect x="52.93" y="80" width="45" height="33" fill="#cb762c"/>
        <text x="75.43" y="101.9" fill="#ffffff" text-anchor="middle" font-size="14">3</text>
        <rect x="98.93" y="80" width="45" height="33" fill="#6690b2"/>
        <text x="121.43" y="101.9" fill="#ffffff" text-anchor="middle" font-size="14">11</text>
        <rect x="144.93" y="80" width="45" height="33" fill="#c5630e"/>
        <text x="167.43" y="101.9" fill="#ffffff" text-anchor="middle" font-size="14">4</text>
        <rect x="52.93" y="114" width="45" height="33" fill="#f5f5f2"/>
        <rect x="98.93" y="114" width="45" height="33" fill="#e2bc9a"/>
        <text x="121.43" y="135.9" fill="#111111" text-anchor="middle" font-size="14">1</text>
        <rect x="144.93" y="114" width="45" height="33" fill="#13558d"/>
        <text x="167.43" y="135.9" fill="#ffffff" text-anchor="middle" font-size="14">29</text>
        """#,
      text: #"""
             predicted
        true   a b₁  c
           a  17  2  ·
          b₁   3 11  4
           c   ·  1 29
        85.07 % right
        """#,
      coloured: #"""
        ^[2m     predicted^[0m
        ^[2mtrue   a b₁  c^[0m
        ^[2m   a ^[0m^[38;5;231;48;5;24m 17^[0m^[38;5;233;48;5;173m  2^[0m^[2m  ·^[0m
        ^[2m  b₁ ^[0m^[38;5;231;48;5;172m  3^[0m^[38;5;231;48;5;67m 11^[0m^[38;5;231;48;5;166m  4^[0m
        ^[2m   c   ·^[0m^[38;5;233;48;5;180m  1^[0m^[38;5;231;48;5;24m 29^[0m
        85.07 % right
        """#
    ),
    "layout": WholePicture(
      says: #"Tensor layout. x: [2, 2], t = 0 = [x₀ y | z w], u = [q]; after transpose: [1, 3], [q x₀ y]."#,
      shapes: #"""
        0 0 480 194
        <text x="2" y="18" class="fk" font-weight="600">x: [2, 2]</text>
        <text x="2" y="41" class="fs" font-size="13">t = 0</text>
        <rect x="2" y="46" width="22.5" height="22.5" class="ft0 sh0"/>
        <text x="13.25" y="62" class="fh0" text-anchor="middle" font-size="14">x<tspan dy="3.92" font-size="10.08">0</tspan></text>
        <rect x="26" y="46" width="22.5" height="22.5" class="ft1 sh1"/>
        <text x="37.25" y="62" class="fh1" text-anchor="middle" font-size="14">y</text>
        <rect x="2" y="70" width="22.5" height="22.5" class="ft2 sh2"/>
        <text x="13.25" y="86" class="fh2" text-anchor="middle" font-size="14">z</text>
        <rect x="26" y="70" width="22.5" height="22.5" class="ft3 sh3"/>
        <text x="37.25" y="86" class="fh3" text-anchor="middle" font-size="14">w</text>
        <text x="66" y="41" class="fs" font-size="13">u</text>
        <rect x="66" y="46" width="22.5" height="22.5" class="ft5 sh5"/>
        <text x="77.25" y="62" class="fh5" text-anchor="middle" font-size="14">q</text>
        <path d="M20 102L20 126" fill="none" class="ss" stroke-width="1.5"/>
        <path d="M20 130L16.5 123 23.5 123z" class="fs"/>
        <text x="32" y="121" class="fs" font-size="14">transpose</text>
        <text x="2" y="152" class="fk" font-weight="600">[1, 3]</text>
        <text x="2" y="175" class="fs" font-size="13"></text>
        <rect x="2" y="162" width="22.5" height="22.5" class="ft5 sh5"/>
        <text x="13.25" y="178" class="fh5" text-anchor="middle" font-size="14">q</text>
        <rect x="26" y="162" width="22.5" height="22.5" class="ft0 sh0"/>
        <text x="37.25" y="178" class="fh0" text-anchor="middle" font-size="14">x<tspan dy="3.92" font-size="10.08">0</tspan></text>
        <rect x="50" y="162" width="22.5" height="22.5" class="ft1 sh1"/>
        <text x="61.25" y="178" class="fh1" text-anchor="middle" font-size="14">y</text>
        """#,
      text: #"""
        x: [2, 2]
        t = 0    u
        │x₀ y │  │q│
        │z  w │
          ↓ transpose
        [1, 3]
        │q  x₀ y │
        """#,
      coloured: #"""
        ^[1mx: [2, 2]^[0m
        ^[2mt = 0^[0m    ^[2mu^[0m
        ^[2m│^[0m^[38;5;32mx₀^[0m ^[38;5;172my ^[0m^[2m│^[0m  ^[2m│^[0m^[38;5;74mq^[0m^[2m│^[0m
        ^[2m│^[0m^[38;5;36mz ^[0m ^[38;5;169mw ^[0m^[2m│^[0m
        ^[2m  ↓ transpose^[0m
        ^[1m[1, 3]^[0m
        ^[2m│^[0m^[38;5;74mq ^[0m ^[38;5;32mx₀^[0m ^[38;5;172my ^[0m^[2m│^[0m
        """#
    ),
    "network": WholePicture(
      says:
        #"A network unrolled over 5 steps, from the input upwards: x, LSTM, 3 with output h of shape [3], bidirectional GRU, 4 with output g of shape [8], Dense with output y at the last step. Every recurrent layer starts from s₀."#,
      shapes: #"""
        0 0 530.1 558
        <path d="M116.25 459L116.25 410" fill="none" class="sk" stroke-width="1.75"/>
        <path d="M116.25 405L120.25 413 112.25 413z" class="fk"/>
        <path d="M116.25 369L116.25 284" fill="none" class="sk" stroke-width="1.75"/>
        <path d="M116.25 279L120.25 287 112.25 287z" class="fk"/>
        <path d="M218.55 459L218.55 410" fill="none" class="sk" stroke-width="1.75"/>
        <path d="M218.55 405L222.55 413 214.55 413z" class="fk"/>
        <path d="M218.55 369L218.55 284" fill="none" class="sk" stroke-width="1.75"/>
        <path d="M218.55 279L222.55 287 214.55 287z" class="fk"/>
        <path d="M423.15 459L423.15 410" fill="none" class="sk" stroke-width="1.75"/>
        <path d="M423.15 405L427.15 413 419.15 413z" class="fk"/>
        <path d="M423.15 369L423.15 284" fill="none" class="sk" stroke-width="1.75"/>
        <path d="M423.15 279L427.15 287 419.15 287z" class="fk"/>
        <path d="M423.15 207L423.15 122" fill="none" class="sk" stroke-width="1.75"/>
        <path d="M423.15 117L427.15 125 419.15 125z" class="fk"/>
        <path d="M423.15 81L423.15 50" fill="none" class="sk" stroke-width="1.75"/>
        <path d="M423.15 45L427.15 53 419.15 53z" class="fk"/>
        <path d="M23.25 387L83.35 387" fill="none" class="sh0" stroke-width="1.75"/>
        <path d="M88.35 387L80.35 391 80.35 383z" class="fh0"/>
        <path d="M144.15 387L185.65 387" fill="none" class="sh0" stroke-width="1.75"/>
        <path d="M190.65 387L182.65 391 182.65 383z" class="fh0"/>
        <path d="M246.45 387L297.25 387" fill="none" class="sh0" stroke-width="1.75"/>
        <path d="M302.25 387L294.25 391 294.25 383z" class="fh0"/>
        <path d="M339.45 387L390.25 387" fill="none" class="sh0" stroke-width="1.75"/>
        <path d="M395.25 387L387.25 391 387.25 383z" class="fh0"/>
        <path d="M23.25 225L83.35 225" fill="none" class="sh1" stroke-width="1.75"/>
        <path d="M88.35 225L80.35 229 80.35 221z" class="fh1"/>
        <path d="M144.15 225L185.65 225" fill="none" class="sh1" stroke-width="1.75"/>
        <path d="M190.65 225L182.65 229 182.65 221z" class="fh1"/>
        <path d="M190.65 261L149.15 261" fill="none" class="sh1" stroke-width="1.75"/>
        <path d="M144.15 261L152.15 257 152.15 265z" class="fh1"/>
        <path d="M246.45 225L297.25 225" fill="none" class="sh1" stroke-width="1.75"/>
        <path d="M302.25 225L294.25 229 294.25 221z" class="fh1"/>
        <path d="M302.25 261L251.45 261" fill="none" class="sh1" stroke-width="1.75"/>
        <path d="M246.45 261L254.45 257 254.45 265z" class="fh1"/>
        <path d="M339.45 225L390.25 225" fill="none" class="sh1" stroke-width="1.75"/>
        <path d="M395.25 225L387.25 229 387.25 221z" class="fh1"/>
        <path d="M395.25 261L344.45 261" fill="none" class="sh1" stroke-width="1.75"/>
        <path d="M339.45 261L347.45 257 347.45 265z" class="fh1"/>
        <path d="M525.45 261L456.05 261" fill="none" class="sh1" stroke-width="1.75"/>
        <path d="M451.05 261L459.05 257 459.05 265z" class="fh1"/>
        <rect x="88.35" y="369" width="55.8" height="36" rx="5" class="ft0 sh0" stroke-width="1.5"/>
        <rect x="88.35" y="207" width="55.8" height="72" rx="5" class="ft1 sh1" stroke-width="1.5"/>
        <rect x="190.65" y="369" width="55.8" height="36" rx="5" class="ft0 sh0" stroke-width="1.5"/>
        <rect x="190.65" y="207" width="55.8" height="72" rx="5" class="ft1 sh1" stroke-width="1.5"/>
        <rect x="395.25" y="369" width="55.8" height="36" rx="5" class="ft0 sh0" stroke-width="1.5"/>
        <rect x="395.25" y="207" width="55.8" height="72" rx="5" class="ft1 sh1" stroke-width="1.5"/>
        <rect x="395.25" y="81" width="55.8" height="36" rx="5" class="ft2 sh2" stroke-width="1.5"/>
        <text x="116.25" y="482" class="fk" text-anchor="middle" font-weight="600">x<tspan dy="4.2" font-size="10.8">1</tspan></text>
        <text x="130.2" y="428" class="fs">[2]</text>
        <text x="116.25" y="392" class="fh0" text-anchor="middle" font-weight="600">h<tspan dy="4.2" font-size="10.8">1</tspan></text>
        <text x="130.2" y="320" class="fs">[3]</text>
        <text x="116.25" y="248" class="fh1" text-anchor="middle" font-weight="600">g<tspan dy="4.2" font-size="10.8">1</tspan></text>
        <text x="218.55" y="482" class="fk" text-anchor="middle" font-weight="600">x<tspan dy="4.2" font-size="10.8">2</tspan></text>
        <text x="232.5" y="428" class="fs">[2]</text>
        <text x="218.55" y="392" class="fh0" text-anchor="middle" font-weight="600">h<tspan dy="4.2" font-size="10.8">2</tspan></text>
        <text x="232.5" y="320" class="fs">[3]</text>
        <text x="218.55" y="248" class="fh1" text-anchor="middle" font-weight="600">g<tspan dy="4.2" font-size="10.8">2</tspan></text>
        <text x="320.85" y="482" class="fk" text-anchor="middle">…</text>
        <text x="423.15" y="482" class="fk" text-anchor="middle" font-weight="600">x<tspan dy="4.2" font-size="10.8">5</tspan></text>
        <text x="437.1" y="428" class="fs">[2]</text>
        <text x="423.15" y="392" class="fh0" text-anchor="middle" font-weight="600">h<tspan dy="4.2" font-size="10.8">5</tspan></text>
        <text x="437.1" y="320" class="fs">[3]</text>
        <text x="423.15" y="248" class="fh1" text-anchor="middle" font-weight="600">g<tspan dy="4.2" font-size="10.8">5</tspan></text>
        <text x="437.1" y="158" class="fs">[8]</text>
        <text x="423.15" y="104" class="fh2" text-anchor="middle" font-weight="600">y<tspan dy="4.2" font-size="10.8">5</tspan></text>
        <text x="437.1" y="68" class="fs">[6]</text>
        <text x="0" y="374" class="fh0">h<tspan dy="4.2" font-size="10.8">0</tspan><tspan dy="-4.2">=s</tspan><tspan dy="4.2" font-size="10.8">0</tspan></text>
        <text x="320.85" y="392" class="fh0" text-anchor="middle">…</text>
        <text x="0" y="212" class="fh1">g<tspan dy="4.2" font-size="10.8">0</tspan><tspan dy="-4.2">=s</tspan><tspan dy="4.2" font-size="10.8">0</tspan></text>
        <text x="320.85" y="248" class="fh1" text-anchor="middle">…</text>
        <text x="530.1" y="284" class="fh1" text-anchor="end">s<tspan dy="4.2" font-size="10.8">0</tspan></text>
        <text x="0" y="518" class="fs">y<tspan dy="4.2" font-size="10.8">t</tspan><tspan dy="-4.2">: Dense</tspan></text>
        <text x="0" y="536" class="fs">g<tspan dy="4.2" font-size="10.8">t</tspan><tspan dy="-4.2">: GRU, 4</tspan></text>
        <text x="0" y="554" class="fs">h<tspan dy="4.2" font-size="10.8">t</tspan><tspan dy="-4.2">: LSTM, 3</tspan></text>
        """#,
      text: #"""


                                          ▴
                                          │ [6]
                                       ╭─────╮
                                       │ y₅  │
                                       ╰─────╯
                                          ▴
                                          │ [8]
                                          │
                                          │
        g₀=s₀    ╭─────╮               ╭─────╮
          ──────▸│     │─────▸   ─────▸│     │
                 │ g₁  │       …       │ g₅  │
                 │     │◂─────   ◂─────│     │◂───────
                 ╰─────╯               ╰─────╯      s₀
                    ▴                     ▴
                    │ [3]                 │ [3]
                    │                     │
                    │                     │
        h₀=s₀    ╭─────╮               ╭─────╮
          ──────▸│ h₁  │─────▸ … ─────▸│ h₅  │
                 ╰─────╯               ╰─────╯
                    ▴ [2]                 ▴ [2]
                    │                     │
                    │                     │
                   x₁          …         x₅

        yₜ: Dense
        gₜ: GRU, 4
        hₜ: LSTM, 3
        """#,
      coloured: #"""
        yₜ Dense [6]
        gₜ ⇄ GRU, 4 [8]
        hₜ → LSTM, 3 [3]
        xₜ [2] (t = 1 … 5)
        """#
    ),
    "short network": WholePicture(
      says: #"A network unrolled over 2 steps, from the input upwards: x, Dense with output p at every step."#,
      shapes: #"""
        0 0 223.2 180
        <path d="M51.15 117L51.15 86" fill="none" class="sk" stroke-width="1.75"/>
        <path d="M51.15 81L55.15 89 47.15 89z" class="fk"/>
        <path d="M51.15 45L51.15 14" fill="none" class="sk" stroke-width="1.75"/>
        <path d="M51.15 9L55.15 17 47.15 17z" class="fk"/>
        <path d="M153.45 117L153.45 86" fill="none" class="sk" stroke-width="1.75"/>
        <path d="M153.45 81L157.45 89 149.45 89z" class="fk"/>
        <path d="M153.45 45L153.45 14" fill="none" class="sk" stroke-width="1.75"/>
        <path d="M153.45 9L157.45 17 149.45 17z" class="fk"/>
        <rect x="23.25" y="45" width="55.8" height="36" rx="5" fill="none" class="sk" stroke-width="1.5"/>
        <rect x="125.55" y="45" width="55.8" height="36" rx="5" fill="none" class="sk" stroke-width="1.5"/>
        <text x="51.15" y="140" class="fk" text-anchor="middle" font-weight="600">x<tspan dy="4.2" font-size="10.8">1</tspan></text>
        <text x="51.15" y="68" class="fk" text-anchor="middle" font-weight="600">p<tspan dy="4.2" font-size="10.8">1</tspan></text>
        <text x="153.45" y="140" class="fk" text-anchor="middle" font-weight="600">x<tspan dy="4.2" font-size="10.8">2</tspan></text>
        <text x="153.45" y="68" class="fk" text-anchor="middle" font-weight="600">p<tspan dy="4.2" font-size="10.8">2</tspan></text>
        <text x="0" y="176" class="fs">p<tspan dy="4.2" font-size="10.8">t</tspan><tspan dy="-4.2">: Dense</tspan></text>
        """#,
      text: #"""
             ▴          ▴
             │          │
          ╭─────╮    ╭─────╮
          │ p₁  │    │ p₂  │
          ╰─────╯    ╰─────╯
             ▴          ▴
             │          │
            x₁         x₂

        pₜ: Dense
        """#,
      coloured: #"""
             ▴          ▴
             │          │
          ╭─────╮    ╭─────╮
          │ ^[1mp₁^[0m  │    │ ^[1mp₂^[0m  │
          ╰─────╯    ╰─────╯
             ▴          ▴
             │          │
            ^[1mx₁^[0m         ^[1mx₂^[0m

        ^[2mpₜ: Dense^[0m
        """#
    ),
  ]
}
