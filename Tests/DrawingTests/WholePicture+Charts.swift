extension WholePicture {
  static let charts: [String: WholePicture] = [
    "lines": WholePicture(
      says:
        #"Line chart over step t. a₁: from 2 to 5, between 2 and 12; b: from 3 to 4, between 3 and 4; : from 6 to 6, between 6 and 6; The shaded range: all."#,
      shapes: #"""
        0 0 480 334
        <path d="M2 13L24 13" fill="none" class="sh0" stroke-width="2.5"/>
        <text x="30" y="18" class="fk" font-size="14">a<tspan dy="3.92" font-size="10.08">1</tspan></text>
        <path d="M62.93 13L84.93 13" fill="none" class="sh1" stroke-width="2.5" stroke-dasharray="5 4"/>
        <text x="90.93" y="18" class="fk" font-size="14">b</text>
        <rect x="121.61" y="7" width="14" height="12" class="ft5"/>
        <text x="145.61" y="18" class="fk" font-size="14">all</text>
        <path d="M20.06 255.25L464 255.25" fill="none" class="sl"/>
        <text x="14.06" y="259.75" class="fs" text-anchor="end" font-size="13">2</text>
        <path d="M20.06 197.75L464 197.75" fill="none" class="sl"/>
        <text x="14.06" y="202.25" class="fs" text-anchor="end" font-size="13">4</text>
        <path d="M20.06 140.25L464 140.25" fill="none" class="sl"/>
        <text x="14.06" y="144.75" class="fs" text-anchor="end" font-size="13">6</text>
        <path d="M20.06 82.75L464 82.75" fill="none" class="sl"/>
        <text x="14.06" y="87.25" class="fs" text-anchor="end" font-size="13">8</text>
        <path d="M20.06 284L20.06 289" fill="none" class="ss"/>
        <text x="20.06" y="303" class="fs" text-anchor="middle" font-size="13">0</text>
        <path d="M131.05 284L131.05 289" fill="none" class="ss"/>
        <text x="131.05" y="303" class="fs" text-anchor="middle" font-size="13">1</text>
        <path d="M242.03 284L242.03 289" fill="none" class="ss"/>
        <text x="242.03" y="303" class="fs" text-anchor="middle" font-size="13">2</text>
        <path d="M353.02 284L353.02 289" fill="none" class="ss"/>
        <text x="353.02" y="303" class="fs" text-anchor="middle" font-size="13">3</text>
        <path d="M464 284L464 289" fill="none" class="ss"/>
        <text x="464" y="303" class="fs" text-anchor="middle" font-size="13">4</text>
        <path d="M20.06 284L464 284" fill="none" class="ss"/>
        <text x="242.03" y="326" class="fs" text-anchor="middle" font-size="14">step t</text>
        <text x="2" y="40" class="fs" font-size="14">loss</text>
        <path d="M131.05 197.75L242.03 82.75 353.02 54 353.02 255.25 242.03 226.5 131.05 284z" class="ft5"/>
        <path d="M20.06 255.25L131.05 111.5" fill="none" class="sh0" stroke-width="2.2"/>
        <path d="M400.58 54L464 169" fill="none" class="sh0" stroke-width="2.2"/>
        <path d="M242.03 226.5L353.02 197.75" fill="none" class="sh1" stroke-width="2.2" stroke-dasharray="5 4"/>
        <circle cx="75.55" cy="140.25" r="3" class="fh2"/>
        """#,
      text: #"""
        ⠤⠤⠤⠤ a₁   ⠤ ⠤  b   ⡑⢌⡑ all
        loss
          │                         ⡀ ⡀⠄⡀⠄⡂⠅   ⠘⢄
        8 ┤                     ⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅     ⠣⡀
          │         ⡠⠊      ⡀⠄⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅      ⠘⢄
        6 ┤      ⢀⠔⠊      ⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅        ⠣⡀
        4 ┤    ⢀⠔⠁    ⡀⠄⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⡅         ⠈
          │  ⡠⠔⠁      ⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⣅⡂⠥⡂⠗⡂⠏⡂⠍⡂⠅
        2 ┤⡠⠊         ⡂⠅⡂⠅⡂⠅⡂⠅⠂⠁     ⠁⠂⠁⠂⠅⠂⠅
          │           ⡂⠅⠂⠁
          └┬────────────────────┬────────────────────┬
           0                    2                    4
                             step t
        """#,
      coloured: #"""
        ^[38;5;32m⠤⠤⠤⠤^[0m a₁   ^[38;5;172m⠤⠤ ⠤^[0m b   ^[2m⡑⢌⡑^[0m all
        ^[2mloss^[0m
        ^[2m8 ┤^[0m                 ^[2m⡀⠄⡀⠄⡂⠄⡂^[0m  ^[38;5;32m⠣⡀^[0m
        ^[2m  │^[0m       ^[38;5;32m⡠^[0m     ^[2m⡀⠄⡂⠅⡂⠅⡂⠅⡂⠅⡂^[0m   ^[38;5;32m⠘⢄^[0m
        ^[2m6 ┤^[0m    ^[38;5;36m⠂^[0m^[38;5;32m⡠⠊^[0m    ^[2m⡀⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂^[0m     ^[38;5;32m⠣⡀^[0m
        ^[2m4 ┤^[0m  ^[38;5;32m⢀⠔⠊^[0m   ^[2m⠄⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅^[0m^[38;5;172m⣂^[0m^[2m⠅^[0m^[38;5;172m⣂⠥^[0m^[2m⡂^[0m      ^[38;5;32m⠈^[0m
        ^[2m  │^[0m^[38;5;32m⢀⠔⠁^[0m     ^[2m⠅⡂⠅⡂⠅⡂⠅^[0m^[38;5;172m⠒⠓^[0m^[2m⠂^[0m^[38;5;172m⠍⠃^[0m^[2m⠅⡂⠅⡂^[0m
        ^[2m2 ┤^[0m^[38;5;32m⠁^[0m       ^[2m⠅⠂⠅⠂⠁^[0m
        ^[2m  └┬──────────────┬──────────────┬^[0m
        ^[2m   0              2              4^[0m
        ^[2m               step t^[0m
        """#
    ),
    "decades": WholePicture(
      says: #"Line chart. r: from 300 to 7, between 0.02 and 300."#,
      shapes: #"""
        0 0 480 292
        <path d="M2 13L24 13" fill="none" class="sh0" stroke-width="2.5"/>
        <text x="30" y="18" class="fk" font-size="14">r</text>
        <path d="M44.24 264L464 264" fill="none" class="sl"/>
        <text x="38.24" y="268.5" class="fs" text-anchor="end" font-size="13">0.01</text>
        <path d="M44.24 218L464 218" fill="none" class="sl"/>
        <text x="38.24" y="222.5" class="fs" text-anchor="end" font-size="13">0.1</text>
        <path d="M44.24 172L464 172" fill="none" class="sl"/>
        <text x="38.24" y="176.5" class="fs" text-anchor="end" font-size="13">1</text>
        <path d="M44.24 126L464 126" fill="none" class="sl"/>
        <text x="38.24" y="130.5" class="fs" text-anchor="end" font-size="13">10</text>
        <path d="M44.24 80L464 80" fill="none" class="sl"/>
        <text x="38.24" y="84.5" class="fs" text-anchor="end" font-size="13">100</text>
        <path d="M44.24 34L464 34" fill="none" class="sl"/>
        <text x="38.24" y="38.5" class="fs" text-anchor="end" font-size="13">1000</text>
        <path d="M44.24 264L44.24 269" fill="none" class="ss"/>
        <text x="44.24" y="283" class="fs" text-anchor="middle" font-size="13">1</text>
        <path d="M184.16 264L184.16 269" fill="none" class="ss"/>
        <text x="184.16" y="283" class="fs" text-anchor="middle" font-size="13">2</text>
        <path d="M324.08 264L324.08 269" fill="none" class="ss"/>
        <text x="324.08" y="283" class="fs" text-anchor="middle" font-size="13">3</text>
        <path d="M464 264L464 269" fill="none" class="ss"/>
        <text x="464" y="283" class="fs" text-anchor="middle" font-size="13">4</text>
        <path d="M44.24 264L464 264" fill="none" class="ss"/>
        <path d="M44.24 58.05L184.16 250.15 324.08 139.85" fill="none" class="sh0" stroke-width="2.2"/>
        """#,
      text: #"""
        ⠤⠤⠤⠤ r
        10000 ┤
              │⡀
          100 ┤⠈⠑⢄⡀
              │   ⠈⠢⢄                   ⣀
            1 ┤      ⠑⠢⣀           ⢀⣀⠤⠒⠉
              │         ⠑⠤⡀    ⣀⠤⠔⠊⠁
         0.01 ┤           ⠈⠒⠤⠒⠉
              └─────────────┬────────────────────────┬
                            2                        4
        """#,
      coloured: #"""
        ^[38;5;32m⠤⠤⠤⠤^[0m r
        ^[2m10000 ┤^[0m
        ^[2m      │^[0m^[38;5;32m⢄^[0m
        ^[2m  100 ┤^[0m ^[38;5;32m⠑⠤⡀^[0m
        ^[2m    1 ┤^[0m   ^[38;5;32m⠈⠢⡀^[0m         ^[38;5;32m⢀⡠⠔^[0m
        ^[2m      │^[0m     ^[38;5;32m⠈⠢⢄^[0m   ^[38;5;32m⢀⡠⠔⠊⠁^[0m
        ^[2m 0.01 ┤^[0m        ^[38;5;32m⠑⠔⠊⠁^[0m
        ^[2m      └─────────┬────────────────┬^[0m
        ^[2m                2                4^[0m
        """#
    ),
    "function": WholePicture(
      says: #"Line chart. f: from −2 to 6, between −3 and 6."#,
      shapes: #"""
        0 0 480 292
        <path d="M2 13L24 13" fill="none" class="sh0" stroke-width="2.5" stroke-dasharray="5 4"/>
        <text x="30" y="18" class="fk" font-size="14">f</text>
        <path d="M28.12 264L464 264" fill="none" class="sl"/>
        <text x="22.12" y="268.5" class="fs" text-anchor="end" font-size="13">−4</text>
        <path d="M28.12 218L464 218" fill="none" class="sl"/>
        <text x="22.12" y="222.5" class="fs" text-anchor="end" font-size="13">−2</text>
        <path d="M28.12 172L464 172" fill="none" class="sl"/>
        <text x="22.12" y="176.5" class="fs" text-anchor="end" font-size="13">0</text>
        <path d="M28.12 126L464 126" fill="none" class="sl"/>
        <text x="22.12" y="130.5" class="fs" text-anchor="end" font-size="13">2</text>
        <path d="M28.12 80L464 80" fill="none" class="sl"/>
        <text x="22.12" y="84.5" class="fs" text-anchor="end" font-size="13">4</text>
        <path d="M28.12 34L464 34" fill="none" class="sl"/>
        <text x="22.12" y="38.5" class="fs" text-anchor="end" font-size="13">6</text>
        <path d="M28.12 264L28.12 269" fill="none" class="ss"/>
        <text x="28.12" y="283" class="fs" text-anchor="middle" font-size="13">−1</text>
        <path d="M137.09 264L137.09 269" fill="none" class="ss"/>
        <text x="137.09" y="283" class="fs" text-anchor="middle" font-size="13">0</text>
        <path d="M246.06 264L246.06 269" fill="none" class="ss"/>
        <text x="246.06" y="283" class="fs" text-anchor="middle" font-size="13">1</text>
        <path d="M355.03 264L355.03 269" fill="none" class="ss"/>
        <text x="355.03" y="283" class="fs" text-anchor="middle" font-size="13">2</text>
        <path d="M464 264L464 269" fill="none" class="ss"/>
        <text x="464" y="283" class="fs" text-anchor="middle" font-size="13">3</text>
        <path d="M28.12 264L464 264" fill="none" class="ss"/>
        <path d="M28.12 218L137.09 241 246.06 218 355.03 149 464 34" fill="none" class="sh0" stroke-width="2.2" stroke-dasharray="5 4"/>
        """#,
      text: #"""
        ⠤⠤⠤⠤ f
        10 ┤
           │
         5 ┤                                      ⢀⡠⠔⠊
           │                                  ⢀⡠⠔⠊⠁
           │                              ⢀⡠⠔⠊⠁
         0 ┤                       ⢀⣀⡠⠤⠒⠊⠉⠁
           │⠒⠒⠒⠤⠤⠤⠤⠤⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠔⠒⠒⠒⠉⠁
        −5 ┤
           └──────────┬────────────────────┬──────────
                      0                    2
        """#,
      coloured: #"""
        ^[38;5;32m⠤⠤ ⠤^[0m f
        ^[2m10 ┤^[0m
        ^[2m   │^[0m                            ^[38;5;32m⢀^[0m
        ^[2m 5 ┤^[0m                        ^[38;5;32m⢀⡠^[0m ^[38;5;32m⠊⠁^[0m
        ^[2m 0 ┤^[0m                   ^[38;5;32m⢀^[0m ^[38;5;32m⡠⠔^[0m ^[38;5;32m⠁^[0m
        ^[2m   │^[0m^[38;5;32m⠤⠤^[0m ^[38;5;32m⣀⣀^[0m    ^[38;5;32m⢀⣀^[0m ^[38;5;32m⣀⡠^[0m ^[38;5;32m⠤⠒^[0m ^[38;5;32m⠉⠁^[0m
        ^[2m−5 ┤^[0m      ^[38;5;32m⠉⠉^[0m ^[38;5;32m⠁^[0m
        ^[2m   └───────┬──────────────┬───────^[0m
        ^[2m           0              2^[0m
        """#
    ),
    "bars": WholePicture(
      says: #"Bars: up: 2.5 ms, d_ow: −1 ms, no: none, z: 0 ms."#,
      shapes: #"""
        0 0 480 108
        <rect x="142.74" y="7" width="278.9" height="17" class="fh0"/>
        <text x="23.18" y="20.5" class="fk" text-anchor="end" font-size="14">up</text>
        <text x="427.64" y="20" class="fs" font-size="13">2.5 ms</text>
        <rect x="31.18" y="32" width="111.56" height="17" class="fh1"/>
        <text x="23.18" y="45.5" class="fk" text-anchor="end" font-size="14">d<tspan dy="3.92" font-size="10.08">ow</tspan></text>
        <text x="148.74" y="45" class="fs" font-size="13">−1 ms</text>
        <rect x="142.74" y="57" width="0.8" height="17" class="fh0"/>
        <text x="23.18" y="70.5" class="fk" text-anchor="end" font-size="14">no</text>
        <text x="148.74" y="70" class="fs" font-size="13">none</text>
        <rect x="142.74" y="82" width="0.8" height="17" class="fh0"/>
        <text x="23.18" y="95.5" class="fk" text-anchor="end" font-size="14">z</text>
        <text x="148.74" y="95" class="fs" font-size="13">0 ms</text>
        <path d="M142.74 4L142.74 104" fill="none" class="ss"/>
        """#,
      text: #"""
          up           ████████████████████████ 2.5 ms
        d_ow █████████▊ −1 ms
          no            none
           z            0 ms
        """#,
      coloured: #"""
          up       ^[38;5;32m███████████████▊^[0m^[2m 2.5 ms^[0m
        d_ow ^[38;5;172m██████▎^[0m^[2m −1 ms^[0m
          no       ^[2m none^[0m
           z       ^[2m 0 ms^[0m
        """#
    ),
    "timeline": WholePicture(
      says: #"Timeline of 2 lanes over 80 µs. Totals: MatMul 40 µs, b 5 µs, c 4 µs, d 3 µs, e 2.5 µs, tiny 2 µs."#,
      shapes: #"""
        0 0 480 196
        <rect x="6" y="7" width="14" height="12" class="fh0"/>
        <text x="30" y="18" class="fk" font-size="14">MatMul</text>
        <rect x="104.08" y="7" width="14" height="12" class="fh1"/>
        <text x="128.08" y="18" class="fk" font-size="14">b</text>
        <rect x="158.76" y="7" width="14" height="12" class="fh2"/>
        <text x="182.76" y="18" class="fk" font-size="14">c</text>
        <rect x="213.44" y="7" width="14" height="12" class="fh3"/>
        <text x="237.44" y="18" class="fk" font-size="14">d</text>
        <rect x="268.12" y="7" width="14" height="12" class="fh4"/>
        <text x="292.12" y="18" class="fk" font-size="14">e</text>
        <rect x="322.8" y="7" width="14" height="12" class="fh5"/>
        <text x="346.8" y="18" class="fk" font-size="14">tiny</text>
        <rect x="403.52" y="7" width="14" height="12" class="fs"/>
        <text x="427.52" y="18" class="fk" font-size="14">other</text>
        <text x="4" y="45" class="fs" font-size="14">main</text>
        <rect x="4" y="52" width="459.4" height="4" class="fl"/>
        <rect x="4" y="56" width="459.4" height="13" class="fl"/>
        <text x="234" y="66.5" class="fk" text-anchor="middle" font-size="12">step</text>
        <rect x="32.75" y="72" width="229.4" height="4" class="fh0"/>
        <rect x="32.75" y="76" width="229.4" height="13" class="ft0"/>
        <text x="147.75" y="86.5" class="fk" text-anchor="middle" font-size="12">MatMul</text>
        <rect x="291.5" y="72" width="10.9" height="17" class="fh5"/>
        <rect x="308.75" y="72" width="28.15" height="4" class="fh1"/>
        <rect x="308.75" y="76" width="28.15" height="13" class="ft1"/>
        <text x="323.13" y="86.5" class="fk" text-anchor="middle" font-size="12">B</text>
        <text x="4" y="113" class="fs" font-size="14">w<tspan dy="3.92" font-size="10.08">1</tspan></text>
        <rect x="61.5" y="120" width="22.4" height="4" class="fh2"/>
        <rect x="61.5" y="124" width="22.4" height="13" class="ft2"/>
        <text x="73" y="134.5" class="fk" text-anchor="middle" font-size="12">c</text>
        <rect x="119" y="120" width="16.65" height="4" class="fh3"/>
        <rect x="119" y="124" width="16.65" height="13" class="ft3"/>
        <text x="127.63" y="134.5" class="fk" text-anchor="middle" font-size="12">d</text>
        <rect x="176.5" y="120" width="13.78" height="4" class="fh4"/>
        <rect x="176.5" y="124" width="13.78" height="13" class="ft4"/>
        <text x="183.69" y="134.5" class="fk" text-anchor="middle" font-size="12">e</text>
        <rect x="234" y="120" width="5.15" height="17" class="fs"/>
        <path d="M4 148L464 148" fill="none" class="ss"/>
        <path d="M61.5 148L61.5 153" fill="none" class="ss"/>
        <text x="61.5" y="167" class="fs" text-anchor="middle" font-size="13">20</text>
        <path d="M176.5 148L176.5 153" fill="none" class="ss"/>
        <text x="176.5" y="167" class="fs" text-anchor="middle" font-size="13">40</text>
        <path d="M291.5 148L291.5 153" fill="none" class="ss"/>
        <text x="291.5" y="167" class="fs" text-anchor="middle" font-size="13">60</text>
        <path d="M406.5 148L406.5 153" fill="none" class="ss"/>
        <text x="406.5" y="167" class="fs" text-anchor="middle" font-size="13">80</text>
        <text x="234" y="188" class="fs" text-anchor="middle" font-size="14">time [µs]</text>
        """#,
      text: #"""
        A MatMul   B b   C c   D d   E e   F tiny
        x other
        main
        ╶─────────────────── step ───────────────────╴
          AAAAAAAAAAAAAAAAAAAAAAAA  FFBBBB
        w₁
             CCCC  DDD   EE    x
        10 µs                                    90 µs
        """#,
      coloured: #"""
        ^[38;5;32m██^[0m MatMul   ^[38;5;172m██^[0m b   ^[38;5;36m██^[0m c   ^[38;5;169m██^[0m d
        ^[38;5;142m██^[0m e   ^[38;5;74m██^[0m tiny   ^[2m██^[0m other
        ^[2mmain^[0m
        ^[2m╶───────────── step ─────────────╴^[0m
          ^[38;5;32m██████████████████^[0m ^[38;5;74m██^[0m^[38;5;172m██^[0m
        ^[2mw₁^[0m
            ^[38;5;36m██^[0m  ^[38;5;169m██^[0m  ^[38;5;142m██^[0m   ^[2m█^[0m
        ^[2m10 µs                        90 µs^[0m
        """#
    ),
    "note": WholePicture(
      says: #"There is nothing to_draw: this sentence is longer than one line of the note can be."#,
      shapes: #"""
        0 0 480 72
        <rect x="1" y="1" width="478" height="70" rx="6" fill="none" class="sl" stroke-dasharray="5 4"/>
        <text x="240" y="30" class="fs" text-anchor="middle">There is nothing to_draw: this sentence is</text>
        <text x="240" y="50" class="fs" text-anchor="middle">longer than one line of the note can be.</text>
        """#,
      text: #"""
        (There is nothing to_draw: this sentence is
        longer than one line of the note can be.)
        """#,
      coloured: #"""
        ^[2m(There is nothing to_draw: this^[0m
        ^[2msentence is longer than one line^[0m
        ^[2mof the note can be.)^[0m
        """#
    ),
  ]
}
