extension Words {
  /// The engine's texts in Chinese.
  static let chineseRows: [String: String] = [
    "by hand": "手算", "layer": "层", "printed": "原文", "computed": "计算", "difference": "差", "holds": "一致",
    "fails": "不一致", "does not apply": "不适用", "range": "范围", "value": "值", "values": "个数", "quantity": "量",
    "verdict": "结论", "largest difference": "最大差", "at most": "容许", "not a number": "不是数",
    "✓ 1 comparison holds": "✓ 1 项比较，一致", "✓ \\(1) comparisons hold": "✓ \\(1) 项比较，全部一致",
    "✓ 1 comparison holds; largest difference \\(1)": "✓ 1 项比较，一致；最大差 \\(1)",
    "✓ \\(1) comparisons hold; largest difference \\(2)": "✓ \\(1) 项比较，全部一致；最大差 \\(2)",
    "All comparisons": "全部比较", "All comparisons: \\(1)": "全部比较：\\(1) 项", "All comparisons hold.": "全部一致。",
    "This chapter compares nothing.": "本章没有比较。", "First divergence: \\(1)": "最先不一致的是：\\(1)",
    "Parameters: \\(1)": "参数：\\(1) 个", "All chapters": "全部章节", "Parameters": "参数", "parameter": "参数", "allowed": "取值范围",
    "meaning": "含义",
    "Contents": "目录", "Goals": "学习目标", "Goals:": "学习目标：", "Skip to the text": "跳到正文", "Exercises": "练习",
    "Code: \\(1) lines": "代码：\\(1) 行", "Code: 1 line": "代码：1 行", "1 minute": "1 分钟", "\\(1) minutes": "\\(1) 分钟",
    "Read before: \\(1)": "先读：\\(1)", "In the browser: \\(1)": "在浏览器中：\\(1)",
    "Code to begin with": "起始代码", "Hint \\(1)": "提示 \\(1)",
    "Every number and every slip of the sources": "来源中的每个数和每处疏漏",
    "Open the appendix": "展开附录",
    "This passage is not translated yet.": "此段尚未翻译。",
    "clear": "清除",
    "Draw here, large and in the middle, with mouse or finger. Arrow keys move a pen, the space bar draws with it.":
      "请在此处居中写大，用鼠标或手指；方向键移动笔，空格键落笔。",
    "as printed": "恢复原值", "held": "固定", "likeliest": "最可能的",
    "computed here: equal to the page within 1e−12": "在此处计算：与页面相等，误差不超过 1e−12",
    "computed here: not equal to the page": "在此处计算：与页面不相等",
    "This run has other than the default parameters, so numbers printed in the sources do not apply; everything else is compared.":
      "本次运行的参数不是默认值，原文印出的数字不适用；其余照常比较。",
    "The source of this chapter is not at hand: its prose and its code cannot be shown. Results follow.":
      "找不到本章的源文件，无法显示正文和代码。以下是结果。",

    "predict": "预测", "compute": "计算", "find": "找错", "experiment": "实验",

    // A comparison.
    "largest difference \\(1)": "最大差 \\(1)", "largest difference \\(1) (\\(2))": "最大差 \\(1)（\\(2)）",
    "at most \\(1)": "容许 \\(1)", "at most half a unit of the last digit printed": "容许末位的一半",
    "range \\(1)": "范围 \\(1)", "its own range": "各自的范围", "in \\(1)": "在 \\(1) 内", "in its own range": "在各自的范围内",
    "\\(1) values": "\\(1) 个数", "printed \\(1)": "原文 \\(1)", "computed \\(1)": "计算 \\(1)",
    "difference \\(1)": "差 \\(1)",
    "shown from \\(1), the first that is not all 0": "所示始于 \\(1)，其前全为 0",
    "\\(1): shapes differ, \\(2) \\(3), \\(4) \\(5)": "\\(1)：形状不同，\\(2) \\(3)，\\(4) \\(5)",
    "\\(1) at \\(2)": "\\(1)（\\(2)）",
    "\\(1): \\(2) \\(3), outside \\(4) … \\(5)": "\\(1)：\\(2) \\(3)，超出 \\(4) … \\(5)",
    "\\(1): \\(2) \\(3), \\(4) \\(5), difference \\(6), at most \\(7)":
      "\\(1)：\\(2) \\(3)，\\(4) \\(5)，差 \\(6)，容许 \\(7)",

    // Axes.
    "step": "步", "unit": "单元", "gate": "门", "sample": "样本", "input": "输入", "output": "输出", "row": "行",
    "column": "列", "epoch": "轮", "run": "次", "state": "状态", "all": "全部",

    // Pictures.
    "columns": "列", "predicted": "预测", "true": "实际", "other": "其他", "time [\\(1)]": "时间 [\\(1)]",
    "\\(1) % right": "正确率 \\(1) %", "\\(1) taken for \\(2): \\(3)": "\\(1) 误认作 \\(2)：\\(3)",
    "Confusion matrix of \\(1) classes: \\(2). No wrong answers.": "\\(1) 类的混淆矩阵：\\(2)，没有错误。",
    "Confusion matrix of \\(1) classes: \\(2). \\(3).": "\\(1) 类的混淆矩阵：\\(2)。\\(3)。",
    "Line chart. \\(1).": "折线图。\\(1)。", "Line chart over \\(1). \\(2).": "折线图，横轴为\\(1)。\\(2)。",
    "\\(1): no finite values": "\\(1)：没有有限的值",
    "\\(1): from \\(2) to \\(3), between \\(4) and \\(5)": "\\(1)：从 \\(2) 到 \\(3)，最小 \\(4)，最大 \\(5)",
    "The shaded range: \\(1)": "阴影范围：\\(1)", "Bars: \\(1).": "条形图：\\(1)。",
    "A heat map of \\(1) rows and \\(2) columns": "\\(1) 行 \\(2) 列的热图",
    "A heat map of \\(1) rows and \\(2) columns, values from \\(3) to \\(4)": "\\(1) 行 \\(2) 列的热图，值从 \\(3) 到 \\(4)",
    "blocks of columns: \\(1)": "列的分块：\\(1)", "blocks of rows: \\(1)": "行的分块：\\(1)",
    "Timeline of 1 lane over \\(1) \\(2). Totals: \\(3).": "1 条线程的时间线，共 \\(1) \\(2)。合计：\\(3)。",
    "Timeline of \\(1) lanes over \\(2) \\(3). Totals: \\(4).": "\\(1) 条线程的时间线，共 \\(2) \\(3)。合计：\\(4)。",
    "A grey picture.": "一幅灰度图。", "A grey picture: \\(1).": "一幅灰度图：\\(1)。", "\\(1) grey pictures.": "\\(1) 幅灰度图。",
    "\\(1) grey pictures: \\(2).": "\\(1) 幅灰度图：\\(2)。", "after \\(1): \\(2)": "经过 \\(1)：\\(2)",
    "Tensor layout. \\(1).": "张量的排列。\\(1)。", "Weight layout. \\(1).": "权重的排列。\\(1)。",
    "\\(1), \\(2): rows \\(3); columns \\(4)": "\\(1)，\\(2)：行 \\(3)；列 \\(4)", "a recurrent layer": "一个循环层",
    "bidirectional \\(1)": "双向 \\(1)", "\\(1) with output \\(2)": "\\(1)，输出 \\(2)",
    "\\(1) with output \\(2) of shape \\(3)": "\\(1)，输出 \\(2)，形状 \\(3)",
    "\\(1) with output \\(2) at the last step": "\\(1)，只在最后一步输出 \\(2)",
    "\\(1) with output \\(2) at every step": "\\(1)，每一步输出 \\(2)",
    "A network unrolled over \\(1) steps, from the input upwards: \\(2).": "按 \\(1) 步展开的网络，从输入向上依次为：\\(2)。",
    "Every recurrent layer starts from \\(1).": "每个循环层都从 \\(1) 开始。",
    "A diagram of one step of \\(1): \\(2).": "\\(1)一步的示意图：\\(2)。",
    "A diagram of one step of \\(1), stage \\(2): \\(3).": "\\(1)一步的示意图，\\(2)阶段：\\(3)。",
    "a simple recurrent cell": "简单循环单元", "an LSTM cell": "LSTM 单元", "a BasicRNNCell": "BasicRNNCell ",
    "a BasicLSTMCell": "BasicLSTMCell ", "a GRU cell with the reset gate after the product": "GRU 单元（重置门在乘积之后）",
    "a GRU cell with the reset gate before the product": "GRU 单元（重置门在乘积之前）", "forget": "遗忘", "update": "更新",
    "reset": "重置", "candidate": "候选", "concat": "拼接", "split": "切分",
    "hard sigmoid, 0.2x + 0.5": "硬 sigmoid，0.2x + 0.5", "hard sigmoid, x/6 + 0.5": "硬 sigmoid，x/6 + 0.5",
    "There is nothing to draw: no finite values.": "没有可画的内容：没有有限的值。",

    // Names that stay.
    "Keras": "Keras", "PyTorch": "PyTorch", "ONNX": "ONNX", "MXNet": "MXNet", "TensorFlow": "TensorFlow",
    "LSTM": "LSTM",
    "GRU": "GRU", "SimpleRNN": "SimpleRNN", "Dense": "Dense", "TimeDistributed": "TimeDistributed", "NaN": "NaN",
  ]
}
