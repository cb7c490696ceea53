extension WholePicture {
  static let maps: [String: WholePicture] = [
    "numbers": WholePicture(
      says: #"A heat map of 2 rows and 3 columns, values from −1 to 3; blocks of columns: i (2), f (7)."#,
      shapes: #"""
        0 0 480 150
        <path d="M41.86 34h44v24h-44z" fill="#f4e8da" shape-rendering="crispEdges"/>
        <path d="M85.86 34h44v24h-44z" fill="#99c6df" shape-rendering="crispEdges"/>
        <path d="M134.86 34h44v24h-44z" fill="#d6833a" shape-rendering="crispEdges"/>
        <path d="M41.86 58h44v24h-44z" fill="#a84a00" shape-rendering="crispEdges"/>
        <path d="M85.86 58h44v24h-44z" fill="#808080" shape-rendering="crispEdges"/>
        <path d="M134.86 58h44v24h-44z" fill="#c5dce8" shape-rendering="crispEdges"/>
        <text x="63.86" y="50.5" fill="#111111" text-anchor="middle" font-size="13">0.2</text>
        <text x="107.86" y="50.5" fill="#111111" text-anchor="middle" font-size="13">−1.0</text>
        <text x="156.86" y="50.5" fill="#111111" text-anchor="middle" font-size="13">2.0</text>
        <text x="63.86" y="74.5" fill="#ffffff" text-anchor="middle" font-size="13">3.0</text>
        <text x="107.86" y="74.5" fill="#ffffff" text-anchor="middle" font-size="13">NaN</text>
        <text x="156.86" y="74.5" fill="#111111" text-anchor="middle" font-size="13">−0.5</text>
        <rect x="40.86" y="33" width="90" height="50" fill="none" class="sh0" stroke-width="1.5"/>
        <rect x="41.86" y="26" width="88" height="5" class="fh0"/>
        <text x="85.86" y="20" class="fh0" text-anchor="middle" font-weight="600">i</text>
        <rect x="133.86" y="33" width="46" height="50" fill="none" class="sh3" stroke-width="1.5"/>
        <rect x="134.86" y="26" width="44" height="5" class="fh3"/>
        <text x="156.86" y="20" class="fh3" text-anchor="middle" font-weight="600">f</text>
        <text x="35.86" y="50.5" class="fs" text-anchor="end" font-size="13">r<tspan dy="3.64" font-size="9.36">0</tspan></text>
        <text x="35.86" y="74.5" class="fs" text-anchor="end" font-size="13">s</text>
        <text x="63.86" y="99" class="fs" text-anchor="middle" font-size="13">u</text>
        <text x="107.86" y="99" class="fs" text-anchor="middle" font-size="13">v</text>
        <text x="156.86" y="99" class="fs" text-anchor="middle" font-size="13">w</text>
        <text x="110.36" y="119" class="fs" text-anchor="middle" font-size="14">column</text>
        <text x="14" y="58" class="fs" text-anchor="middle" font-size="14" transform="rotate(-90 14 58)">row</text>
        <rect x="63.98" y="131" width="4.5" height="12" fill="#0b4f8a"/>
        <rect x="67.98" y="131" width="4.5" height="12" fill="#175b94"/>
        <rect x="71.98" y="131" width="4.5" height="12" fill="#23679d"/>
        <rect x="75.98" y="131" width="4.5" height="12" fill="#3073a7"/>
        <rect x="79.98" y="131" width="4.5" height="12" fill="#3c7fb1"/>
        <rect x="83.98" y="131" width="4.5" height="12" fill="#488bba"/>
        <rect x="87.98" y="131" width="4.5" height="12" fill="#5497c4"/>
        <rect x="91.98" y="131" width="4.5" height="12" fill="#60a3ce"/>
        <rect x="95.98" y="131" width="4.5" height="12" fill="#6dafd6"/>
        <rect x="99.98" y="131" width="4.5" height="12" fill="#7fb8da"/>
        <rect x="103.98" y="131" width="4.5" height="12" fill="#90c1de"/>
        <rect x="107.98" y="131" width="4.5" height="12" fill="#a2cae1"/>
        <rect x="111.98" y="131" width="4.5" height="12" fill="#b3d3e5"/>
        <rect x="115.98" y="131" width="4.5" height="12" fill="#c5dce8"/>
        <rect x="119.98" y="131" width="4.5" height="12" fill="#d6e5ec"/>
        <rect x="123.98" y="131" width="4.5" height="12" fill="#e8eeef"/>
        <rect x="127.98" y="131" width="4.5" height="12" fill="#f5ede4"/>
        <rect x="131.98" y="131" width="4.5" height="12" fill="#f4e3d1"/>
        <rect x="135.98" y="131" width="4.5" height="12" fill="#f3d8be"/>
        <rect x="139.98" y="131" width="4.5" height="12" fill="#f3ceab"/>
        <rect x="143.98" y="131" width="4.5" height="12" fill="#f2c498"/>
        <rect x="147.98" y="131" width="4.5" height="12" fill="#f1b984"/>
        <rect x="151.98" y="131" width="4.5" height="12" fill="#f1af71"/>
        <rect x="155.98" y="131" width="4.5" height="12" fill="#f0a45e"/>
        <rect x="159.98" y="131" width="4.5" height="12" fill="#e89952"/>
        <rect x="163.98" y="131" width="4.5" height="12" fill="#df8e46"/>
        <rect x="167.98" y="131" width="4.5" height="12" fill="#d6833a"/>
        <rect x="171.98" y="131" width="4.5" height="12" fill="#cd772f"/>
        <rect x="175.98" y="131" width="4.5" height="12" fill="#c36c23"/>
        <rect x="179.98" y="131" width="4.5" height="12" fill="#ba6117"/>
        <rect x="183.98" y="131" width="4.5" height="12" fill="#b1550c"/>
        <rect x="187.98" y="131" width="4" height="12" fill="#a84a00"/>
        <text x="57.98" y="142" class="fs" text-anchor="end" font-size="13">−3</text>
        <text x="197.98" y="142" class="fs" font-size="13">3</text>
        """#,
      text: #"""
        ↓ row   → column
           ├ i ───────┤├ f ─┤
        r₀  0.2   −1.0  2.0
         s  3.0   NaN   −0.5
             u     v     w
        """#,
      coloured: #"""
        ^[2m↓ row   → column^[0m
           ^[38;5;32m├ i ───────┤^[0m^[38;5;169m├ f ─┤^[0m
        ^[2mr₀ ^[0m^[38;5;233;48;5;254m 0.2  ^[0m^[38;5;233;48;5;116m −1.0 ^[0m^[38;5;233;48;5;173m 2.0  ^[0m
        ^[2m s ^[0m^[38;5;231;48;5;130m 3.0  ^[0m^[38;5;231;48;5;244m NaN  ^[0m^[38;5;233;48;5;188m −0.5 ^[0m
        ^[2m     u     v     w^[0m
        ^[2m−3 ^[0m^[48;5;24m ^[0m^[48;5;25m ^[0m^[48;5;67m ^[0m^[48;5;74m ^[0m^[48;5;110m ^[0m^[48;5;116m ^[0m^[48;5;152m ^[0m^[48;5;254m  ^[0m^[48;5;223m ^[0m^[48;5;216m ^[0m^[48;5;215m ^[0m^[48;5;173m ^[0m^[48;5;172m ^[0m^[48;5;130m  ^[0m^[2m 3^[0m
        """#
    ),
    "fields": WholePicture(
      says: #"A heat map of 3 rows and 3 columns, values from 0 to 8; blocks of rows: W_x (1), W_h (2)."#,
      shapes: #"""
        0 0 480 145
        <path d="M29.86 6h36v22h-36z" fill="#440154" shape-rendering="crispEdges"/>
        <path d="M65.86 6h36v22h-36z" fill="#23938b" shape-rendering="crispEdges"/>
        <path d="M101.86 6h36v22h-36z" fill="#3f2a70" shape-rendering="crispEdges"/>
        <path d="M29.86 33h36v22h-36z" fill="#fde725" shape-rendering="crispEdges"/>
        <path d="M65.86 33h36v22h-36z" fill="#3b538b" shape-rendering="crispEdges"/>
        <path d="M101.86 33h36v22h-36z" fill="#5dc863" shape-rendering="crispEdges"/>
        <path d="M29.86 55h36v22h-36z" fill="#2d738c" shape-rendering="crispEdges"/>
        <path d="M65.86 55h36v22h-36z" fill="#acd844" shape-rendering="crispEdges"/>
        <path d="M101.86 55h36v22h-36z" fill="#3eac78" shape-rendering="crispEdges"/>
        <rect x="28.86" y="5" width="110" height="24" fill="none" class="sh0" stroke-width="1.5"/>
        <rect x="21.86" y="6" width="5" height="22" class="fh0"/>
        <text x="17.86" y="22" class="fh0" text-anchor="end" font-size="13" font-weight="600">W<tspan dy="3.64" font-size="9.36">x</tspan></text>
        <rect x="28.86" y="32" width="110" height="46" fill="none" class="sh1" stroke-width="1.5"/>
        <rect x="21.86" y="33" width="5" height="44" class="fh1"/>
        <text x="17.86" y="60" class="fh1" text-anchor="end" font-size="13" font-weight="600">W<tspan dy="3.64" font-size="9.36">h</tspan></text>
        <text x="47.86" y="94" class="fs" text-anchor="middle" font-size="13">1</text>
        <text x="83.86" y="94" class="fs" text-anchor="middle" font-size="13">2</text>
        <text x="119.86" y="94" class="fs" text-anchor="middle" font-size="13">3</text>
        <text x="83.86" y="114" class="fs" text-anchor="middle" font-size="14">step</text>
        <rect x="43.92" y="126" width="4.5" height="12" fill="#440154"/>
        <rect x="47.92" y="126" width="4.5" height="12" fill="#430b5b"/>
        <rect x="51.92" y="126" width="4.5" height="12" fill="#421662"/>
        <rect x="55.92" y="126" width="4.5" height="12" fill="#412069"/>
        <rect x="59.92" y="126" width="4.5" height="12" fill="#3f2a70"/>
        <rect x="63.92" y="126" width="4.5" height="12" fill="#3e3477"/>
        <rect x="67.92" y="126" width="4.5" height="12" fill="#3d3f7e"/>
        <rect x="71.92" y="126" width="4.5" height="12" fill="#3c4985"/>
        <rect x="75.92" y="126" width="4.5" height="12" fill="#3b538b"/>
        <rect x="79.92" y="126" width="4.5" height="12" fill="#375b8b"/>
        <rect x="83.92" y="126" width="4.5" height="12" fill="#34638b"/>
        <rect x="87.92" y="126" width="4.5" height="12" fill="#316b8b"/>
        <rect x="91.92" y="126" width="4.5" height="12" fill="#2d738c"/>
        <rect x="95.92" y="126" width="4.5" height="12" fill="#2a7b8c"/>
        <rect x="99.92" y="126" width="4.5" height="12" fill="#27838c"/>
        <rect x="103.92" y="126" width="4.5" height="12" fill="#238b8c"/>
        <rect x="107.92" y="126" width="4.5" height="12" fill="#279688"/>
        <rect x="111.92" y="126" width="4.5" height="12" fill="#2f9d83"/>
        <rect x="115.92" y="126" width="4.5" height="12" fill="#36a57d"/>
        <rect x="119.92" y="126" width="4.5" height="12" fill="#3eac78"/>
        <rect x="123.92" y="126" width="4.5" height="12" fill="#46b373"/>
        <rect x="127.92" y="126" width="4.5" height="12" fill="#4eba6d"/>
        <rect x="131.92" y="126" width="4.5" height="12" fill="#55c168"/>
        <rect x="135.92" y="126" width="4.5" height="12" fill="#5dc863"/>
        <rect x="139.92" y="126" width="4.5" height="12" fill="#70cc5b"/>
        <rect x="143.92" y="126" width="4.5" height="12" fill="#84d053"/>
        <rect x="147.92" y="126" width="4.5" height="12" fill="#98d44c"/>
        <rect x="151.92" y="126" width="4.5" height="12" fill="#acd844"/>
        <rect x="155.92" y="126" width="4.5" height="12" fill="#c0dc3c"/>
        <rect x="159.92" y="126" width="4.5" height="12" fill="#d5df34"/>
        <rect x="163.92" y="126" width="4.5" height="12" fill="#e9e32d"/>
        <rect x="167.92" y="126" width="4" height="12" fill="#fde725"/>
        <text x="37.92" y="137" class="fs" text-anchor="end" font-size="13">0</text>
        <text x="177.92" y="137" class="fs" font-size="13">8</text>
        """#,
      text: #"""
        → step
        W_x   ▒▒░░
        W_h ██░░▓▓
        │   ▒▒██▓▓
            1 2 3
        0  ░▒▓█ 8
        """#,
      coloured: #"""
        ^[2m→ step^[0m
        ^[38;5;32mW_x ^[0m^[48;5;53m  ^[0m^[48;5;30m  ^[0m^[48;5;238m  ^[0m
        ^[38;5;172mW_h ^[0m^[48;5;220m  ^[0m^[48;5;60m  ^[0m^[48;5;77m  ^[0m
        ^[38;5;172m│   ^[0m^[48;5;24m  ^[0m^[48;5;149m  ^[0m^[48;5;72m  ^[0m
        ^[2m    1 2 3^[0m
        ^[2m0 ^[0m^[48;5;53m  ^[0m^[48;5;238m ^[0m^[48;5;60m   ^[0m^[48;5;30m   ^[0m^[48;5;72m ^[0m^[48;5;71m ^[0m^[48;5;77m ^[0m^[48;5;113m ^[0m^[48;5;149m ^[0m^[48;5;185m ^[0m^[48;5;220m ^[0m^[2m 8^[0m
        """#
    ),
    "pixels": WholePicture(
      says: #"3 grey pictures: one₁; t²."#,
      shapes: #"""
        0 0 480 638
        <rect x="2" y="2" width="232" height="154.67" fill="#f6f6f2"/>
        <path d="M2 79.33h154.67v77.33h-154.67z" fill="#bdbdbb" shape-rendering="crispEdges"/>
        <path d="M156.67 2h77.33v77.33h-77.33z" fill="#838484" shape-rendering="crispEdges"/>
        <path d="M79.33 2h77.33v77.33h-77.33z" fill="#14161a" shape-rendering="crispEdges"/>
        <rect x="2" y="2" width="232" height="154.67" fill="none" class="sl"/>
        <text x="118" y="366" class="fk" text-anchor="middle" font-size="13">one₁</text>
        <rect x="246" y="2" width="232" height="348" fill="#f6f6f2"/>
        <path d="M246 234h116v116h-116z" fill="#838484" shape-rendering="crispEdges"/>
        <path d="M362 2h116v116h-116z" fill="#4d4f51" shape-rendering="crispEdges"/>
        <path d="M246 2h116v116h-116zM362 118h116v116h-116z" fill="#14161a" shape-rendering="crispEdges"/>
        <rect x="246" y="2" width="232" height="348" fill="none" class="sh2" stroke-width="2.5"/>
        <text x="362" y="366" class="fk" text-anchor="middle" font-size="13">t²</text>
        <rect x="2" y="378" width="232" height="232" fill="#f6f6f2"/>
        <path d="M2 378h232v232h-232z" fill="#14161a" shape-rendering="crispEdges"/>
        <rect x="2" y="378" width="232" height="232" fill="none" class="sl"/>
        """#,
      text: #"""
        ░▓░       ▒█        ▒
                  ░
        one₁      t²
        """#,
      coloured: #"""
        ^[38;5;255;48;5;250m▀^[0m^[38;5;233;48;5;250m▀^[0m^[38;5;102;48;5;255m▀^[0m       ^[38;5;233;48;5;255m▀^[0m^[38;5;239;48;5;233m▀^[0m        ^[38;5;233;48;5;255m▀^[0m
                  ^[38;5;102;48;5;255m▀^[0m^[38;5;255;48;5;255m▀^[0m
        one₁      t²
        """#
    ),
  ]
}
